import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { ParentRows } from "../../../src/constraint/scope.js";
import { Evidence } from "../../../src/synth/marginal/evidence.js";
import { loadParentedModel, ParentedModel } from "../../../src/synth/marginal/given-parents.js";
import { buildJunctionTree, cellsOf } from "../../../src/synth/marginal/junction-tree.js";
import { ModelMarginals } from "../../../src/synth/marginal/model-marginals.js";
import { type Beliefs, Propagator } from "../../../src/synth/marginal/propagate.js";
import { MarginalRowModel } from "../../../src/synth/marginal/row-model.js";
import { splitGroups } from "../../../src/synth/marginal/split-groups.js";
import { binned, codeDomain } from "../../../src/table/domain.js";

function beliefsOf(sizes: readonly number[], cliques: readonly number[][], seed: number): Beliefs {
  const tree = buildJunctionTree(sizes, cliques);
  const random = stream(seed, "beliefs");
  return new Propagator(tree).calibrate(
    tree.nodes.map((node) =>
      Float64Array.from({ length: cellsOf(node.attributes, sizes) }, () => 1.5 * random.normal()),
    ),
  );
}

describe("a tree given its last attributes", () => {
  it("has the conditional distribution that enumeration has", () => {
    const sizes = [3, 4, 2, 3, 2];
    fc.assert(
      fc.property(fc.nat(), fc.nat(2), fc.nat(1), (seed, fourth, fifth) => {
        const beliefs = beliefsOf(
          sizes,
          [
            [0, 3],
            [0, 1, 4],
            [1, 2],
            [3, 4],
          ],
          seed,
        );
        const whole = new ModelMarginals(beliefs).of([0, 1, 2, 3, 4]);
        const reduced = new Evidence(beliefs, 3).given([fourth, fifth]);
        const found = new ModelMarginals(reduced).of([0, 1, 2]);
        const wanted = Float64Array.from(
          found,
          (_, cell) => whole[(cell * 3 + fourth) * 2 + fifth]!,
        );
        const mass = wanted.reduce((sum, own) => sum + own, 0);
        found.forEach((own, cell) => {
          expect(own).toBeCloseTo(wanted[cell]! / mass, 10);
        });
        const first = new Evidence(beliefs, 3).marginal([fourth, fifth], 0);
        expect(first[1]).toBeCloseTo(new ModelMarginals(reduced).of([0])[1]!, 12);
      }),
    );
  });

  it("has it too where codes were put together in groups", () => {
    const sizes = [2, 3, 2];
    const counts = [
      [4, 6],
      [1, 2, 3, 4],
      [1, 1, 5],
    ].map((own) => Float64Array.from(own));
    const merging = {
      sizes,
      groups: [Int32Array.of(0, 1), Int32Array.of(0, 1, 1, 2), Int32Array.of(0, 0, 1)],
    };
    fc.assert(
      fc.property(fc.nat(), fc.nat(2), (seed, known) => {
        const grouped = beliefsOf(
          sizes,
          [
            [0, 1],
            [1, 2],
            [0, 2],
          ],
          seed,
        );
        const beliefs = splitGroups(grouped, merging, counts);
        const whole = new ModelMarginals(beliefs).of([0, 1, 2]);
        const reduced = new Evidence(beliefs, 2).given([known]);
        const found = new ModelMarginals(reduced).of([0, 1]);
        const wanted = found.map((_, cell) => whole[cell * 3 + known]!);
        const mass = wanted.reduce((sum, own) => sum + own, 0);
        found.forEach((own, cell) => {
          expect(own).toBeCloseTo(wanted[cell]! / mass, 10);
        });
      }),
    );
  });

  it("falls back to the unconditional distribution where the evidence can't be", () => {
    const sizes = [3, 2];
    const tree = buildJunctionTree(sizes, [[0, 1]]);
    const order = tree.nodes[0]!.attributes;
    const logs = new Float64Array(6);
    for (let i = 0; i < 6; i++) {
      const code = order[0] === 1 ? Math.floor(i / 3) : i % 2;
      if (code === 1) logs[i] = Number.NEGATIVE_INFINITY;
    }
    const beliefs = new Propagator(tree).calibrate([logs]);
    const found = new Evidence(beliefs, 1).marginal([1], 0);
    for (const share of found) expect(share).toBeCloseTo(1 / 3, 12);
  });
});

