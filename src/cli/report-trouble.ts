import { Failure, renderDiagnostics, SourceText } from "../index.js";
import { exit, type Shell, skin } from "./shell.js";

/** Say what went wrong in one place; returns the exit code that belongs to it. */
export async function reportTrouble(
  shell: Shell,
  error: unknown,
  source = new SourceText("", ""),
): Promise<typeof exit.failed | typeof exit.interrupted> {
  if (shell.signal.aborted) {
    shell.err("interrupted: nothing half-written was left behind");
    return exit.interrupted;
  }
  if (error instanceof Failure) {
    const text = await renderDiagnostics([error.diagnostic], source, skin(shell));
    shell.err(text);
    return exit.failed;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  shell.err(
    `This is a fault of Parable, not of your spec. Please report it with these lines:\n${detail}`,
  );
  return exit.failed;
}
