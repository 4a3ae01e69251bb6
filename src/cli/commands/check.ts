import { compileSpec, hasErrors, renderDiagnostics } from "../../index.js";
import { readSettings, readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell, skin } from "../shell.js";

export interface CheckOptions {
  readonly set?: readonly string[];
  readonly headers: boolean;
  readonly json?: boolean;
}

/** `parable check FILE`: every diagnostic of a spec; code 1 when one is an error. */
export async function checkCommand(
  shell: Shell,
  file: string,
  options: CheckOptions,
): Promise<Outcome> {
  const { origin, text, folder } = await readSpec(shell, file);
  const compiled = await compileSpec(text, {
    origin,
    folder,
    params: readSettings(options.set),
    until: options.headers ? "check" : "names",
  });
  const broken = hasErrors(compiled.diagnostics);
  if (options.json) {
    shell.out(JSON.stringify({ ok: !broken, diagnostics: compiled.diagnostics }, null, 2));
  } else if (compiled.diagnostics.length > 0) {
    const text = await renderDiagnostics(compiled.diagnostics, compiled.source, skin(shell));
    (broken ? shell.err : shell.out)(text);
  }
  if (!broken && !options.json) shell.out(`${origin} is a good spec.`);
  return broken ? exit.refused : exit.fine;
}
