import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import type { Table } from "../../src/table/table.js";
import { brokenIn, familyFrames, type Row, randomFamily } from "./random-families.js";

/** PARABLE_FAMILIES=300 npx vitest run test/rules-corpus/random-families.test.ts tries so many. */
const families = Number(process.env["PARABLE_FAMILIES"] ?? 10);
const folder = mkdtempSync(join(tmpdir(), "parable-families-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const dated = new Set(["day", "open"]);

function rowsOf({ rows, columns }: Table): Row[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      columns.map((column) => {
        if (column.kind === "code") {
          return [column.name, column.levels[column.codes[row] as number] ?? null];
        }
        const value = column.values[row] as number;
        if (Number.isNaN(value)) return [column.name, null];
        const date = () => new Date(value * 86_400_000).toISOString().slice(0, 10);
        return [column.name, dated.has(column.name) ? date() : value];
      }),
    ),
  );
}

test("families of tables that nobody thought of: each row has its parents, and what compiles is held", async () => {
  const frames = familyFrames();
  for (let seed = 1; seed <= families; seed++) {
    const { spec, rules, fewest, given, isPrivate } = randomFamily(seed);
    const { plan, diagnostics } = await compile(spec, { frames });
    expect(plan, `${spec}${JSON.stringify(diagnostics)}`).toBeDefined();
    const { outputs, findings } = await runPlan(plan as NonNullable<typeof plan>, {
      ...{ frames, folder },
    });
    const made = new Map(outputs.map(({ table }) => [table.name, rowsOf(table)]));
    const of = (name: string): Row[] => made.get(name) as Row[];
    const by = (name: string, key: string) => new Map(of(name).map((row) => [row[key], row]));
    const [shops, goods, orders] = [by("shops", "id"), by("goods", "gid"), by("orders", "oid")];
    expect(of("shops").length, spec).toBe(40);
    expect(of("shops").every(given), spec).toBe(true);
    expect(
      of("orders").every(({ sid }) => shops.has(sid)),
      spec,
    ).toBe(true);
    const isWhole = ({ order, good }: Row) => orders.has(order) && goods.has(good);
    expect(of("lines").every(isWhole), spec).toBe(true);
    // Under a budget so few shops tell little of how many orders they have.
    if (!isPrivate) expect(of("lines").length, spec).toBeGreaterThan(40);
    const above = ({ sid, order, good }: Row): Record<string, Row> => ({
      sid: shops.get(sid) as Row,
      order: orders.get(order) as Row,
      good: goods.get(good) as Row,
    });
    for (const [table, own] of Object.entries(rules)) {
      expect(brokenIn(own, of(table), above), spec).toEqual([]);
    }
    const isTold = findings.length > 0;
    for (const [child, ref, parents, most] of [
      ["orders", "sid", shops, 9],
      ["lines", "order", orders, 4],
    ] as const) {
      const counts = new Map([...parents.keys()].map((key) => [key, 0]));
      for (const row of of(child)) counts.set(row[ref], (counts.get(row[ref]) ?? 0) + 1);
      expect(Math.max(0, ...counts.values()), spec).toBeLessThanOrEqual(most);
      if (!isTold) expect(Math.min(...counts.values()), spec).toBeGreaterThanOrEqual(fewest);
    }
  }
}, 1_200_000);
