import { compileSpec, planText, renderDiagnostics } from "../../index.js";
import { readSettings, readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell, skin } from "../shell.js";

export interface PlanOptions {
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** `parable plan FILE`: what a spec will do; code 1 when it does not compile. */
export async function planCommand(
  shell: Shell,
  file: string,
  options: PlanOptions,
): Promise<Outcome> {
  const { origin, text, folder } = await readSpec(shell, file);
  const compiled = await compileSpec(text, { origin, folder, params: readSettings(options.set) });
  const { plan, diagnostics } = compiled;
  if (options.json) {
    shell.out(JSON.stringify({ ok: plan !== undefined, diagnostics, plan }, null, 2));
    return plan === undefined ? exit.refused : exit.fine;
  }
  if (diagnostics.length > 0) {
    shell.err(await renderDiagnostics(diagnostics, compiled.source, skin(shell)));
  }
  if (plan === undefined) return exit.refused;
  shell.out(await planText(plan));
  return exit.fine;
}
