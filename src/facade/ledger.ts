import { join } from "node:path";
import type { LedgerLine } from "../ir/release.js";

/** What all runs together have spent on one source. */
export interface SourceSpending {
  readonly source: string;
  readonly fingerprint: string;
  readonly runs: number;
  readonly charges: number;
  /** Sum of ρ (zero-concentrated differential privacy), and the ε that it means at `delta`. */
  readonly rho: number;
  readonly epsilon: number;
  readonly delta: number;
  readonly seeded: boolean;
  readonly lines: readonly LedgerLine[];
}

/**
 * The ledger beside a spec, by source; empty where nothing was ever spent. Reading changes nothing.
 *
 * @throws Failure P0751 for a ledger that was edited or cut.
 */
export async function readLedger(folder: string, delta = 1e-6): Promise<readonly SourceSpending[]> {
  const [{ Ledger }, { shownCharges }, { epsilonOfRho }, { hasLedger }] = await Promise.all([
    import("../privacy/ledger.js"),
    import("../privacy/ledger-lines.js"),
    import("../privacy/budget.js"),
    import("../privacy/ledger-file.js"),
  ]);
  const place = join(folder, ".parable");
  if (!hasLedger(place)) return [];
  const entries = new Ledger(place).entries();
  const keys = [...new Set(entries.map(({ data }) => data.fingerprint))];
  return keys.map((fingerprint) => {
    const own = entries.filter((entry) => entry.data.fingerprint === fingerprint);
    const first = shownCharges(own, 1, delta);
    const rho = first.reduce((sum, line) => sum + (Number.isNaN(line.rho) ? 0 : line.rho), 0);
    const epsilon = epsilonOfRho(rho, delta);
    return {
      source: own[0]?.data.source ?? "",
      fingerprint,
      runs: new Set(own.map((entry) => entry.run)).size,
      charges: own.length,
      ...{ rho, epsilon, delta },
      seeded: own.some((entry) => entry.seeded),
      lines: shownCharges(own, Math.max(epsilon, 1e-9), delta),
    };
  });
}
