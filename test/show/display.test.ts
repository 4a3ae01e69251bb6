import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/ir/plan.js";
import { display } from "../../src/show/display.js";
import { planText } from "../../src/show/plan-view.js";
import type { Table } from "../../src/table/table.js";

const plan = {
  kind: "plan",
  checked: {
    name: "adult",
    title: "Adult census",
    sources: [{ name: "census", format: "csv", where: "data/adult.csv" }],
    tables: [{ name: "people", source: { name: "census" }, columns: [] }],
    outputs: [{ name: "fair", rows: 48_842, table: "people" }],
  },
  specHash: "0".repeat(64),
  steps: [
    {
      kind: "read",
      title: "read census",
      detail: "12 of 15 columns of adult.csv",
      engine: "DuckDB",
      rows: 48_842,
    },
    {
      kind: "measure",
      title: "measure marginals",
      detail: "15 rounds, each picks the marginal the model knows worst",
      cost: { share: 0.9, epsilon: 1.8, rho: 0.05 },
      expectedError: "±14 rows a cell",
    },
  ],
  learners: [{ table: "people", name: "aim", reason: "asked for", options: {} }],
  budget: {
    unit: "row of people",
    epsilon: 2,
    delta: 1e-6,
    rho: 0.06,
    reservedDelta: 0.1,
    shares: [
      { on: "domains", share: 0.1, rho: 0.006 },
      { on: "model", share: 0.9, rho: 0.054 },
    ],
  },
  rules: [
    {
      table: "people",
      text: "gain = 0 or loss = 0",
      enforcement: "structural zeros",
      acceptance: 0.93,
    },
    { table: "people", text: "mean(hours) in 38..42", enforcement: "measured" },
  ],
  defaults: ["10% of the budget is spent on domains."],
  rows: 48_842,
  memoryBytes: 23_400_000,
  warnings: [],
} as unknown as Plan;

const table: Table = {
  kind: "table",
  name: "stall <1>",
  rows: 12,
  columns: [
    {
      kind: "number",
      name: "day",
      type: { kind: "date", min: 19_875, max: 19_966, learned: false },
      values: Float64Array.from({ length: 12 }, (_, i) => 19_875 + i),
    },
    {
      kind: "number",
      name: "price",
      type: { kind: "money", unit: "EUR", learned: false },
      values: Float64Array.from({ length: 12 }, (_, i) => (i === 1 ? Number.NaN : 1.5 + i * 0.1)),
    },
    {
      kind: "code",
      name: "flavor",
      type: { kind: "category", values: ["vanilla", "<b>"], ordered: false, learned: false },
      codes: Int32Array.from({ length: 12 }, (_, i) => (i % 3) - 1),
      levels: ["vanilla", "<b>"],
    },
  ],
};

describe("a plan", () => {
  it("is a table with sentences", () => {
    expect(display(plan)["text/plain"]).toMatchInlineSnapshot(`
      "Plan for Adult census: 48,842 rows of fair

      step               how                                                 rows  budget  expected error
      ─────────────────  ────────────────────────────────────────────────  ──────  ──────  ───────────────
      read census        12 of 15 columns of adult.csv (DuckDB)            48,842
      measure marginals  15 rounds, each picks the marginal the model              90%     ±14 rows a cell
                         knows worst

      Rules
      rule                   held              passes unaided, evenly from declared ranges
      ─────────────────────  ────────────────  ───────────────────────────────────────────
      gain = 0 or loss = 0   structural zeros  93%
      mean(hours) in 38..42  measured

      people is learned with aim: asked for.

      Privacy for row of people: epsilon 2, delta 1e-6, 10% of it for learned values; 10% on domains, 90% on model.

      48,842 rows in all, about 23 MB of memory.

      10% of the budget is spent on domains."
    `);
  });
  it("can be told in sentences alone", () => {
    expect(planText(plan)).toMatchInlineSnapshot(`
      "Plan for Adult census: 48,842 rows of fair
      1. Read census: 12 of 15 columns of adult.csv.
      2. Measure marginals: 15 rounds, each picks the marginal the model knows worst; this spends 90% of the budget; expected error ±14 rows a cell.
      The rule gain = 0 or loss = 0 is held by structural zeros.
      The rule mean(hours) in 38..42 is measured and reported, not forced.
      people is learned with aim: asked for.
      Privacy for row of people: epsilon 2, delta 1e-6, 10% of it for learned values; 10% on domains, 90% on model.
      48,842 rows in all, about 23 MB of memory.
      10% of the budget is spent on domains."
    `);
  });
});

describe("a table", () => {
  it("shows its first rows with dates as dates and gaps as gaps", () => {
    expect(display(table)["text/plain"]).toMatchInlineSnapshot(`
      "stall <1>: 12 rows × 3 columns, the first 10 shown
             day  price  flavor
      ──────────  ─────  ───────
      2024-06-01    1.5
      2024-06-02         vanilla
      2024-06-03    1.7  <b>
      2024-06-04    1.8
      2024-06-05    1.9  vanilla
      2024-06-06    2.0  <b>
      2024-06-07    2.1
      2024-06-08    2.2  vanilla
      2024-06-09    2.3  <b>
      2024-06-10    2.4"
    `);
  });
  it("is HTML with types, missing shares and shapes, everything escaped", () => {
    const html = display(table)["text/html"] as string;
    expect(html).toContain("date 2024-06-01..2024-08-31");
    expect(html).toContain("money EUR, 8.3% missing");
    expect(html).toContain("stall &lt;1&gt;");
    expect(html.match(/<svg/g)).toHaveLength(3);
    expect(html).not.toContain("<b>");
  });
});

describe("the ledger", () => {
  it("says when nothing was spent, and what all charges come to when something was", () => {
    expect(display([])["text/plain"]).toContain("No privacy budget was spent");
    const line = {
      id: "1",
      when: "2024-06-01T12:00:00Z",
      what: "age",
      mechanism: "discrete Gaussian",
      rho: 0.01,
      epsilon: 0.5,
      delta: 1e-6,
      seeded: false,
    };
    const text = display([line, { ...line, id: "2", rho: 0.02, epsilon: 0.9 }])["text/plain"];
    expect(text).toContain(
      "2 charges to the ledger: epsilon 0.9 at delta 1.0e-6 in all (rho 0.0300).",
    );
    const descent = { ...line, id: "2", rho: Number.NaN, epsilon: 0.9 };
    const gradients = display([line, descent])["text/plain"];
    expect(gradients).toContain("2 charges to the ledger: epsilon 0.9 at delta 1.0e-6 in all.");
    expect(gradients).not.toContain("NaN");
  });
});
