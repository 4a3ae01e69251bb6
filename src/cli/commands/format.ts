import { readFile, rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { formatSpec, hasErrors, renderDiagnostics, SourceText } from "../../index.js";
import { readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell, skin } from "../shell.js";

export interface FormatOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** `parable format FILE…`: rewrite files in the canonical layout; with `--check` only look. */
export async function formatCommand(
  shell: Shell,
  files: readonly string[],
  options: FormatOptions,
): Promise<Outcome> {
  const results: { file: string; changed: boolean; ok: boolean }[] = [];
  for (const file of files) results.push(await formatOne(shell, file, options));
  if (options.json) shell.out(JSON.stringify({ files: results }, null, 2));
  const refused = results.some((result) => !result.ok || (options.check && result.changed));
  return refused ? exit.refused : exit.fine;
}

async function formatOne(
  shell: Shell,
  file: string,
  options: FormatOptions,
): Promise<{ file: string; changed: boolean; ok: boolean }> {
  const { origin, text } = await readSpec(shell, file);
  const formatted = await formatSpec(text, origin);
  if (hasErrors(formatted.diagnostics)) {
    const source = new SourceText(origin, text);
    shell.err(await renderDiagnostics(formatted.diagnostics, source, skin(shell)));
    return { file, changed: false, ok: false };
  }
  const changed = formatted.text !== text;
  if (file === "-" && !options.check && !options.json) shell.out(formatted.text);
  else if (changed && options.check) shell.err(`${file} is not laid out the canonical way`);
  else if (changed) await replaceFile(resolve(shell.folder, file), formatted.text);
  return { file, changed, ok: true };
}

async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`;
  await writeFile(aside, text, { flag: "wx", mode: (await readMode(path)) ?? 0o644 });
  await rename(aside, path);
}

async function readMode(path: string): Promise<number | undefined> {
  await readFile(path);
  const { stat } = await import("node:fs/promises");
  return (await stat(path)).mode & 0o777;
}
