#!/usr/bin/env node
import nodeModule, { createRequire } from "node:module";
import { CommanderError } from "commander";
import { buildProgram } from "./program.js";
import { reportTrouble } from "./report-trouble.js";
import { exit, type Outcome, processShell } from "./shell.js";

/** Node from 22.1 on keeps compiled code between runs; what is imported after this starts faster. */
function keepCompiledCode(): void {
  (nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
}

async function main(): Promise<void> {
  keepCompiledCode();
  const shell = processShell();
  const { version } = createRequire(import.meta.url)("../../../package.json") as {
    version: string;
  };
  const done = (code: Outcome): void => {
    process.exitCode = code;
  };
  try {
    await buildProgram(shell, version, done).parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exit.fine : exit.usage;
      return;
    }
    process.exitCode = await reportTrouble(shell, error);
  }
}

void main();
