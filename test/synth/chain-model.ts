import type { Random } from "../../src/base/random.js";
import type { Allowed, Cells } from "../../src/constraint/guide.js";
import type { RowModel } from "../../src/synth/synthesizer.js";
import { cellOf, scope, world } from "../constraint/worlds.js";

/** A toy model over the small world whose every conditional probability is known. */
export function chainModel(order: readonly number[], skew = 1): RowModel {
  /** Probability of each value of a column, given the cells of the column drawn before it. */
  const shares = (cells: Cells, column: number, row: number): number[] => {
    const turn = order.indexOf(column);
    const before =
      turn === 0 ? 0 : ((cells[order[turn - 1] as number] as Int32Array)[row] as number);
    const shift = Number.isNaN(before) ? 7 : Math.round(before * 10) + 20;
    const raw = (world[column] as (typeof world)[number]).values.map(
      (_, i) => 1 + skew * (((i + 1) * (shift + 3) * 37) % 11),
    );
    const total = raw.reduce((sum, one) => sum + one, 0);
    return raw.map((one) => one / total);
  };
  const pick = (
    cells: Cells,
    column: number,
    row: number,
    keep: number[],
    random: Random,
  ): void => {
    const total = keep.reduce((sum, one) => sum + one, 0);
    let rest = random.uniform() * total;
    let chosen = keep.findLastIndex((share) => share > 0);
    for (let i = 0; i < keep.length; i++) {
      rest -= keep[i] as number;
      if (rest < 0) {
        chosen = i;
        break;
      }
    }
    const value = (world[column] as (typeof world)[number]).values[chosen];
    (cells[column] as Float64Array)[row] = cellOf(column, value);
  };
  return {
    learner: "chain",
    columns: world,
    levels: scope.levels,
    order,
    begin: () => undefined,
    drawFree: (_state, cells, column, from, to, random) => {
      for (let row = from; row < to; row++) {
        pick(cells, column, row, shares(cells, column, row), random);
      }
    },
    drawAllowed: (_state, cells, column, row, allowed, random) => {
      const all = shares(cells, column, row);
      const keep = all.map((share, i) => {
        const { values } = world[column] as (typeof world)[number];
        return admitted(allowed, cellOf(column, values[i])) ? share : 0;
      });
      pick(cells, column, row, keep, random);
      return Math.log(keep.reduce((sum, one) => sum + one, 0));
    },
    save: () => ({ learner: "chain", version: 1, json: {}, arrays: {} }),
  };
}

export function admitted(allowed: Allowed, cell: number): boolean {
  if (Number.isNaN(cell)) return allowed.missing;
  const { intervals } = allowed;
  if (intervals !== undefined) {
    return intervals.some(
      (low, i) => i % 2 === 0 && cell >= low && cell <= (intervals[i + 1] as number),
    );
  }
  if (cell < 0) return allowed.missing;
  return allowed.codes === undefined || allowed.codes[cell] === 1;
}
