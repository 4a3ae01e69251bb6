import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { boxesOf } from "../../../src/constraint/boxes.js";
import { compileTruth } from "../../../src/constraint/expression.js";
import type { Formula } from "../../../src/ir/formula.js";
import { BinDrawer } from "../../../src/synth/marginal/bins.js";
import { buildJunctionTree, cellsOf } from "../../../src/synth/marginal/junction-tree.js";
import { ModelMarginals } from "../../../src/synth/marginal/model-marginals.js";
import { Propagator } from "../../../src/synth/marginal/propagate.js";
import { MarginalRowModel } from "../../../src/synth/marginal/row-model.js";
import type { Conditioned } from "../../../src/synth/synthesizer.js";
import { binned, type ColumnDomain, codeDomain } from "../../../src/table/domain.js";

const values = ["p", "q", "r"];
const domains: readonly ColumnDomain[] = [
  codeDomain(
    {
      name: "a",
      type: { kind: "category", values, ordered: false, learned: false },
      optional: true,
    },
    values,
  ),
  binned(
    { name: "n", type: { kind: "int", min: 0, max: 19, learned: false }, optional: true },
    [0, 2, 3, 10, 19],
  ),
  codeDomain({ name: "b", type: { kind: "bool" }, optional: false }, ["false", "true"]),
  binned(
    { name: "m", type: { kind: "int", min: 0, max: 11, learned: false }, optional: false },
    [0, 6, 11],
  ),
];
const sizes = domains.map((domain) => domain.size);

