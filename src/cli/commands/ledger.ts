import { resolve } from "node:path";
import { readLedger, type SourceSpending, showValue } from "../../index.js";
import { exit, type Outcome, type Shell } from "../shell.js";

export interface LedgerOptions {
  readonly folder: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `parable ledger`: what all runs of the specs in a folder have spent, source by source. */
export async function ledgerCommand(shell: Shell, options: LedgerOptions): Promise<Outcome> {
  const spending = await readLedger(resolve(shell.folder, options.folder));
  if (options.json) {
    shell.out(JSON.stringify({ sources: spending }, null, 2));
    return exit.fine;
  }
  if (spending.length === 0) shell.out("Nothing has been spent here: there is no ledger.");
  for (const source of spending) {
    shell.out(sentence(source));
    if (options.all) shell.out((await showValue(source.lines))["text/plain"]);
  }
  return exit.fine;
}

function sentence(spent: SourceSpending): string {
  const { source, fingerprint, runs, charges, epsilon, delta, rho } = spent;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const seeded = spent.seeded ? " Some noise was seeded: those charges protect nobody." : "";
  return (
    `${source} (data ${fingerprint.slice(0, 8)}): epsilon ${epsilon.toPrecision(4)} at delta ${delta} ` +
    `(rho ${rho.toPrecision(4)}), in ${plural(charges, "charge")} of ${plural(runs, "run")}.${seeded}`
  );
}
