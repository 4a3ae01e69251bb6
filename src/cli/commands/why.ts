import { whyOf, whyText } from "../../index.js";
import { readSettings, readSpec } from "../read-spec.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface WhyOptions {
  readonly table?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** `parable why FILE sex role`: what the rules leave of the combinations of these columns' values. */
export async function whyCommand(
  shell: Shell,
  file: string,
  columns: readonly string[],
  options: WhyOptions,
): Promise<Outcome> {
  const { text } = await readSpec(shell, file);
  const params = readSettings(options.set);
  const why = await whyOf(text, columns, {
    params,
    ...(options.table === undefined ? {} : { table: options.table }),
  });
  shell.out(options.json ? JSON.stringify(why, null, 2) : await whyText(why));
  return exit.fine;
}
