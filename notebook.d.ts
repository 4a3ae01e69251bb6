export type { MadeSpec, MadeTable } from "./dist/src/index.js";
export { enableNotebook } from "./dist/src/kernel/notebook.js";
