import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeInCalendar } from "../../src/base/calendar.js";
import { stream } from "../../src/base/random.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { columnOf } from "../../src/table/table.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-dates-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Orders of four years: four times as many in December, none at weekends, at whole quarters of office hours. */
function orders(count: number): Record<string, unknown>[] {
  const random = stream(5, "orders");
  const rows: Record<string, unknown>[] = [];
  while (rows.length < count) {
    const day = new Date(Date.UTC(2020, 0, 1 + random.below(1461)));
    if (day.getUTCDay() % 6 === 0) continue;
    if (day.getUTCMonth() !== 11 && random.below(4) > 0) continue;
    const [hour, minute] = [8 + random.below(10), 15 * random.below(4)];
    rows.push({
      paid: day.toISOString().slice(0, 10),
      seen: new Date(day.getTime() + (60 * hour + minute) * 60_000).toISOString().slice(0, 19),
      kind: ["a", "b"][random.below(2)],
    });
  }
  return rows;
}

const spec = (learner: string) => `source s = frame orders
table t from s {
  paid: date 2020-01-01..2023-12-31
  seen: datetime 2020-01-01..2024-01-01
  kind: "a" | "b"
}
privacy {
  protect each row of t
  budget epsilon 2, delta 1e-6
}
learn with ${learner}
generate made: 5000 rows seed 1
generate winter: 200 rows given paid >= 2022-12-01 and paid <= 2022-12-31 seed 2
`;

describe("dates under a budget", () => {
  it.each(["independent", "swift"])(
    "keep months, weekdays, hours and minutes, by %s (seeded noise: no false alarm)",
    { timeout: 60_000 },
    async (learner) => {
      const frames = new Map([["orders", orders(5000)]]);
      const { plan } = await compile(spec(learner), { folder, frames });
      expect(JSON.stringify(plan!.steps)).toContain("the calendar of paid, seen");
      const { outputs, ledger } = await runSeeded(plan!, { folder, frames, noiseSeed: 3 });
      const shares = (column: string, part: "month" | "weekday" | "hour" | "minute"): number[] => {
        const found = columnOf(outputs[0]!.table, column);
        if (found?.kind !== "number") throw new Error(column);
        const place = placeInCalendar(part, found.type.kind === "datetime");
        const counted = new Array<number>(60).fill(0);
        for (const value of found.values) counted[place(value)]! += 1 / found.values.length;
        return counted;
      };
      // December has 4/15 of the rows, and .08 of the days; noise of a count is some 25 of 5,000 rows.
      expect(Math.abs(shares("paid", "month")[11]! - 0.27)).toBeLessThan(0.05);
      const weekend = shares("paid", "weekday").slice(5, 7);
      expect(weekend[0]! + weekend[1]!).toBeLessThan(0.04);
      const office = shares("seen", "hour").slice(8, 18);
      expect(office.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.9);
      const minutes = shares("seen", "minute");
      expect(minutes[0]! + minutes[15]! + minutes[30]! + minutes[45]!).toBeGreaterThan(0.85);
      expect(ledger?.map(({ what }) => what)).toContain("months, weekdays and days of paid");
      const winter = columnOf(outputs[1]!.table, "paid");
      if (winter?.kind !== "number") throw new Error("paid");
      expect([...winter.values].every((day) => day >= 19_327 && day <= 19_357)).toBe(true);
    },
  );
});
