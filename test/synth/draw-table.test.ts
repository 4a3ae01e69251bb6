import { expect, test } from "vitest";
import { daysOf } from "../../src/base/calendar.js";
import { silent } from "../../src/base/progress.js";
import { countBroken } from "../../src/constraint/table-rules.js";
import { drawTable, drawTablePieces } from "../../src/synth/draw-table.js";
import { specModel } from "../../src/synth/spec-only/spec-model.js";
import { toCsv } from "../../src/table/csv-write.js";
import * as make from "./tables.js";
import { c, column, computed, drawn, n, op, t, valuesOf, weighted, when } from "./tables.js";

async function draw(table: ReturnType<typeof make.table>, rows: number, more: object = {}) {
  const model = await specModel(table);
  return drawTable({ table, model, rows, name: "out", seed: 1, progress: silent, ...more });
}
const mean = (values: readonly (number | string | undefined)[]) =>
  values.reduce<number>((sum, value) => sum + (value as number), 0) / values.length;

const sales = make.table(
  "sales",
  [
    column("day", {
      kind: "date",
      min: daysOf(2024, 6, 1),
      max: daysOf(2024, 8, 31),
      learned: false,
    }),
    column("weather", make.choice("sun", "cloud", "rain"), weighted(0.6, 0.3, 0.1)),
    column("temp", make.real(10, 38), drawn("normal", 24, 5)),
    column("flavor", make.choice("vanilla", "chocolate", "mint"), weighted(0.5, 0.3, 0.2)),
    column("scoops", make.int(1, 4), drawn("poisson", 1.6)),
    column(
      "price",
      { kind: "money", unit: "EUR", learned: false },
      computed(op("add", n(1.5), op("mul", n(1.2), c("scoops")))),
    ),
    column("code", { kind: "text", like: "[A-Z]{2}-\\d{4}" }, { kind: "plain" }, 0.1),
  ],
  [
    make.require(when(op("eq", c("weather"), t("rain")), op("le", c("temp"), n(22)))),
    make.require(make.or(op("le", c("scoops"), n(3)), op("gt", c("temp"), n(25)))),
  ],
);

test("the ice-cream stall: shares as stated, rules in every row, prices to the cent", async () => {
  const { table } = await draw(sales, 20_000);
  const weather = valuesOf(table, "weather");
  const temp = valuesOf(table, "temp") as number[];
  const scoops = valuesOf(table, "scoops") as number[];
  const rain = weather.filter((one) => one === "rain").length / 20_000;
  expect(Math.abs(rain - 0.1)).toBeLessThan(0.01);
  temp.forEach((value, row) => {
    if (weather[row] === "rain") expect(value).toBeLessThanOrEqual(22);
    if ((scoops[row] as number) > 3) expect(value).toBeGreaterThan(25);
  });
  expect(new Set(valuesOf(table, "price"))).toEqual(new Set([2.7, 3.9, 5.1, 6.3]));
  const codes = valuesOf(table, "code");
  expect(codes.every((code) => code === undefined || /^[A-Z]{2}-\d{4}$/.test(String(code)))).toBe(
    true,
  );
  const gone = codes.filter((code) => code === undefined).length / 20_000;
  expect(Math.abs(gone - 0.1)).toBeLessThan(0.01);
});

test("parameters follow other columns, and correlated columns correlate", async () => {
  const spec = make.table(
    "people",
    [
      column(
        "income",
        make.real(0),
        drawn("lognormal", op("add", n(9), op("mul", n(0.1), c("school"))), 0.5),
      ),
      column("school", make.int(1, 16)),
      column("height", make.real(), drawn("normal", 170, 10)),
      column("weight", make.real(), drawn("normal", 70, 8)),
    ],
    [make.rule({ kind: "correlate", left: "height", right: "weight", strength: 0.6 })],
  );
  const { table } = await draw(spec, 20_000);
  const school = valuesOf(table, "school") as number[];
  const logs = (valuesOf(table, "income") as number[]).map(Math.log);
  const residual = logs.map((value, row) => value - 9 - 0.1 * (school[row] as number));
  expect(Math.abs(mean(residual))).toBeLessThan(0.02);
  const x = (valuesOf(table, "height") as number[]).map((value) => (value - 170) / 10);
  const y = (valuesOf(table, "weight") as number[]).map((value) => (value - 70) / 8);
  expect(Math.abs(mean(x.map((value, row) => value * (y[row] as number))) - 0.6)).toBeLessThan(
    0.03,
  );
});

