import { compileTruth } from "../../constraint/expression.js";
import type { Cells } from "../../constraint/guide.js";
import type { Scope } from "../../constraint/scope.js";
import type { CheckedFairness } from "../../ir/checked.js";
import { type Coder, crossed } from "./coder.js";

export type Goal = CheckedFairness["goals"][number];

/** Stated shares, and what is left in the proportions that the other values had. */
export function statedShares(
  coder: Coder,
  found: Float64Array,
  shares: CheckedFairness["rebalance"][number]["shares"],
): Float64Array {
  const rest = Math.max(0, 1 - shares.reduce((sum, { share }) => sum + share, 0));
  const stated = Array.from(
    found,
    (_, code) =>
      shares.find(({ value }) => value === (coder.cuts?.[0]?.labels[code] ?? coder.label(code)))
        ?.share,
  );
  const left = found.reduce(
    (sum, share, code) => sum + (stated[code] === undefined ? share : 0),
    0,
  );
  return found.map((share, code) => stated[code] ?? (left > 0 ? (share * rest) / left : 0));
}

/** Goals by the strata that they hold within. */
export function together(goals: readonly Goal[]): readonly (readonly Goal[])[] {
  const found = new Map<string, Goal[]>();
  for (const goal of goals) {
    const key = goal.given.join("\n");
    found.set(key, [...(found.get(key) ?? []), goal]);
  }
  return [...found.values()];
}

/** What goals of the same strata allow together. */
export function boundOf(goals: readonly Goal[]): { readonly gap: number; readonly ratio: number } {
  const of = (metric: string) =>
    goals.flatMap((goal) => (goal.metric === metric ? [goal.bound] : []));
  return { gap: Math.min(1, ...of("parity")), ratio: Math.max(0, ...of("ratio")) };
}

/** No outcome is asked about. */
export const NONE: Coder = { size: 2, code: () => 0, label: () => "any" };

/** Whether a row's outcome can be told: of one size where it always can. */
export function knownCoder(
  fairness: CheckedFairness,
  scope: Scope,
  pilot: Cells,
  rows: number,
): Coder {
  if (fairness.outcome === undefined) return crossed([]);
  const holds = compileTruth(fairness.outcome, scope);
  const told = (cells: Cells, row: number) => (Number.isNaN(holds(cells, row)) ? 0 : 1);
  for (let row = 0; row < rows; row++) {
    if (told(pilot, row) === 0) {
      return { size: 2, code: told, label: (code) => (code === 1 ? "told" : "not told") };
    }
  }
  return crossed([]);
}

export function outcomeCoder(fairness: CheckedFairness, scope: Scope): Coder | undefined {
  if (fairness.outcome === undefined) return undefined;
  const holds = compileTruth(fairness.outcome, scope);
  return {
    size: 2,
    code: (cells, row) => (holds(cells, row) === 1 ? 1 : 0),
    label: (code) => (code === 1 ? "yes" : "no"),
  };
}
