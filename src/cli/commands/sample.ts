import { resolve } from "node:path";
import { failure, openModels, releaseText, SpecError, writeRelease } from "../../index.js";
import { progressBar } from "../progress-bar.js";
import { exit, type Outcome, type Shell } from "../shell.js";
import { readKeep, readSeed, tableFormat } from "./run-options.js";

export interface SampleCommandOptions {
  readonly rows: string;
  readonly table?: string;
  readonly given?: string;
  readonly name: string;
  readonly seed?: string;
  readonly out: string;
  readonly format: string;
  readonly keep: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `parable sample FILE.model --rows N`: new rows from what a run has learned, without its source. */
export async function sampleCommand(
  shell: Shell,
  file: string,
  options: SampleCommandOptions,
): Promise<Outcome> {
  const rows = Number(options.rows);
  if (!Number.isSafeInteger(rows) || rows < 1) throw failure("P1486", { rows: options.rows });
  const format = tableFormat(options.format);
  const seed = readSeed(options.seed);
  const folder = resolve(shell.folder, options.out);
  const opened = await openModels(resolve(shell.folder, file));
  const progress = await progressBar(shell, options.quiet === true || options.json === true);
  try {
    const release = await opened.sample(rows, {
      ...{ progress, name: options.name },
      ...(options.table === undefined ? {} : { table: options.table }),
      ...(options.given === undefined ? {} : { given: options.given }),
      ...(seed === undefined ? {} : { seed }),
      files: { folder, format, keep: readKeep(options.keep) },
    });
    const files = await writeRelease(release, folder, format, { signal: shell.signal });
    progress.stop();
    if (options.json) shell.out(JSON.stringify({ ok: true, files }, null, 2));
    else {
      const list = files.map((path) => `  ${path}`).join("\n");
      shell.out(`${await releaseText(release)}\n\nWritten:\n${list}`);
    }
    return exit.fine;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    progress.stop();
    shell.err(error.message.trim());
    return exit.refused;
  } finally {
    progress.stop();
  }
}
