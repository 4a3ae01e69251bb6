import { dirname, resolve } from "node:path";
import { type Draft, draftSpec, writeText } from "../../index.js";
import { progressBar } from "../progress-bar.js";
import { refuseExisting } from "../refuse-existing.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface NewOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly format?: string;
  readonly name?: string;
  readonly missing?: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly decimal?: string;
  readonly dates?: readonly string[];
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `parable new DATA…`: draft a spec from data, to standard output or a file. */
export async function newCommand(
  shell: Shell,
  data: readonly string[],
  options: NewOptions,
): Promise<Outcome> {
  const path = options.out === undefined ? undefined : resolve(shell.folder, options.out);
  await refuseExisting(shell.folder, options.out, options.force);
  const silent = options.quiet === true || options.json === true;
  const progress = await progressBar(shell, silent);
  try {
    const drafted = await draftSpec(data, {
      ...chosen(options),
      folder: shell.folder,
      specFolder: path === undefined ? shell.folder : dirname(path),
      progress,
    });
    progress.stop();
    if (path !== undefined) await writeText(drafted.text, path);
    show(shell, drafted, options);
    return exit.fine;
  } finally {
    progress.stop();
  }
}

function chosen({ format, name, missing, delimiter, encoding, decimal, dates }: NewOptions) {
  return {
    ...(format === undefined ? {} : { format }),
    ...(name === undefined ? {} : { name }),
    ...(missing === undefined ? {} : { missing }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(dates === undefined ? {} : { dates }),
  };
}

function show(shell: Shell, drafted: Draft, options: NewOptions): void {
  const { text, tables } = drafted;
  if (options.json) {
    shell.out(JSON.stringify({ ok: true, file: options.out ?? null, tables, text }, null, 2));
    return;
  }
  if (options.out === undefined) {
    shell.out(text);
    return;
  }
  const lines = tables.map(
    ({ name, rows, columns, rules }) =>
      `  ${name}: ${columns} columns and ${rules} likely rules, from ${rows} rows`,
  );
  shell.out(
    `Drafted ${options.out}:\n${lines.join("\n")}\n\nRead it, correct it, and take out \`guessed\` where you know a line without the data.\nIt tells about the data: keep it as you keep them.`,
  );
}
