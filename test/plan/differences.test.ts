import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { Plan } from "../../src/ir/plan.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { columnOf, type Table } from "../../src/table/table.js";

let folder: string;
const DAY = 86_400_000;
const iso = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
const FIRST = Date.UTC(2015, 0, 1) / DAY;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-differences-"));
  const random = stream(9, "stays");
  const rows = Array.from({ length: 4000 }, () => {
    const [admitted, isLong] = [FIRST + random.below(3600), random.below(2) === 1];
    const days = Math.min(60, Math.floor(-Math.log(1 - random.uniform()) * (isLong ? 12 : 3)));
    return `${iso(admitted)},${iso(admitted + days)},${isLong ? "onc" : "card"}`;
  });
  // Left before they came, or long after: no difference of the declared range.
  rows.push("2016-05-05,2016-05-01,card", "2016-05-05,2019-05-01,card");
  writeFileSync(join(folder, "stays.csv"), ["admitted,discharged,ward", ...rows].join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = (more: { days?: string; table?: string; learn?: string; privacy?: string } = {}) => `
source s = csv "stays.csv"
table stays from s {
  admitted:   date 2015-01-01..2024-12-31
  discharged: date 2015-01-01..2024-12-31
  ward:       "card" | "onc"
  ${more.days ?? "days: int 0..60 days := discharged - admitted"}
  ${more.table ?? "require admitted <= discharged"}
}
${more.privacy ?? "privacy { protect each row of stays\n  budget epsilon 4, delta 1e-6 }"}
${more.learn ?? "learn with swift"}
generate made: 3_000 rows seed 1
`;

async function planned(text: string): Promise<Plan> {
  const { plan, diagnostics } = await compile(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** Names of the columns that are learned. */
async function learnedOf(text: string): Promise<string[]> {
  const columns = (await planned(text)).checked.tables[0]?.columns ?? [];
  return columns.filter(({ origin }) => origin.kind === "learned").map(({ name }) => name);
}

function numbers(table: Table, name: string): Float64Array {
  const column = columnOf(table, name);
  if (column?.kind !== "number") throw new Error(name);
  return column.values;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("a difference of dates", () => {
  it("is learned in place of the later date, and the plan says so", async () => {
    expect(await learnedOf(spec())).toEqual(["admitted", "ward", "days"]);
    const { defaults } = await planned(spec());
    expect(defaults.join()).toContain("days is learned and discharged follows as admitted + days");
  });

  it("is learned in place of the later date without a budget, too, however wide", async () => {
    const free = {
      privacy: "",
      learn: "",
      days: "days: int 0..3_000 days := discharged - admitted",
    };
    expect(await learnedOf(spec(free))).toEqual(["admitted", "ward", "days"]);
    expect((await planned(spec(free))).defaults.join()).toContain("between dates that look alike");
  });

  it.each([
    ["as wide as the dates", { days: "days: int 0..3_000 days := discharged - admitted" }],
    ["of something else", { days: "days: int 0..60 days := discharged - admitted + 1" }],
    ["whose later date is asked for", { learn: "learn with aim { relate discharged, ward }" }],
    ["whose later date a rule sorts rows by", { table: "unique discharged, ward" }],
    [
      "whose later date may be missing",
      {
        days: 'gap: int 0..60 days or missing := left - admitted\n  left: date 2015-01-01..2024-12-31 or missing from "discharged"',
      },
    ],
  ])("stays as it is written %s", async (_, more) => {
    expect(await learnedOf(spec(more))).not.toContain("days");
    expect(await learnedOf(spec(more))).toContain("discharged");
  });

  it.each(["swift", "mst", "aim"])(
    "comes out as it was, with %s, and every row keeps the rules",
    async (learner) => {
      const { outputs } = await runPlan(await planned(spec({ learn: `learn with ${learner}` })), {
        folder,
      });
      const table = outputs[0]?.table as Table;
      const [days, from, to] = ["days", "admitted", "discharged"].map((name) =>
        numbers(table, name),
      ) as [Float64Array, Float64Array, Float64Array];
      const ward = columnOf(table, "ward");
      if (ward?.kind !== "code") throw new Error("ward");
      const last = Date.UTC(2024, 11, 31) / DAY;
      const stay = [0, 1].map((code) =>
        mean([...days].filter((_, row) => ward.codes[row] === code)),
      );
      for (let row = 0; row < table.rows; row++) {
        expect(to[row]).toBe((from[row] as number) + (days[row] as number));
        expect(days[row]).toBeGreaterThanOrEqual(0);
        expect(to[row]).toBeLessThanOrEqual(last);
      }
      // Real means: about 2.5 and 11; noise moves them by a few tenths (σ of some 15 rows of 2,000 a count).
      expect(Math.abs((stay[0] as number) - 2.5)).toBeLessThan(1.5);
      expect(Math.abs((stay[1] as number) - 11)).toBeLessThan(2.5);
    },
  );

  it("is missed where a rule orders two dates and no column states it", async () => {
    const asked = async (text: string) => (await planned(text)).defaults.join("\n");
    const plain = spec({ days: "" });
    expect(await asked(plain)).toContain("how far discharged lies behind admitted is lost");
    expect(await asked(plain)).toContain("`gap: int 0..30 days := discharged - admitted`");
    expect(await asked(spec())).not.toContain("is lost");
    expect(await asked(spec({ days: "", privacy: "", learn: "" }))).not.toContain("is lost");
  });

  it("is learned of times, too, in seconds", async () => {
    const random = stream(10, "trips");
    const first = Date.UTC(2023, 0, 1) / 1000;
    const time = (seconds: number) => new Date(1000 * seconds).toISOString().slice(0, 19);
    const frames = new Map([
      [
        "trips",
        Array.from({ length: 3000 }, () => {
          const start = first + random.below(180 * 86_400);
          return { start: time(start), end: time(start + 300 + random.below(600)) };
        }),
      ],
    ]);
    const text = `source s = frame trips
    table trips from s {
      start: datetime 2023-01-01T00:00..2023-12-31T00:00
      end: datetime 2023-01-01T00:00..2023-12-31T00:00
      ride: duration 0..7_200 := end - start
    }
    privacy { protect each row of trips
      budget epsilon 4, delta 1e-6 }
    generate made: 2_000 rows seed 1`;
    const { plan } = await compile(text, { frames });
    if (plan === undefined) throw new Error("no plan");
    expect(plan.defaults.join()).toContain("ride is learned and end follows as start + ride");
    const table = (await runPlan(plan, { frames })).outputs[0]?.table as Table;
    const [start, end, ride] = ["start", "end", "ride"].map((name) => numbers(table, name)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    ride.forEach((value, row) => {
      expect(end[row]).toBe((start[row] as number) + value);
    });
    // Real rides take 300 to 900 seconds; a count's noise has σ of about 5 rows of 3,000.
    const inside = [...ride].filter((value) => value >= 240 && value <= 960).length;
    expect(inside / table.rows).toBeGreaterThan(0.8);
  });
});
