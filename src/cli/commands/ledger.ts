import { resolve } from "node:path";
import {
  readLedger,
  readSent,
  type SentLine,
  type SourceSpending,
  showValue,
} from "../../index.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface LedgerOptions {
  readonly folder: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `parable ledger`: what all runs of the specs in a folder have spent, source by source, and sent to writers elsewhere. */
export async function ledgerCommand(shell: Shell, options: LedgerOptions): Promise<Outcome> {
  const folder = resolve(shell.folder, options.folder);
  const spending = await readLedger(folder);
  const sent = await readSent(folder);
  if (options.json) {
    shell.out(JSON.stringify({ sources: spending, sent }, null, 2));
    return exit.fine;
  }
  if (spending.length === 0) shell.out("Nothing has been spent here: there is no ledger.");
  for (const source of spending) {
    shell.out(sentence(source));
    if (options.all) shell.out((await showValue(source.lines))["text/plain"]);
  }
  for (const line of sentLines(sent.lines, options.all === true)) shell.out(line);
  if (sent.whole) return exit.fine;
  shell.out(
    "A line of .parable/sent.jsonl was changed or taken out: this is not all that was sent.",
  );
  return exit.refused;
}

/** One sentence for each column and writer, or for each sending. */
function sentLines(lines: readonly SentLine[], all: boolean): string[] {
  const groups = new Map<string, SentLine[]>();
  for (const line of lines) {
    const { spec, output, column, where, model, columns } = line;
    const key = JSON.stringify([spec, output, column, where, model, columns, all ? line.time : ""]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map((group) => {
    const { spec, output, column, writer, where, model, columns, time } = group.at(-1) as SentLine;
    const questions = group.reduce((sum, line) => sum + line.questions, 0);
    const told = columns.length === 0 ? "no values" : columns.join(", ");
    const what = column === undefined ? `rows of ${output}` : `${output}.${column}`;
    const when = group.length === 1 ? `on ${time}` : `in ${group.length} runs, the last on ${time}`;
    return `Sent to ${writer} (${model} at ${where}) for ${what} of ${spec}: ${told}, in ${questions} question${questions === 1 ? "" : "s"}, ${when}.`;
  });
}

function sentence(spent: SourceSpending): string {
  const { source, fingerprint, runs, charges, epsilon, delta, rho } = spent;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const seeded = spent.seeded ? " Some noise was seeded: those charges protect nobody." : "";
  return (
    `${source} (data ${fingerprint.slice(0, 8)}): epsilon ${epsilon.toPrecision(4)} at delta ${Number(delta.toPrecision(4))} ` +
    `(rho ${rho.toPrecision(4)}), in ${plural(charges, "charge")} of ${plural(runs, "run")}.${seeded}`
  );
}
