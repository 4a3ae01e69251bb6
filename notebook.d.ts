export type { MadeBase, MadeSpec, MadeTable } from "./dist/src/kernel/notebook.js";
export { enableNotebook } from "./dist/src/kernel/notebook.js";
