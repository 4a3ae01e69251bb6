import { join } from "node:path";
import type { LedgerLine } from "../ir/release.js";
import type { SentLine } from "../privacy/ledger-sent.js";

export type { SentLine };

/** What all runs together have spent on one source, whatever became of its rows: what its cap counts. */
export interface SourceSpending {
  readonly source: string;
  /** Of the rows that the last charge was about. */
  readonly fingerprint: string;
  readonly runs: number;
  readonly charges: number;
  /** Sum of ρ (zero-concentrated differential privacy) of the charges that it bounds: all but gradients. */
  readonly rho: number;
  /** What all charges together mean, those without ρ included. */
  readonly epsilon: number;
  readonly delta: number;
  readonly seeded: boolean;
  readonly lines: readonly LedgerLine[];
}

/**
 * The ledger beside a spec, by source; empty where nothing was ever spent. Reading changes nothing.
 *
 * @param delta what ρ is converted at; charges with a δ of their own come on top.
 * @throws Failure P0751 for a ledger that was edited or cut.
 */
export async function readLedger(folder: string, delta = 1e-6): Promise<readonly SourceSpending[]> {
  const [{ Ledger }, { shownCharges, deltaOfAll }, { epsilonOfRho }, { hasLedger }] =
    await Promise.all([
      import("../privacy/ledger.js"),
      import("../privacy/ledger-lines.js"),
      import("../privacy/budget.js"),
      import("../privacy/ledger-file.js"),
    ]);
  const place = join(folder, ".parable");
  if (!hasLedger(place)) return [];
  const entries = new Ledger(place).entries();
  const names = [...new Set(entries.map(({ data }) => data.source))];
  return names.map((source) => {
    const own = entries.filter(({ data }) => data.source === source);
    const all = deltaOfAll(own, delta);
    const shown = (epsilon: number) => shownCharges(own, epsilon, all, 1 - delta / all);
    const rho = shown(1).reduce((sum, line) => sum + (Number.isNaN(line.rho) ? 0 : line.rho), 0);
    const lines = shown(Math.max(epsilonOfRho(rho, delta), 1e-9));
    return {
      source,
      fingerprint: own.at(-1)?.data.fingerprint ?? "",
      runs: new Set(own.map((entry) => entry.run)).size,
      charges: own.length,
      ...{ rho, epsilon: lines.at(-1)?.epsilon ?? 0, delta: all },
      seeded: own.some((entry) => entry.seeded),
      lines,
    };
  });
}

/** What a writer on another machine was told, from one folder. */
export interface Sent {
  readonly lines: readonly SentLine[];
  /** False where a line was changed or taken out. */
  readonly whole: boolean;
}

/** What specs in a folder have sent to writers elsewhere, oldest first. Reading changes nothing. */
export async function readSent(folder: string): Promise<Sent> {
  const { readSendings } = await import("../privacy/ledger-sent.js");
  return readSendings(join(folder, ".parable"));
}