describe("rows given their parents", () => {
  const sexes = ["F", "M"];
  const wards = ["a", "b", "c"];
  const category = (values: string[]) =>
    ({ kind: "category", values, ordered: false, learned: false }) as const;
  const domains = [
    codeDomain({ name: "ward", type: category(wards), optional: false }, wards),
    binned(
      { name: "days", type: { kind: "int", min: 0, max: 9, learned: false }, optional: true },
      [0, 1, 4, 9],
    ),
    codeDomain({ name: "patient.sex", type: category(sexes), optional: false }, sexes),
    binned(
      {
        name: "patient.age",
        type: { kind: "int", min: 0, max: 99, learned: false },
        optional: true,
      },
      [0, 30, 99],
    ),
  ];
  const beliefs = beliefsOf(
    domains.map(({ size }) => size),
    [
      [0, 2],
      [0, 1],
      [1, 3],
    ],
    5,
  );
  const parents: ParentRows = {
    scope: {
      columns: [
        { name: "age", type: { kind: "int", min: 0, max: 99, learned: false }, optional: true },
        { name: "sex", type: category(["M", "F"]), optional: false },
      ],
      levels: [undefined, ["M", "F"]],
    },
    cells: [Float64Array.of(12, 40, Number.NaN), Int32Array.of(0, 1, 1)],
    rows: 3,
  };
  const ref = {
    name: "patient",
    type: { kind: "ref", table: "patients", min: 0, max: 9 } as const,
    optional: false,
  };
  /** The parents' codes in the domains of the model: sex by its label, age by its bin. */
  const evidence = [
    [1, 0],
    [0, 1],
    [0, 2],
  ];

  it("follow the tree conditioned on each parent, saved or not", () => {
    const made = new ParentedModel(new MarginalRowModel("test", domains, beliefs), 2);
    const whole = new ModelMarginals(beliefs).of([0, 1, 2, 3]);
    const rows = 30_000;
    for (const model of [made, loadParentedModel(made.save())]) {
      const bound = model.under(ref, parents);
      const refs = Int32Array.from({ length: rows }, (_, row) => row % 3);
      const cells = [refs, new Int32Array(rows), new Float64Array(rows)];
      const random = stream(8, "children");
      const state = bound.begin(rows, random);
      for (const column of bound.order.slice(1)) {
        bound.drawFree(state, cells, column, 0, rows, random);
      }
      for (let parent = 0; parent < 3; parent++) {
        const [sex, age] = evidence[parent] as [number, number];
        const shares = Array.from({ length: 12 }, (_, cell) => whole[(cell * 2 + sex) * 3 + age]!);
        const mass = shares.reduce((sum, own) => sum + own, 0);
        const counts = new Float64Array(12);
        for (let row = parent; row < rows; row += 3) {
          const days = cells[2]![row]!;
          const code = Number.isNaN(days) ? 3 : days < 1 ? 0 : days < 4 ? 1 : 2;
          counts[cells[1]![row]! * 4 + code]!++;
        }
        shares.forEach((share, cell) => {
          const wanted = ((rows / 3) * share) / mass;
          // Rounded counts vary less than Poisson ones; 6σ + 3 in 36 cells.
          expect(Math.abs(counts[cell]! - wanted)).toBeLessThan(6 * Math.sqrt(wanted) + 3);
        });
      }
      const [first] = model.distributions(0, parents);
      const direct = new Evidence(beliefs, 2).marginal(evidence[0]!, 0);
      expect([...first!]).toEqual([...direct]);
    }
  });

  it("stay inside what is allowed", () => {
    const model = new ParentedModel(new MarginalRowModel("test", domains, beliefs), 2);
    const bound = model.under(ref, parents);
    const cells = [Int32Array.of(1), Int32Array.of(0), new Float64Array(1)];
    for (let i = 0; i < 50; i++) {
      const allowed = { missing: false, intervals: [3, 5] };
      const log = bound.drawAllowed(undefined, cells, 2, 0, allowed, stream(i, "allowed"));
      expect(log).toBeLessThanOrEqual(0);
      expect([3, 4, 5]).toContain(cells[2]![0]);
    }
  });
});