function modelOf(seed: number): { model: MarginalRowModel; marginals: ModelMarginals } {
  const tree = buildJunctionTree(sizes, [
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
  const random = stream(seed, "potentials");
  const zero = random.below(3) === 0;
  const beliefs = new Propagator(tree).calibrate(
    tree.nodes.map((node) =>
      Float64Array.from({ length: cellsOf(node.attributes, sizes) }, () =>
        zero && random.below(5) === 0 ? Number.NEGATIVE_INFINITY : 1.5 * random.normal(),
      ),
    ),
  );
  return {
    model: new MarginalRowModel("test", domains, beliefs),
    marginals: new ModelMarginals(beliefs),
  };
}

/** Every value of a column, with its code and its share of the code: the within-bin model, in full. */
function pointsOf(column: number, masses: Float64Array) {
  const domain = domains[column] as ColumnDomain;
  const missing = domain.missingCode;
  if (domain.edges === undefined) {
    return Array.from({ length: domain.size }, (_, code) => ({
      value: code === missing ? -1 : code,
      code,
      share: 1,
    }));
  }
  const drawer = new BinDrawer(domain, masses);
  const max = (domain.type as { max: number }).max;
  const points = Array.from({ length: max + 1 }, (_, value) => {
    const code = drawer.binOf(value);
    return { value, code, share: drawer.openShare(code, [value, value]) };
  });
  return missing === undefined
    ? points
    : [...points, { value: Number.NaN, code: missing, share: 1 }];
}

/** The joint distribution over values, by enumeration of all of them. */
function enumerate({ model, marginals }: ReturnType<typeof modelOf>) {
  const points = domains.map((_, column) => pointsOf(column, marginals.of([column])));
  const joint = marginals.of([0, 1, 2, 3]);
  const rows: { row: number[]; probability: number }[] = [];
  const scope = { columns: model.columns, levels: model.levels };
  const [a, n, b, m] = points as [
    (typeof points)[0],
    (typeof points)[0],
    (typeof points)[0],
    (typeof points)[0],
  ];
  for (const i of a)
    for (const j of n)
      for (const k of b)
        for (const l of m) {
          const cell = ((i.code * sizes[1]! + j.code) * sizes[2]! + k.code) * sizes[3]! + l.code;
          rows.push({
            row: [i.value, j.value, k.value, l.value],
            probability: joint[cell]! * i.share * j.share * k.share * l.share,
          });
        }
  const probability = (event: Formula): number => {
    const truth = compileTruth(event, scope);
    return rows.reduce((sum, { row, probability: own }) => {
      const cells = row.map((value, c) =>
        domains[c]?.edges === undefined ? Int32Array.of(value) : Float64Array.of(value),
      );
      return truth(cells, 0) === 1 ? sum + own : sum;
    }, 0);
  };
  return { rows, probability, scope };
}

const column = (name: string): Formula => ({ op: "column", name });
const atom: fc.Arbitrary<Formula> = fc.oneof(
  fc
    .tuple(fc.constantFrom("n", "m"), fc.constantFrom("lt", "ge", "eq", "ne"), fc.nat(12))
    .map(([name, op, value]) => ({
      op,
      left: column(name),
      right: { op: "number", value },
    })) as fc.Arbitrary<Formula>,
  fc.subarray(values, { minLength: 1 }).map(
    (own): Formula => ({
      op: "in",
      arg: column("a"),
      values: own,
    }),
  ),
  fc.constant(column("b")),
  fc.constantFrom("a", "n").map((name): Formula => ({ op: "missing", arg: column(name) })),
);
const event: fc.Arbitrary<Formula> = fc.oneof(
  atom,
  fc
    .tuple(fc.constantFrom("and", "or"), fc.array(atom, { minLength: 2, maxLength: 4 }))
    .map(([op, args]) => ({ op, args })) as fc.Arbitrary<Formula>,
  fc.tuple(atom, atom, atom).map(
    ([x, y, z]): Formula => ({
      op: "or",
      args: [
        { op: "and", args: [x, y] },
        { op: "not", arg: z },
      ],
    }),
  ),
);

function conditioned(model: MarginalRowModel, condition: Formula): Conditioned {
  const scope = { columns: model.columns, levels: model.levels };
  const boxes = boxesOf(condition, scope);
  const found = boxes === undefined ? undefined : model.condition(boxes);
  if (found === undefined) throw new Error("not conditioned exactly");
  return found;
}

describe("a junction tree under a condition", () => {
  it("gives an event the probability that enumeration gives it, and one event under another", () => {
    fc.assert(
      fc.property(fc.nat(), event, event, (seed, given, then) => {
        const made = modelOf(seed);
        const { probability } = enumerate(made);
        const first = conditioned(made.model, given);
        expect(first.probability).toBeCloseTo(probability(given), 10);
        if (first.probability < 1e-9) return;
        const scope = { columns: made.model.columns, levels: made.model.levels };
        const both = probability({ op: "and", args: [given, then] });
        const found = first.model.condition?.(boxesOf(then, scope) ?? []);
        expect(found?.probability).toBeCloseTo(both / probability(given), 9);
      }),
      { numRuns: 100 },
    );
  });

  it("draws rows that all meet it, each as often as enumeration says", () => {
    const rows = 6_000;
    for (const seed of [3, 4, 5]) {
      const made = modelOf(seed);
      const { rows: all, probability } = enumerate(made);
      const given: Formula = {
        op: "or",
        args: [
          { op: "ge", left: column("n"), right: { op: "number", value: 7 } },
          {
            op: "and",
            args: [
              { op: "in", arg: column("a"), values: ["p"] },
              { op: "lt", left: column("m"), right: { op: "number", value: 4 } },
            ],
          },
        ],
      };
      const { model } = conditioned(made.model, given);
      const cells = domains.map(({ edges }) =>
        edges === undefined ? new Int32Array(rows) : new Float64Array(rows),
      );
      const random = stream(seed, "rows");
      const state = model.begin(rows, random);
      for (const at of model.order) model.drawFree(state, cells, at, 0, rows, random);
      const truth = compileTruth(given, { columns: model.columns, levels: model.levels });
      const seen = new Map<string, number>();
      let broken = 0;
      for (let row = 0; row < rows; row++) {
        if (truth(cells, row) !== 1) broken++;
        const key = cells.map((own) => own[row]).join();
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
      const whole = probability(given);
      for (const { row, probability: own } of all) {
        const one = row.map((value, c) =>
          domains[c]?.edges === undefined ? Int32Array.of(value) : Float64Array.of(value),
        );
        const expected = truth(one, 0) === 1 ? (rows * own) / whole : 0;
        // 1,000 cells, each with variance below the Poisson's: beyond 6σ + 3 in one run of 10⁶.
        const off = Math.abs((seen.get(row.join()) ?? 0) - expected);
        if (off > 6 * Math.sqrt(expected) + 3) broken++;
      }
      expect(broken).toBe(0);
    }
  });

  it("says 0 for what the model holds impossible", () => {
    const { model } = modelOf(9);
    const never: Formula = {
      op: "and",
      args: [
        { op: "missing", arg: column("n") },
        { op: "ge", left: column("n"), right: { op: "number", value: 0 } },
      ],
    };
    const boxes = boxesOf(never, { columns: model.columns, levels: model.levels });
    expect(boxes).toEqual([]);
    expect(model.condition([])?.probability).toBe(0);
  });
});
