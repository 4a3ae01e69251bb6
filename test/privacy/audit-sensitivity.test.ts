import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Access } from "../../src/privacy/access.js";
import { accessTo, type Rows } from "./audit.js";

/** At this price the noise is zero for all that a test can see, and answers show true sensitivities. */
const MUTE = 1e18;
const sizes = [3, 4, 2];
const row = fc.tuple(fc.nat(2), fc.nat(3), fc.nat(1));
const cliques = [[], [0], [1], [0, 1], [1, 2], [0, 1, 2]];
const cellsOf = (columns: readonly number[]) => columns.reduce((p, c) => p * sizes[c]!, 1);
const model = (columns: readonly number[], seed: number) =>
  Float64Array.from({ length: cellsOf(columns) }, (_, i) => Math.abs(Math.sin(seed + i)) * 7);

/** Squared L2 distance of all marginals' answers, one clique each. */
function moves(left: Access, right: Access, columns: readonly number[]): number {
  const [a, b] = [left, right].map(
    (access) => access.measureMarginal({ columns, rho: MUTE }).counts,
  );
  return a!.reduce((sum, count, i) => sum + (count - b![i]!) ** 2, 0);
}

function errorMoves(left: Access, right: Access, seed: number): number[] {
  const requests = cliques.map((columns) => ({ columns, model: model(columns, seed) }));
  const [a, b] = [left, right].map((access) => access.measureErrors(requests, MUTE).errors);
  return [...a!].map((error, i) => Math.abs(error - b![i]!));
}

describe("one row more or less", () => {
  it("moves no marginal by more than 1, and no error of a model by more than 1", () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        row,
        fc.nat(1000),
        (rows: Rows, extra, seed) => {
          const [left, right] = [accessTo(rows, sizes, 1), accessTo([...rows, extra], sizes, 1)];
          for (const columns of cliques) expect(moves(left, right, columns)).toBeLessThanOrEqual(1);
          for (const move of errorMoves(left, right, seed)) expect(move).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("is not the same as one row replaced by another: that moves marginals by √2", () => {
    const [left, right] = [accessTo([[0, 0, 0]], sizes, 1), accessTo([[1, 1, 1]], sizes, 1)];
    expect(moves(left, right, [0, 1])).toBe(2);
    const far = { columns: [0, 1], model: new Float64Array(12).fill(5) };
    const swapped = {
      columns: [0, 1],
      model: Float64Array.from({ length: 12 }, (_, i) => Number(i === 0)),
    };
    for (const request of [far, swapped]) {
      const [a, b] = [left, right].map(
        (access) => access.measureErrors([request], MUTE).errors[0]!,
      );
      expect(Math.abs(a! - b!)).toBe(request === far ? 0 : 2);
    }
  });
});

describe("one patient with all rows more or less", () => {
  it("moves no marginal and no error by more than the bound on rows", () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 10 }),
        fc.array(row, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(1000),
        (rows: Rows, own: Rows, contributions, seed) => {
          const unit = { name: "each patient", contributions };
          const others = rows.map((_, i) =>
            i % contributions === 0 ? i : i - (i % contributions),
          );
          const left = accessTo(rows, sizes, 1, { unit, entities: others });
          const entities = [...others, ...own.map(() => 99)];
          const right = accessTo([...rows, ...own], sizes, 1, { unit, entities });
          for (const columns of cliques) {
            expect(moves(left, right, columns)).toBeLessThanOrEqual(contributions ** 2);
          }
          for (const move of errorMoves(left, right, seed)) {
            expect(move).toBeLessThanOrEqual(contributions);
          }
        },
      ),
    );
  });

  it("would move them further if the bound were not enforced", () => {
    const own = Array.from({ length: 9 }, () => [0, 0, 0]);
    const [left, right] = [accessTo([], sizes, 1), accessTo(own, sizes, 1)];
    expect(moves(left, right, [0])).toBe(81);
  });
});

describe("what an access tells of itself", () => {
  it("is the same for neighbouring data", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), row, (rows: Rows, extra) => {
        const describe = (access: Access) => [
          JSON.stringify(access),
          access.sigmaOf(0.1),
          access.remaining(),
          access.partition(0).length,
          JSON.stringify(access.columns),
        ];
        expect(describe(accessTo(rows, sizes, 1))).toEqual(
          describe(accessTo([...rows, extra], sizes, 1)),
        );
      }),
    );
  });
});
