import { expect, test } from "vitest";
import { proxies } from "../../src/evaluate/fairness-proxies.js";
import type { Formula } from "../../src/ir/formula.js";
import type { Column, Table } from "../../src/table/table.js";

const code = (name: string, levels: readonly string[], codes: readonly number[]): Column => ({
  kind: "code",
  name,
  type: { kind: "category", values: levels, ordered: false, learned: false },
  codes: Int32Array.from(codes),
  levels,
});

/** A thousand rows: half of each sex; the job goes with the sex in so many of each half, the pay with nobody's sex. */
function people(together: number): Table {
  const at = Array.from({ length: 1000 }, (_, row) => row);
  const sex = (row: number) => row % 2;
  const place = (row: number) => Math.floor(row / 2);
  return {
    kind: "table",
    name: "people",
    rows: 1000,
    columns: [
      code("sex", ["f", "m"], at.map(sex)),
      code("badge", ["p", "q"], at.map(sex)),
      code(
        "job",
        ["a", "b"],
        at.map((row) => (place(row) < together ? sex(row) : 1 - sex(row))),
      ),
      code(
        "shift",
        ["s", "t"],
        at.map((row) => place(row) % 2),
      ),
      code(
        "pay",
        ["low", "high"],
        at.map((row) => place(row) % 2),
      ),
    ],
  };
}

const outcome: Formula = {
  op: "eq",
  left: { op: "column", name: "pay" },
  right: { op: "text", value: "high" },
};

test("ties of columns to the group and to the outcome are their bias-corrected Cramér's V, before and after", () => {
  const output = { name: "made", real: people(400), synthetic: people(250) } as never;
  const [table] = proxies(output, ["sex"], outcome);
  expect(table?.columns).toEqual([
    "column",
    ...["with sex before", "with the outcome before"],
    ...["with sex after", "with the outcome after"],
  ]);
  // Of 400 + 400 rows against 100 + 100 the squared phi is .36; Bergsma (2013) takes 1/999 off it and off its most.
  const half = Number(Math.sqrt((0.36 - 1 / 999) / (1 - 1 / 999)).toFixed(3));
  const byName = new Map(table?.rows.map(([name, ...cells]) => [name, cells]));
  expect(byName.get("badge")).toEqual([1, 0, 1, 0]);
  expect(byName.get("job")).toEqual([half, 0, 0, 0]);
  expect(byName.get("shift")).toEqual([0, 1, 0, 1]);
  expect([...byName.keys()].sort()).toEqual(["badge", "job", "shift"]);
});