test("given a rare event, correlated and free columns follow their conditional law", async () => {
  const spec = make.table(
    "pair",
    [
      column("x", make.real(), drawn("normal", 0, 1)),
      column("y", make.real(), drawn("normal", 0, 1)),
    ],
    [make.rule({ kind: "correlate", left: "x", right: "y", strength: 0.8 })],
  );
  const { table, probability } = await draw(spec, 5000, { given: op("ge", c("y"), n(2)) });
  const y = valuesOf(table, "y") as number[];
  expect(Math.min(...y)).toBeGreaterThanOrEqual(2);
  // E[y | y ≥ 2] = 2.3732, E[x | y ≥ 2] = 0.8 × that; standard errors 0.005 and 0.0095.
  expect(Math.abs(mean(y) - 2.3732)).toBeLessThan(0.025);
  expect(Math.abs(mean(valuesOf(table, "x")) - 0.8 * 2.3732)).toBeLessThan(0.045);
  expect(probability?.low).toBeLessThan(0.02275);
  expect(probability?.high).toBeGreaterThan(0.02275);
});

test("unique columns, composite keys and what determines what", async () => {
  const spec = make.table(
    "t",
    [
      column("x", make.int(1, 40)),
      column("y", make.int(1, 40)),
      column("k", make.int(1, 1000)),
      column("city", make.choice("a", "b", "c", "d")),
      column("land", make.choice("p", "q", "r")),
      column("id", { kind: "id" }),
    ],
    [
      make.rule({ kind: "unique", columns: ["x", "y"] }),
      make.rule({ kind: "unique", columns: ["k"] }),
      make.rule({ kind: "determines", from: ["city"], to: ["land"] }),
    ],
  );
  const { table } = await draw(spec, 1000);
  const x = valuesOf(table, "x");
  const y = valuesOf(table, "y");
  expect(new Set(x.map((value, row) => `${value} ${y[row]}`)).size).toBe(1000);
  expect(new Set(valuesOf(table, "k")).size).toBe(1000);
  expect(new Set(valuesOf(table, "id")).size).toBe(1000);
  const lands = new Map<unknown, unknown>();
  valuesOf(table, "city").forEach((city, row) => {
    const land = valuesOf(table, "land")[row];
    expect(lands.get(city) ?? land).toBe(land);
    lands.set(city, land);
  });
});

test("columns that determine one another, and a third, agree in every row though nothing is known of them", async () => {
  const letters = ["a", "b", "c", "d", "e", "f"];
  const spec = make.table(
    "t",
    ["name", "code", "group"].map((name) => column(name, make.choice(...letters))),
    [
      make.rule({ kind: "determines", from: ["name"], to: ["group", "code"] }),
      make.rule({ kind: "determines", from: ["code"], to: ["name"] }),
    ],
  );
  const { table } = await draw(spec, 2000);
  for (const rule of spec.rules) expect(countBroken(rule, table)).toBe(0);
});

test("what real rows say of determined columns holds while drawing, and moves no other share", async () => {
  const spec = make.table(
    "t",
    [
      column("any", make.int(0, 1)),
      column("asked", make.int(0, 1)),
      column("years", make.choice("one", "two"), { kind: "plain" }, 0.4),
    ],
    [
      make.rule({ kind: "determines", from: ["years"], to: ["any"] }),
      make.require(op("le", c("asked"), c("any"))),
    ],
  );
  const code = (name: string, ...codes: number[]) => {
    const levels = ["one", "two"];
    return {
      kind: "code",
      name,
      type: make.choice(...levels),
      codes: Int32Array.from(codes),
      levels,
    };
  };
  const numbers = (name: string, ...values: number[]) => {
    return { kind: "number", name, type: make.int(0, 1), values: Float64Array.from(values) };
  };
  const columns = [numbers("any", 0, 1, 1), numbers("asked", 0, 1, 0), code("years", -1, 0, 1)];
  const learnedFrom = { kind: "table", name: "t", rows: 3, columns };
  const rows = 20_000;
  const { table, redrawn } = await draw(spec, rows, { learnedFrom });
  const [any, asked, years] = ["any", "asked", "years"].map((name) => valuesOf(table, name)) as [
    number[],
    number[],
    (string | undefined)[],
  ];
  any.forEach((value, row) => {
    if (years[row] !== undefined) expect(value).toBe(1);
    expect(asked[row]).toBeLessThanOrEqual(value);
  });
  expect(redrawn).toBe(0);
  // Half of the rows have 1; of those 60 % a year. Standard errors below 0.0036: 1 false alarm in 10⁸.
  expect(Math.abs(mean(any) - 0.5)).toBeLessThan(0.02);
  expect(Math.abs(years.filter((one) => one !== undefined).length / rows - 0.3)).toBeLessThan(0.02);
  expect(Math.abs(mean(asked) - 0.25)).toBeLessThan(0.02);
});

