#!/usr/bin/env node
import nodeModule from "node:module";

/** Node from 22.1 on keeps compiled code between runs; what is imported after this starts faster. */
function keepCompiledCode(): void {
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
}

keepCompiledCode();
void import("./start.js").then(({ start }) => start(import.meta.url));
