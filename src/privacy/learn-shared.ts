import { below } from "./entropy.js";
import { chargeSelection, type Payer } from "./mechanism.js";
import { levelChoice } from "./noise-levels.js";

/**
 * The cell that most rows share, by the exponential mechanism: cell x is drawn with probability
 * ∝ e^(ε·#{rows in x}/k), k the rows that a unit may have. A unit more raises each count by some c_x ≥ 0 with
 * Σ c_x ≤ k and lowers none: scores are monotonic, so the loss lies in an interval of length ε without the usual
 * half in the exponent (McSherry & Talwar 2007; Durfee & Rogers 2019 for the interval). Where no value is shared by
 * enough rows, any cell may come out.
 * Why it is private: docs/privacy/domains.md.
 *
 * @param sorted cells of the rows, ascending, each below `cells`; asked for once the charge is written.
 */
export function learnShared(
  payer: Payer,
  column: string,
  sorted: () => Uint32Array,
  cells: number,
  rho: number,
): number {
  const { num, den } = chargeSelection(payer, `a value of ${column} that many rows share`, rho);
  const runs = runsOf(sorted());
  const most = runs.reduce((largest, { count }) => Math.max(largest, count), 0);
  const levels = new Float64Array(most + 1);
  for (const { count } of runs) levels[most - count] = (levels[most - count] as number) + 1;
  levels[most] = cells - runs.length;
  const best = levels.findIndex((candidates) => candidates > 0);
  const rate = { num: 2n * num, den };
  const level = best + levelChoice(levels.subarray(best), rate, payer.entropy);
  const pick = below(levels[level] as number, payer.entropy);
  if (level < most) return runs.filter(({ count }) => count === most - level)[pick]?.cell ?? 0;
  return emptyCell(runs, pick);
}

interface Run {
  readonly cell: number;
  readonly count: number;
}

/** The cells that have rows, ascending. */
function runsOf(sorted: Uint32Array): Run[] {
  const runs: Run[] = [];
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const cell = sorted[from] as number;
    while (to < sorted.length && sorted[to] === cell) to++;
    runs.push({ cell, count: to - from });
  }
  return runs;
}

/** The cell before which so many are without rows. */
function emptyCell(runs: readonly Run[], before: number): number {
  let cell = before;
  for (const run of runs) {
    if (run.cell > cell) break;
    cell++;
  }
  return cell;
}
