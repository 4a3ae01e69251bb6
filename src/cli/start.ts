import { createRequire } from "node:module";
import { CommanderError } from "commander";
import { buildProgram } from "./program.js";
import { reportTrouble } from "./report-trouble.js";
import { exit, type Outcome, processShell } from "./shell.js";

/** Do what the command line says; the exit code is left with the process. */
export async function start(home: string): Promise<void> {
  const shell = processShell();
  const { version } = createRequire(home)("../../../package.json") as { version: string };
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