test("expect … enforced is met, by moving the model no more than it takes", async () => {
  const expectation = (name: string, args: object[], low: number, high: number) =>
    make.rule(
      { kind: "expect", enforced: true, statistic: { name, args }, low, high },
      `${name} in range`,
    );
  const columns = [
    column("hours", make.int(1, 99), drawn("normal", 40, 12)),
    column("pay", make.real(0), drawn("exponential", 0.1)),
    column("sex", make.choice("F", "M"), weighted(0.3, 0.7)),
  ];
  const spec = make.table("t", columns, [
    expectation("mean", [c("hours")], 45, 47),
    expectation("share", [op("eq", c("sex"), t("F"))], 0.45, 0.55),
    expectation("median", [c("pay")], 10, Number.MAX_SAFE_INTEGER),
  ]);
  const { table } = await draw(spec, 4000);
  const hours = valuesOf(table, "hours");
  expect(mean(hours)).toBeGreaterThan(45);
  // Least relative entropy for a normal law is a shift: its spread stays.
  const sd = Math.sqrt(mean(hours.map((value) => ((value as number) - mean(hours)) ** 2)));
  expect(Math.abs(sd - 12)).toBeLessThan(0.5);
  const women = valuesOf(table, "sex").filter((one) => one === "F").length / 4000;
  expect(women).toBeGreaterThan(0.45);
  const pay = (valuesOf(table, "pay") as number[]).sort((a, b) => a - b);
  expect(pay[2000]).toBeGreaterThan(10);
  const hopeless = make.table("t", columns, [expectation("mean", [c("hours")], 200, 300)]);
  await expect(draw(hopeless, 100)).rejects.toThrow(/P1410/);
});

test("expect … enforced is met in ranges narrower than chance, for any number of rows", async () => {
  const share = (low: number, high: number) =>
    make.rule(
      {
        kind: "expect",
        enforced: true,
        statistic: { name: "share", args: [op("eq", c("sex"), t("F"))] },
        low,
        high,
      },
      "share in range",
    );
  const columns = [
    column("hours", make.int(1, 99), drawn("normal", 40, 12)),
    column("sex", make.choice("F", "M"), weighted(0.3, 0.7)),
  ];
  for (const rows of [40, 200, 2000, 9000]) {
    for (const [low, high] of [
      [0.5, 0.502],
      [0.3, 0.31],
    ] as const) {
      const { table } = await draw(make.table("t", columns, [share(low, high)]), rows);
      const women = valuesOf(table, "sex").filter((one) => one === "F").length;
      // One row more or less is as near as few rows come.
      expect(women).toBeGreaterThanOrEqual(Math.floor(low * rows));
      expect(women).toBeLessThanOrEqual(Math.ceil(high * rows));
      const hours = mean(valuesOf(table, "hours"));
      // Six standard errors: nothing else is moved.
      expect(Math.abs(hours - 40)).toBeLessThan((6 * 12) / Math.sqrt(rows));
    }
  }
});

test("pieces written one after the other are the whole table", async () => {
  const model = await specModel(sales);
  const request = { table: sales, model, rows: 10_000, name: "out", seed: 4, progress: silent };
  const whole = await drawTable(request);
  const pieces: string[] = [];
  for await (const { table } of drawTablePieces(request)) {
    pieces.push(toCsv(table).split("\n").slice(1).join("\n"));
  }
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join("")).toBe(toCsv(whole.table).split("\n").slice(1).join("\n"));
});

test("every value of a key comes, each once, though nearly all are rare", async () => {
  const table = make.table(
    "t",
    [column("k", make.int(1, 5000), drawn("geometric", 0.001)), column("x", make.int(1, 3))],
    [make.rule({ kind: "unique", columns: ["k"] })],
  );
  const made = await draw(table, 5000);
  expect(new Set(valuesOf(made.table, "k")).size).toBe(5000);
});

test("a model that takes long for a row is not asked for many that a key refuses", async () => {
  const table = make.table(
    "t",
    [column("k", make.int(1, 1000), drawn("geometric", 0.02)), column("x", make.int(1, 3))],
    [make.rule({ kind: "unique", columns: ["k"] })],
  );
  const model = await specModel(table);
  let asked = 0;
  const slow: typeof model = Object.assign(Object.create(model), {
    isSlow: true,
    drawFree: (...call: Parameters<typeof model.drawFree>) => {
      asked += call[4] - call[3];
      model.drawFree(...call);
    },
    drawAllowed: (...call: Parameters<typeof model.drawAllowed>) => {
      asked++;
      return model.drawAllowed(...call);
    },
  });
  const made = await draw(table, 1000, { model: slow });
  expect(new Set(valuesOf(made.table, "k")).size).toBe(1000);
  // Two columns, drawn once, a few times more, and then without what is taken.
  expect(asked / 1000).toBeLessThan(20);
});
