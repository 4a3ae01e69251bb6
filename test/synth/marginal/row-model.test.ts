import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { BinDrawer } from "../../../src/synth/marginal/bins.js";
import { buildJunctionTree, cellsOf } from "../../../src/synth/marginal/junction-tree.js";
import { ModelMarginals } from "../../../src/synth/marginal/model-marginals.js";
import { Propagator } from "../../../src/synth/marginal/propagate.js";
import { MarginalRowModel } from "../../../src/synth/marginal/row-model.js";
import { splitGroups } from "../../../src/synth/marginal/split-groups.js";
import type { ColumnType } from "../../../src/table/column-type.js";
import { binned, type ColumnDomain, codeDomain } from "../../../src/table/domain.js";

const category = (values: string[]): ColumnType => ({
  kind: "category",
  values,
  ordered: false,
  learned: false,
});

function domains(): ColumnDomain[] {
  const a = ["p", "q", "r"];
  const b = ["x", "y"];
  return [
    codeDomain({ name: "a", type: category(a), optional: true }, a),
    codeDomain({ name: "b", type: category(b), optional: false }, b),
    binned(
      { name: "n", type: { kind: "int", min: 0, max: 99, learned: false }, optional: true },
      [0, 10, 20, 50, 99],
    ),
    binned(
      { name: "r", type: { kind: "real", min: -1, max: 1, learned: false }, optional: false },
      [-1, 0, 0.5, 1],
    ),
  ];
}

/** Codes of a and bins of n fall into groups; b and r are as they are. */
const merging = {
  groups: [
    [0, 0, 1, 1],
    [0, 1],
    [0, 0, 1, 1, 2],
    [0, 1, 2],
  ].map((codes) => Int32Array.from(codes)),
  sizes: [2, 2, 3, 3],
};

function modelOf(
  seed: number,
  merged: boolean,
): { model: MarginalRowModel; marginals: ModelMarginals } {
  const all = domains();
  const sizes = merged ? merging.sizes : all.map((domain) => domain.size);
  const tree = buildJunctionTree(sizes, [
    [0, 2],
    [1, 2],
    [2, 3],
  ]);
  const random = stream(seed, "potentials");
  const calibrated = new Propagator(tree).calibrate(
    tree.nodes.map((node) =>
      Float64Array.from({ length: cellsOf(node.attributes, sizes) }, () => random.normal()),
    ),
  );
  const masses = all.map(({ size }) => Float64Array.from({ length: size }, (_, i) => 1 + i));
  const beliefs = merged ? splitGroups(calibrated, merging, masses) : calibrated;
  return {
    model: new MarginalRowModel("test", all, beliefs),
    marginals: new ModelMarginals(beliefs),
  };
}

const cellsFor = (rows: number): (Float64Array | Int32Array)[] => [
  new Int32Array(rows),
  new Int32Array(rows),
  new Float64Array(rows),
  new Float64Array(rows),
];

test.each([false, true])(
  "rows drawn freely follow every pair marginal of the model; merged: %s",
  (merged) => {
    const { model, marginals } = modelOf(5, merged);
    const rows = 40_000;
    const cells = cellsFor(rows);
    const random = stream(1, "draw");
    for (const column of model.order) model.drawFree(undefined, cells, column, 0, rows, random);
    const all = domains();
    const codeOf = (column: number, row: number): number => {
      const domain = all[column] as ColumnDomain;
      const value = (cells[column] as Float64Array)[row] as number;
      if (domain.edges === undefined) return value < 0 ? (domain.missingCode as number) : value;
      if (Number.isNaN(value)) return domain.missingCode as number;
      return new BinDrawer(domain, new Float64Array(domain.size)).binOf(value);
    };
    for (const [a, b] of [
      [0, 2],
      [1, 2],
      [0, 1],
      [0, 3],
      [2, 3],
    ] as const) {
      const expected = marginals.of([a, b]);
      const counts = new Float64Array(expected.length);
      const width = (all[b] as ColumnDomain).size;
      for (let row = 0; row < rows; row++) {
        const cell = codeOf(a, row) * width + codeOf(b, row);
        counts[cell] = (counts[cell] as number) + 1;
      }
      for (const [cell, share] of expected.entries()) {
        // Far below the √(p/n) ≈ 0.0025 of independent rows for modelled pairs; 6σ for the others.
        expect(Math.abs((counts[cell] as number) / rows - share)).toBeLessThan(0.008);
      }
    }
  },
);

test.each([false, true])(
  "a restricted draw stays inside what is allowed and tells its probability; merged: %s",
  (merged) => {
    const { model, marginals } = modelOf(7, merged);
    const cells = cellsFor(1);
    const known = model.order;
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 0, max: 9 }),
        (seed, from, more) => {
          const random = stream(seed, "restricted");
          for (const column of known) model.drawFree(undefined, cells, column, 0, 1, random);
          const log = model.drawAllowed(
            undefined,
            cells,
            2,
            0,
            { missing: false, intervals: [from, from + more] },
            random,
          );
          const value = (cells[2] as Float64Array)[0] as number;
          expect(Number.isInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(from);
          expect(value).toBeLessThanOrEqual(from + more);
          expect(log).toBeLessThanOrEqual(0);
          expect(Number.isFinite(log)).toBe(true);
        },
      ),
    );
    const root = model.order[0] as number;
    const allowed = { missing: true, codes: Uint8Array.of(0, 1, 0) };
    if (root === 0) {
      const share = marginals.of([0]);
      const log = model.drawAllowed(undefined, cells, 0, 0, allowed, stream(1, "x"));
      expect(Math.exp(log)).toBeCloseTo((share[1] as number) + (share[3] as number), 10);
    }
  },
);

test("values within a bin keep to grid, bin and intervals, and shares of disjoint pieces add up", () => {
  const type: ColumnType = { kind: "money", min: 0, max: 100, step: 0.05, learned: false };
  const domain = binned({ name: "m", type, optional: false }, [0, 1, 10, 100]);
  const drawer = new BinDrawer(domain, Float64Array.of(0.7, 0.2, 0.1));
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 0, max: 2 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (seed, bin, cut) => {
        const random = stream(seed, "bin");
        const value = drawer.draw(bin, undefined, random);
        expect(drawer.binOf(value)).toBe(bin);
        expect(Math.abs(value / 0.05 - Math.round(value / 0.05))).toBeLessThan(1e-6);
        const below = drawer.openShare(bin, [0, cut]);
        const above = drawer.openShare(bin, [cut + 1e-7, 100]);
        expect(below + above).toBeCloseTo(1, 5);
        if (below > 1e-9)
          expect(drawer.draw(bin, [0, cut], random)).toBeLessThanOrEqual(cut + 1e-9);
      },
    ),
  );
});
