import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type DeclaredCanaries,
  evaluateFiles,
  failure,
  readCanaries,
  reportText,
  writeReport,
} from "../../index.js";
import { progressBar } from "../progress-bar.js";
import { readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface EvaluateOptions {
  readonly spec: string;
  readonly real: string;
  readonly synthetic: string;
  readonly holdout?: string;
  readonly table?: string;
  readonly canaries?: string;
  readonly out: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `parable evaluate`: the report on rows that any tool made. */
export async function evaluateCommand(shell: Shell, options: EvaluateOptions): Promise<Outcome> {
  const spec = await readSpec(shell, options.spec);
  const canaries =
    options.canaries === undefined
      ? undefined
      : await canariesIn(options.canaries, resolve(shell.folder, options.canaries));
  const progress = await progressBar(shell, options.quiet === true || options.json === true);
  try {
    const report = await evaluateFiles({
      text: spec.text,
      origin: spec.origin,
      real: resolve(shell.folder, options.real),
      synthetic: resolve(shell.folder, options.synthetic),
      ...(options.holdout === undefined ? {} : { holdout: resolve(shell.folder, options.holdout) }),
      ...(options.table === undefined ? {} : { table: options.table }),
      ...(canaries === undefined ? {} : { canaries }),
      progress,
    });
    const files = await writeReport(report, resolve(shell.folder, options.out));
    progress.stop();
    if (options.json) shell.out(JSON.stringify(report, null, 2));
    else
      shell.out(
        `${await reportText(report)}\n\nWritten:\n${files.map((path) => `  ${path}`).join("\n")}`,
      );
    return exit.fine;
  } finally {
    progress.stop();
  }
}

async function canariesIn(name: string, path: string): Promise<readonly DeclaredCanaries[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw failure("P1463", { what: `read from ${name}`, reason: "it can't be opened" }, { cause });
  }
  return readCanaries(text, name);
}
