import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parse, resolve } from "node:path";
import {
  compileSpec,
  type DeclaredCanaries,
  evaluateFiles,
  failure,
  hasErrors,
  readCanaries,
  renderDiagnostics,
  reportText,
  writeReport,
} from "../../index.js";
import { progressBar } from "../progress-bar.js";
import { readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell, skin } from "../shell.js";

export interface EvaluateOptions {
  readonly spec: string;
  readonly real: readonly string[];
  readonly synthetic: readonly string[];
  readonly holdout?: readonly string[];
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
  const compiled = await compileSpec(spec.text, { origin: spec.origin, until: "names" });
  if (hasErrors(compiled.diagnostics)) {
    if (options.json) shell.out(JSON.stringify({ ok: false, diagnostics: compiled.diagnostics }));
    else shell.err(await renderDiagnostics(compiled.diagnostics, compiled.source, skin(shell)));
    return exit.refused;
  }
  const progress = await progressBar(shell, options.quiet === true || options.json === true);
  try {
    const report = await evaluateFiles({
      text: spec.text,
      origin: spec.origin,
      real: filesOf(shell, options.real),
      synthetic: filesOf(shell, options.synthetic),
      ...(options.holdout === undefined ? {} : { holdout: filesOf(shell, options.holdout) }),
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

const NAMED = /^([\p{L}_][\p{L}\p{N}_]*)=(.+)$/u;

/** One file or folder, or several files by the tables that they hold: `TABLE=FILE`, or `TABLE.csv`. */
function filesOf(shell: Shell, given: readonly string[]): string | Record<string, string> {
  const [first = ""] = given;
  if (given.length === 1 && (existsSync(resolve(shell.folder, first)) || !NAMED.test(first))) {
    return resolve(shell.folder, first);
  }
  const pairs = given.map((each): [string, string] => {
    const [, table = parse(each).name, file = each] = NAMED.exec(each) ?? [];
    return [table, resolve(shell.folder, file)];
  });
  return Object.fromEntries(pairs);
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
