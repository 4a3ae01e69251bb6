import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { privacyAttacks } from "../../src/evaluate/privacy/section.js";
import { utility } from "../../src/evaluate/utility/section.js";
import type { ReportSection } from "../../src/ir/report.js";
import { splitTable } from "../../src/table/split.js";
import type { Column, Table } from "../../src/table/table.js";
import { families } from "../families.js";

const random = stream(1, "awkward");

function number(name: string, rows: number, draw: () => number): Column {
  const values = Float64Array.from({ length: rows }, draw);
  return { kind: "number", name, type: { kind: "real", learned: true }, values };
}

function category(
  name: string,
  rows: number,
  levels: readonly string[],
  draw: () => number,
): Column {
  const codes = Int32Array.from({ length: rows }, draw);
  const type = { kind: "category", values: levels, ordered: false, learned: false } as const;
  return { kind: "code", name, type, codes, levels };
}

type Make = (rows: number) => readonly Column[];

const shapes: Readonly<Record<string, Make>> = {
  "one number": (rows) => [number("x", rows, () => random.normal())],
  "one category of one level": (rows) => [category("c", rows, ["a"], () => 0)],
  "all missing": (rows) => [
    number("x", rows, () => Number.NaN),
    category("c", rows, ["a", "b"], () => -1),
  ],
  constants: (rows) => [number("x", rows, () => 3), category("c", rows, ["a", "b"], () => 1)],
  "many levels": (rows) => {
    const levels = Array.from({ length: 3000 }, (_, i) => `level ${i}`);
    return [category("c", rows, levels, () => random.below(3000)), number("x", rows, () => 1)];
  },
  "two hundred columns": (rows) =>
    Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0
        ? number(`x${i}`, rows, () => random.normal())
        : category(`c${i}`, rows, ["a", "b", "ü"], () => random.below(3)),
    ),
  "only keys and texts": (rows) => {
    const levels = Array.from({ length: rows }, (_, i) => `id ${i}`);
    const codes = Int32Array.from({ length: rows }, (_, i) => i);
    return [
      { kind: "code", name: "id", type: { kind: "id" }, codes, levels },
      { kind: "code", name: "t", type: { kind: "text" }, codes, levels },
    ];
  },
  "a huge range": (rows) => [
    number("x", rows, () => random.normal() * 1e300),
    number("y", rows, () => random.below(2) * 1e-300),
  ],
};

function table(make: Make, rows: number): Table {
  return { kind: "table", name: "t", rows, columns: make(rows) };
}

async function sections(
  synthetic: Table,
  real: Table,
  holdout: Table,
): Promise<readonly ReportSection[]> {
  const outputs = [{ name: "out", synthetic, real, holdout }];
  const request = {
    title: "t",
    audience: "consumers" as const,
    inside: true,
    seed: 1,
    outputs,
    topics: [],
    progress: silent,
  };
  const made = [await privacyAttacks.make(request, []), await utility.make(request, [])];
  return made.filter((section) => section !== undefined);
}

function sound(made: readonly ReportSection[]): void {
  for (const { scores } of made) {
    for (const score of scores) {
      expect(score.value, score.name).not.toBeNaN();
      expect(score.low ?? Number.NEGATIVE_INFINITY, score.name).toBeLessThanOrEqual(
        score.value + 1e-9,
      );
      expect(score.high ?? Number.POSITIVE_INFINITY, score.name).toBeGreaterThanOrEqual(
        score.value - 1e-9,
      );
    }
  }
}

it.each(families().map((family) => [family.name, family.table] as const))(
  "%s",
  async (_, whole) => {
    const { train, holdout } = splitTable(whole, 0.3, 1);
    sound(await sections(train, train, holdout));
    sound(await sections(holdout, train, holdout));
  },
);

describe.each(Object.entries(shapes))("%s", (_, make) => {
  it.each([
    [60, 60, 40],
    [1, 5, 2],
    [2, 1, 1],
    [0, 10, 10],
  ])("%i generated, %i learned, %i held-out rows", async (s, t, h) => {
    const made = await sections(table(make, s), table(make, t), table(make, h));
    sound(made);
  });
});

/** Places of a report that hold no number, or words that were made of none. */
function holes(value: unknown, place: string): readonly string[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [place];
  if (typeof value === "string") return /NaN|undefined|Infinity/.test(value) ? [place] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => holes(inner, `${place}/${key}`));
}

it.each([
  "one number",
  "one category of one level",
  "all missing",
  "constants",
  "beyond all numbers",
])("a whole report holds numbers only: %s", async (name) => {
  const edges: Make = (rows) => [
    number("x", rows, () => (random.below(2) === 0 ? 1 : -1) * 1e308),
    category("c", rows, ["a", "b"], () => random.below(2)),
  ];
  const make = name === "beyond all numbers" ? edges : (shapes[name] as Make);
  const items = ["marginals", "pairs", "triples"].map((text) => ({
    word: { text, span: { start: 0, end: 0 } },
    arguments: [],
  }));
  const { sections: made } = await evaluate({
    title: "t",
    audience: "consumers",
    inside: true,
    seed: 1,
    outputs: [
      { name: "out", synthetic: table(make, 60), real: table(make, 60), holdout: table(make, 40) },
    ],
    topics: [{ topic: "fidelity", items }],
    progress: silent,
  });
  expect(holes(made, name)).toEqual([]);
});
