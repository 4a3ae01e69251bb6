import { explainCode } from "../../index.js";
import { exit, type Outcome, type Shell } from "../shell.js";

/** `parable explain P0501`: the page of the catalogue; code 2 for a code that does not exist. */
export async function explainCommand(
  shell: Shell,
  code: string,
  options: { readonly json?: boolean },
): Promise<Outcome> {
  const page = explainCode(code);
  if (page === undefined) {
    shell.err(`There is no message ${code}. Codes look like P0501.`);
    return exit.usage;
  }
  shell.out(
    options.json
      ? JSON.stringify(page, null, 2)
      : `${page.code} (${page.severity})\n\n${page.text}`,
  );
  return exit.fine;
}
