import { doctor } from "../../kernel/doctor.js";
import { colors, exit, type Outcome, type Shell } from "../shell.js";

/** `parable doctor`: code 1 when something is wrong. */
export async function doctorCommand(
  shell: Shell,
  options: { readonly json?: boolean },
): Promise<Outcome> {
  const findings = await doctor();
  const well = findings.every((finding) => finding.good);
  if (options.json) {
    shell.out(JSON.stringify({ ok: well, findings }, null, 2));
    return well ? exit.fine : exit.refused;
  }
  const { green, red } = colors(shell);
  for (const { good, what, remedy } of findings) {
    shell.out(
      good ? `${green("fine ")} ${what}` : `${red("wrong")} ${what}\n      ${remedy ?? ""}`,
    );
  }
  return well ? exit.fine : exit.refused;
}
