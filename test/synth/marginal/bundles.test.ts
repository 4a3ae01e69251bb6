import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { propagation } from "../../../src/kernels/propagate.js";
import { Bundles, type Part } from "../../../src/synth/marginal/bundles.js";
import { projection } from "../../../src/synth/marginal/index-map.js";
import { type Clique, cellsOf } from "../../../src/synth/marginal/junction-tree.js";
import { Layout, viewOf } from "../../../src/synth/marginal/layout.js";

const tables = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
  parts: fc.array(fc.nat(), { maxLength: 7 }),
  seed: fc.nat(),
});

/** Some attributes, in some order; perhaps none. */
function subset(attributes: Clique, seed: number): Clique {
  const random = stream(seed, "subset");
  return attributes
    .filter(() => random.uniform() < 0.5)
    .map((attribute) => ({ attribute, rank: random.uniform() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ attribute }) => attribute);
}

it("adds parts to a table and sums it into them, whichever go together", () => {
  fc.assert(
    fc.property(tables, ({ sizes, parts: seeds, seed }) => {
      const attributes = [...sizes.keys()].reverse();
      const layout = new Layout();
      const cells = cellsOf(attributes, sizes);
      const place = layout.cells(cells);
      const parts = seeds.map((each): Part => {
        const own = subset(attributes, each);
        const size = cellsOf(own, sizes);
        return { attributes: own, up: layout.cells(size), down: layout.cells(size) };
      });
      const bundles = new Bundles(attributes, sizes, parts, layout);
      const kernel = propagation(layout.end);
      bundles.open(kernel);
      const random = stream(seed, "cells");
      const table = viewOf(kernel, place, cells).map(() => random.normal());
      const expected = table.slice();
      const maps = parts.map((part) => projection(attributes, part.attributes, sizes));
      for (const [i, part] of parts.entries()) {
        const up = viewOf(kernel, part.up, cellsOf(part.attributes, sizes));
        up.forEach((_, cell) => {
          up[cell] = random.normal();
        });
        maps[i]?.forEach((to, cell) => {
          expected[cell] = (expected[cell] as number) + (up[to] as number);
        });
      }
      for (let time = 0; time < 2; time++) {
        viewOf(kernel, place, cells).set(table);
        bundles.addInto(kernel, place);
        for (const [cell, value] of viewOf(kernel, place, cells).entries()) {
          expect(value).toBeCloseTo(expected[cell] as number, 10);
        }
        bundles.sumFrom(kernel, place);
        for (const [i, part] of parts.entries()) {
          const sums = new Float64Array(cellsOf(part.attributes, sizes));
          maps[i]?.forEach((to, cell) => {
            sums[to] = (sums[to] as number) + (expected[cell] as number);
          });
          const down = viewOf(kernel, part.down, sums.length);
          for (const [cell, sum] of sums.entries()) expect(down[cell]).toBeCloseTo(sum, 10);
        }
      }
    }),
  );
});
