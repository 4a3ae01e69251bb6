import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { Overlaps } from "../../../src/synth/marginal/overlaps.js";
import { allTuples, cellOf } from "./brute-force.js";

const CLIQUES = [[0], [1], [2], [1, 0], [1, 2], [0, 2], [2, 0, 1], [3, 0, 2]];

/** Terms over random cliques, random potentials for them, and the sizes of the attributes. */
function scene(seed: number, chosen: readonly number[]) {
  const random = stream(seed, "overlaps");
  const sizes = [0, 1, 2, 3].map(() => 2 + Math.floor(2 * random.uniform()));
  let start = 0;
  const terms = chosen.map((which) => {
    const attributes = CLIQUES[which] as number[];
    const cells = attributes.reduce((product, a) => product * (sizes[a] as number), 1);
    const even = 10 ** (4 * random.uniform() - 2);
    const pulls = Float64Array.from({ length: cells }, () => {
      return attributes.length === 1 ? 10 ** (4 * random.uniform() - 2) : even;
    });
    const term = { attributes, start, cells, pulls };
    start += cells;
    return term;
  });
  const potentials = Float64Array.from({ length: start }, () => random.normal());
  return { sizes, terms, potentials, overlaps: new Overlaps(terms, sizes), random };
}

type Scene = ReturnType<typeof scene>;

/** The logs of the model, cell by cell of the whole table, less their mean. */
function logsOf({ terms, sizes }: Scene, potentials: Float64Array): number[] {
  const logs = allTuples(sizes).map((tuple) => {
    return terms.reduce((sum, { attributes, start }) => {
      return sum + (potentials[start + cellOf(tuple, attributes, sizes)] as number);
    }, 0);
  });
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return logs.map((log) => log - mean);
}

/** ½ Σ pull · θ². */
function priceOf({ terms }: Scene, potentials: Float64Array): number {
  return terms.reduce((sum, { start, pulls }) => {
    return pulls.reduce(
      (all, pull, i) => all + 0.5 * pull * (potentials[start + i] ?? 0) ** 2,
      sum,
    );
  }, 0);
}

const scenes = fc
  .tuple(fc.nat(), fc.uniqueArray(fc.nat({ max: CLIQUES.length - 1 }), { minLength: 1 }))
  .map(([seed, chosen]) => scene(seed, chosen));

test("settled potentials make the same model", () => {
  fc.assert(
    fc.property(scenes, (it) => {
      const before = logsOf(it, it.potentials);
      it.overlaps.settle(it.potentials);
      for (const [cell, log] of logsOf(it, it.potentials).entries()) {
        expect(log).toBeCloseTo(before[cell] as number, 9);
      }
    }),
    { numRuns: 40 },
  );
});

test("no potentials of the same model are cheaper than settled ones, and settling them again changes nothing", () => {
  fc.assert(
    fc.property(scenes, (it) => {
      const { overlaps, potentials, random } = it;
      overlaps.settle(potentials);
      const again = potentials.slice();
      overlaps.settle(again);
      for (const [i, value] of again.entries()) expect(value).toBeCloseTo(potentials[i] ?? 0, 9);
      for (let trial = 0; trial < 5; trial++) {
        const way = potentials.map(() => random.normal());
        const seen = way.slice();
        overlaps.settle(seen);
        const moved = potentials.map((x, i) => x + 0.01 * ((way[i] ?? 0) - (seen[i] ?? 0)));
        expect(priceOf(it, moved)).toBeGreaterThanOrEqual(priceOf(it, potentials) * (1 - 1e-9));
      }
    }),
    { numRuns: 40 },
  );
});

test("every way that leaves the model as it is, is among those that settling takes away", () => {
  fc.assert(
    fc.property(scenes, (it) => {
      const moves = new Float64Array(it.potentials.length);
      for (const { attributes, start } of it.terms) {
        for (const other of it.terms) {
          const both = other.attributes.filter((a) => attributes.includes(a));
          const effect = allTuples(both.map((a) => it.sizes[a] as number)).map(() =>
            it.random.normal(),
          );
          for (const [term, sign] of [
            [{ attributes, start }, 1],
            [other, -1],
          ] as const) {
            const seen = new Set<number>();
            for (const tuple of allTuples(it.sizes)) {
              const cell = term.start + cellOf(tuple, term.attributes, it.sizes);
              if (seen.has(cell)) continue;
              seen.add(cell);
              moves[cell] =
                (moves[cell] ?? 0) + sign * (effect[cellOf(tuple, both, it.sizes)] ?? 0);
            }
          }
        }
      }
      for (const log of logsOf(it, moves)) expect(log).toBeCloseTo(0, 8);
      it.overlaps.settle(moves);
      for (const value of moves) expect(value).toBeCloseTo(0, 8);
    }),
    { numRuns: 40 },
  );
});
