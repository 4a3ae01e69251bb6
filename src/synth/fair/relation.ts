import { visitColumns } from "../../constraint/columns-in.js";
import type { Cells } from "../../constraint/guide.js";
import type { Scope } from "../../constraint/scope.js";
import type { CheckedFairness } from "../../ir/checked.js";
import { type Coder, columnCoder } from "./coder.js";
import { chanceOf, fitScore } from "./score.js";
import { tilt, tiltOf } from "./tilt.js";

/** Keys and texts say nothing of a row that could be kept. */
const UNTOLD: ReadonlySet<string> = new Set(["id", "ref", "text"]);

export interface RelationRequest {
  readonly fairness: CheckedFairness;
  readonly scope: Scope;
  readonly pilot: Cells;
  readonly outcome: Coder;
  /** Cells crossed with the outcome, which is the fastest. */
  readonly margins: readonly { readonly coder: Coder; readonly target: Float64Array }[];
  readonly weights: Float64Array;
}

export interface KeptRelation {
  readonly weights: Float64Array;
  readonly residual: number;
  /** The factor of any row. */
  weight(cells: Cells, row: number): number;
}

/**
 * Weights that meet the margins and keep, as firmly as `keep relation` says, the chance of the outcome among
 * rows alike in all other columns, as an additive logistic regression on the pilot tells it.
 */
export function keepRelation(request: RelationRequest): KeptRelation {
  const { fairness, scope, pilot, outcome, weights } = request;
  const rows = weights.length;
  const keep = fairness.keepRelation ?? 0;
  const coders = restOf(fairness, scope).map((name) => columnCoder(scope, pilot, name));
  const codes = coders.map((coder) => codesOf(coder, pilot, rows));
  const happened = Uint8Array.from(codesOf(outcome, pilot, rows));
  const sizes = coders.map(({ size }) => size);
  const score = fitScore(codes, sizes, happened, weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const margins = request.margins.map(({ coder, target }) => ({
    cells: codesOf(coder, pilot, rows).map((code) => code >> 1),
    target,
  }));
  const chance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    chance[row] = chanceOf(
      score,
      codes.map((column) => column[row] as number),
    );
  }
  const base = weights.map((weight) => weight / total);
  const tilted = tilt(margins, { outcome: happened, chance, base, keep });
  return {
    weights: tilted.weights,
    residual: tilted.residual,
    weight: (cells, row) => {
      let [mass, pull] = [0, 0];
      for (const [m, { coder }] of request.margins.entries()) {
        const cell = coder.code(cells, row) >> 1;
        mass += tilted.mass[m]?.[cell] ?? 0;
        pull += tilted.pull[m]?.[cell] ?? 0;
      }
      const own = {
        chance: chanceOf(
          score,
          coders.map((coder) => coder.code(cells, row)),
        ),
        outcome: outcome.code(cells, row),
        keep,
      };
      return tiltOf(mass, pull, own) / total;
    },
  };
}

/** The columns that the outcome's chance may depend on: all that it does not read itself. */
function restOf({ outcome }: CheckedFairness, { columns }: Scope): readonly string[] {
  const read = new Set<string>();
  if (outcome !== undefined) visitColumns(outcome, ({ name }) => read.add(name));
  return columns
    .filter(({ name, type }) => !read.has(name) && !UNTOLD.has(type.kind))
    .map(({ name }) => name);
}

function codesOf(coder: Coder, cells: Cells, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => coder.code(cells, row));
}
