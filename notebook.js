import { enableNotebook } from "./dist/src/kernel/notebook.js";

enableNotebook();

export { enableNotebook };
