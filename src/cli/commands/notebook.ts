import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Notebook } from "../../kernel/notebook-file.js";

import { exit, type Outcome, type Shell } from "../shell.js";

export interface NotebookOptions {
  readonly out?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** `parable notebook FILE`: run a notebook without Jupyter; code 3 when a cell fails. */
export async function notebookCommand(
  shell: Shell,
  file: string,
  options: NotebookOptions,
): Promise<Outcome> {
  const path = resolve(shell.folder, file);
  const notebook = await readNotebook(path);
  if (typeof notebook === "string") {
    shell.err(notebook);
    return exit.usage;
  }
  const { runNotebook } = await import("../../kernel/run-notebook.js");
  const quiet = options.quiet === true || options.json === true;
  const run = await runNotebook(notebook, path, {
    began: (index, count, source) => {
      if (!quiet) shell.err(`cell ${index} of ${count}: ${source.split("\n", 1)[0]}`);
    },
  });
  const target = resolve(shell.folder, options.out ?? file);
  await writeFile(target, `${JSON.stringify(run.notebook, null, 1)}\n`);
  const { error } = run;
  if (options.json) {
    shell.out(JSON.stringify({ ok: error === undefined, file: target, error }, null, 2));
  } else if (error !== undefined) {
    shell.err(`Cell ${error.cell} failed: ${error.ename}: ${error.evalue}`);
  } else shell.out(`Written:\n  ${target}`);
  return error === undefined ? exit.fine : exit.failed;
}

/** The notebook in the file, or what is wrong with it. */
async function readNotebook(path: string): Promise<Notebook | string> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return `There is no file ${path} that can be read.`;
  try {
    const notebook = JSON.parse(text) as Partial<Notebook>;
    if (Array.isArray(notebook.cells)) return notebook as Notebook;
  } catch {
    // Said below: it is not even JSON.
  }
  return `${path} is not a notebook: it holds no cells.`;
}
