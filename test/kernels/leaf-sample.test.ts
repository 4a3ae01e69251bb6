import fc from "fast-check";
import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { leafOf, parentsOf, type Tree } from "../../src/kernels/decision-tree.js";
import { LeafSampler, type Leaves, samplePlain } from "../../src/kernels/leaf-sample.js";

const levels = 6;

/** Cells of numbers and levels in turn, with gaps, of few different values: cuts are met exactly. */
function cellsOf(columns: number, rows: number, seed: number) {
  const random = stream(seed, "cells");
  return Array.from({ length: columns }, (_, at) =>
    at % 2 === 0
      ? Float64Array.from({ length: rows }, () => {
          const value = random.below(12);
          return value === 0 ? Number.NaN : value / 4 - 1;
        })
      : Int32Array.from({ length: rows }, () => random.below(levels + 1) - 1),
  );
}

/** A tree of random questions: cuts at numbers, at nothing and at everything, missing to either side. */
function treeOf(columns: number, splits: number, seed: number): Leaves {
  const random = stream(seed, "tree");
  const ranks = Array.from({ length: columns }, (_, at) =>
    at % 2 === 0 ? undefined : Int32Array.from({ length: levels + 1 }, () => random.below(levels)),
  );
  const nodes = [{ feature: -1, threshold: 0, missingLeft: 0, child: -1, start: 0, end: 5000 }];
  for (let split = 0; split < splits && columns > 0; split++) {
    const node = nodes[random.below(nodes.length)] as (typeof nodes)[number];
    const size = node.end - node.start;
    if (node.child >= 0 || size < 2) continue;
    const feature = random.below(columns);
    const cut = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY][random.below(8)];
    const number = cut ?? random.below(12) / 4 - 1;
    const middle = node.start + 1 + random.below(size - 1);
    const leaf = { feature: -1, threshold: 0, missingLeft: 0, child: -1 };
    node.feature = feature;
    node.threshold = feature % 2 === 0 ? number : random.below(levels);
    node.missingLeft = random.below(2);
    node.child = nodes.length;
    nodes.push(
      { ...leaf, start: node.start, end: middle },
      { ...leaf, start: middle, end: node.end },
    );
  }
  const of = (key: keyof (typeof nodes)[number]) => nodes.map((node) => node[key]);
  const child = Int32Array.from(of("child"));
  const tree: Tree = {
    feature: Int32Array.from(of("feature")),
    threshold: Float64Array.from(of("threshold")),
    missingLeft: Uint8Array.from(of("missingLeft")),
    ...{ child, parent: parentsOf(child) },
    ...{ start: Int32Array.from(of("start")), end: Int32Array.from(of("end")) },
    ranks: ranks.map((rank, column) => (of("feature").includes(column) ? rank : undefined)),
  };
  return { tree, entries: Int32Array.from({ length: 5000 }, (_, at) => at) };
}

it("gives the same entries as the plain twin, and leaves the stream at the same place", () => {
  fc.assert(
    fc.property(
      fc.record({
        columns: fc.integer({ min: 0, max: 7 }),
        splits: fc.constantFrom(0, 1, 5, 60, 400),
        rows: fc.integer({ min: 64, max: 4096 }),
        from: fc.constantFrom(0, 0, 17),
        left: fc.boolean(),
        seed: fc.nat(),
      }),
      ({ columns, splits, rows, from, left, seed }) => {
        const all = [1, 2, 3].map((each) => treeOf(columns, splits, seed + each));
        const sampler = new LeafSampler(all);
        const [a, b] = [stream(seed, "draw"), stream(seed, "draw")];
        const to = from + rows;
        const lots = stream(seed, "rows");
        const some = Int32Array.from({ length: rows }, (_, row) => from + row).filter(
          () => !left || lots.below(3) > 0,
        );
        const cells = cellsOf(columns, to, seed);
        // The first rounds may be on this side of what is worth the way to the kernel.
        for (let round = 0; round < 8; round++) {
          const own = all[round % 3] as Leaves;
          const found = sampler.sample(own, cells, some, [from, to], a);
          const plain = samplePlain(own, cells, some, [from, to], b);
          expect(some.map((row) => found[row - from] as number)).toEqual(
            some.map((row) => plain[row - from] as number),
          );
          // Whoever owns the cells may change them behind the sampler's back.
          const column = cells[round % Math.max(1, columns)];
          if (column !== undefined) column[to - 1] = column[from] as number;
        }
        expect(a.uint32()).toBe(b.uint32());
      },
    ),
    { numRuns: 40 },
  );
});

it("gives each row an entry of its own leaf, and each entry as often as any other of the leaf", () => {
  const leaves = treeOf(4, 60, 5);
  const cells = cellsOf(4, 4096, 5);
  const rows = Int32Array.from({ length: 4096 }, (_, row) => row);
  const sampler = new LeafSampler([leaves]);
  const found = sampler.sample(leaves, cells, rows, [0, 4096], stream(5, "draw"));
  const taken = new Map<number, number[]>();
  for (const row of rows) {
    const leaf = leafOf(leaves.tree, cells, row);
    taken.set(leaf, [...(taken.get(leaf) ?? []), found[row] as number]);
  }
  for (const [leaf, entries] of taken) {
    const first = leaves.tree.start[leaf] as number;
    const size = (leaves.tree.end[leaf] as number) - first;
    const counts = new Int32Array(size);
    for (const entry of entries) counts[entry - first] = (counts[entry - first] as number) + 1;
    const most = Math.ceil(entries.length / size);
    expect(Math.max(...counts)).toBeLessThanOrEqual(most);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(Math.floor(entries.length / size));
  }
});

it("says nothing about which row of a leaf gets which entry", () => {
  // 4,000 drawings of 100 rows, half of them with entry 0, half with 1: each row has each as often, and two rows
  // equal ones with chance 49/99. 4.5 standard errors each: a false alarm once in 500 such tests.
  const { tree } = treeOf(0, 0, 1);
  const leaves = { tree, entries: Int32Array.from({ length: 5000 }, (_, at) => at % 2) };
  leaves.entries.sort();
  const sampler = new LeafSampler([leaves]);
  const rows = Int32Array.from({ length: 100 }, (_, row) => row);
  const random = stream(4, "draw");
  const ones = new Float64Array(100);
  const same = new Float64Array(100);
  for (let trial = 0; trial < 4000; trial++) {
    const entries = sampler.sample(leaves, [], rows, [0, 100], random);
    for (let row = 0; row < 100; row++) {
      ones[row] = (ones[row] as number) + (entries[row] as number);
      const next = entries[(row + 1) % 100] as number;
      same[row] = (same[row] as number) + Number(entries[row] === next);
    }
  }
  for (let row = 0; row < 100; row++) {
    expect(Math.abs((ones[row] as number) - 2000)).toBeLessThan(4.5 * Math.sqrt(1000));
    const chance = 49 / 99;
    const error = Math.sqrt(4000 * chance * (1 - chance));
    expect(Math.abs((same[row] as number) - 4000 * chance)).toBeLessThan(4.5 * error);
  }
});
