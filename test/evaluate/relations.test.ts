import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { relations } from "../../src/evaluate/relations.js";
import type { Report, ReportSection } from "../../src/ir/report.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";
import type { Column, Table } from "../../src/table/table.js";

interface World {
  readonly shops: Table;
  readonly sales: Table;
}

const category = (name: string, levels: readonly string[], codes: readonly number[]): Column => ({
  kind: "code",
  name,
  levels,
  codes: Int32Array.from(codes),
  type: { kind: "category", values: levels, ordered: false, learned: false },
});

/** Shops of two sizes; large ones have more sales, and dearer ones; days follow each other unless `loose`. */
function world(seed: number, { loose = false, extra = 0 } = {}): World {
  const random = stream(seed, "world");
  const keys = Array.from({ length: 300 }, (_, i) => `s${i}`);
  const large = keys.map(() => random.below(2));
  const sales = keys.flatMap((_, shop) => {
    const mood = random.below(2);
    return Array.from(
      { length: 1 + extra + 2 * (large[shop] as number) + random.below(3) },
      () => ({
        shop,
        price: loose ? random.below(2) : (large[shop] as number) ^ (random.below(10) === 0 ? 1 : 0),
        mood: loose ? random.below(2) : mood,
      }),
    );
  });
  const id: Column = {
    ...{ kind: "code", name: "id", levels: keys, type: { kind: "id" } },
    codes: Int32Array.from(keys.keys()),
  };
  const ref: Column = {
    ...{ kind: "code", name: "shop", levels: keys },
    type: { kind: "ref", table: "shops", min: 0, max: 9 },
    codes: Int32Array.from(sales, ({ shop }) => shop),
  };
  return {
    shops: {
      ...{ kind: "table", name: "shops", rows: keys.length },
      columns: [id, category("size", ["small", "large"], large)],
    },
    sales: {
      ...{ kind: "table", name: "sales", rows: sales.length },
      columns: [
        ref,
        category(
          "price",
          ["low", "high"],
          sales.map(({ price }) => price),
        ),
        category(
          "mood",
          ["bad", "good"],
          sales.map(({ mood }) => mood),
        ),
      ],
    },
  };
}

async function judged(
  made: World,
  words: readonly string[] = [],
  real = world(1),
): Promise<ReportSection> {
  const held = world(2);
  const items = words.map((text) => ({
    word: { text, span: { start: 0, end: 0 } },
    arguments: [],
  }));
  const section = await relations.make(
    {
      ...{ title: "t", audience: "teachers", inside: true, seed: 1, progress: silent },
      topics: [{ topic: "fidelity", items }],
      outputs: (["shops", "sales"] as const).map((name) => ({
        ...{ name, synthetic: made[name], real: real[name], holdout: held[name] },
      })),
    },
    words,
  );
  return section as ReportSection;
}

const valuesOf = ({ scores }: ReportSection) =>
  Object.fromEntries(scores.map(({ name, value }) => [name, value]));

describe("what holds between tables", () => {
  it("is perfect for the real tables and at its ceiling for others of their kind", async () => {
    expect(Object.values(valuesOf(await judged(world(1), ["sequences"])))).toEqual([1, 1, 1]);
    for (const score of (await judged(world(3), ["sequences"])).scores) {
      expect(score.value).toBeGreaterThan((score.ceiling as number) - 0.05);
      expect(score.reference).toBeGreaterThan((score.ceiling as number) - 0.05);
    }
  });

  it("falls where children are too many, independent of their parents or of each other", async () => {
    const many = valuesOf(await judged(world(4, { extra: 3 })));
    expect(many["children for each of shops"]).toBeLessThan(0.6);
    const loose = await judged(world(5, { loose: true }), ["sequences"]);
    const values = valuesOf(loose);
    expect(values["children for each of shops"]).toBeGreaterThan(0.9);
    expect(values["pairs across shops and sales"]).toBeLessThan(0.9);
    expect(values["sequences of sales"]).toBeLessThan(0.8);
    expect(loose.tables[0]?.rows[0]?.slice(0, 2)).toEqual(["size", "price"]);
  });

  it("counts children as they are", async () => {
    const { figures } = await judged(world(1));
    const bars = figures[0] as Extract<Report["sections"][0]["figures"][0], { kind: "bars" }>;
    const { sales, shops } = world(1);
    const of = new Map<number, number>();
    const refs = sales.columns[0] as Extract<Column, { kind: "code" }>;
    for (const code of refs.codes) of.set(code, (of.get(code) ?? 0) + 1);
    const threes = [...of.values()].filter((count) => count === 3).length;
    expect(bars.series[0]?.values[3]).toBeCloseTo(threes / shops.rows, 5);
    expect(bars.labels[0]).toBe("0");
  });

  it("counts many children in ranges that fit the real ones", async () => {
    const { figures, scores } = await judged(
      world(1, { extra: 100 }),
      [],
      world(1, { extra: 100 }),
    );
    const bars = figures[0] as Extract<Report["sections"][0]["figures"][0], { kind: "bars" }>;
    expect(bars.labels).toEqual(["0 to 101", "102", "103", "104", "105 or more"]);
    expect(bars.series[0]?.values.every((share) => share > 0 && share < 0.5)).toBe(true);
    expect(scores[0]?.value).toBe(1);
  });

  it("stands in the report of several tables that were learned together", async () => {
    const random = stream(9, "frames");
    const shops = Array.from({ length: 120 }, (_, id) => ({
      id: `s${id}`,
      size: random.below(2) === 0 ? "small" : "large",
    }));
    const sales = shops.flatMap(({ id, size }) =>
      Array.from({ length: 1 + random.below(size === "large" ? 5 : 2) }, (_, i) => ({
        id: `${id}/${i}`,
        shop: id,
        price: 5 + random.below(90),
      })),
    );
    const text = `source a = frame shops
source b = frame sales
table shops from a {
  id: id
  size: "small" | "large"
}
table sales from b {
  id: id
  shop: ref shops, 0..9 per shop
  price: int 5..99
}
generate 100 shops seed 1
report { fidelity marginals, pairs, sequences
  holdout 25%
}`;
    const frames = new Map<string, unknown>([
      ["shops", shops],
      ["sales", sales],
    ]);
    const { plan, diagnostics } = await compile(text, { frames });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const report = await evaluateRelease(
      await runPlan(plan as NonNullable<typeof plan>, { frames }),
    );
    const section = report.sections.find(({ topic }) => topic === "relations");
    expect(section?.scores.map(({ name }) => name)).toEqual([
      "children for each of shops",
      "pairs across shops and sales",
      "sequences of sales",
    ]);
    for (const { reference, value } of section?.scores ?? []) {
      expect(reference).toBeDefined();
      expect(value).toBeGreaterThan(0.5);
    }
  });
});
