#!/usr/bin/env node
import nodeModule from "node:module";
import { Parts } from "./parts.js";

/** Node from 22.1 on keeps compiled code of packages between runs; what is loaded after this starts faster. */
function keepCompiledCode(): void {
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
}

keepCompiledCode();
const { start } = new Parts(import.meta.url, process.argv[2]).load("start.cjs") as {
  start: typeof import("./start.js").start;
};
void start(import.meta.url);
