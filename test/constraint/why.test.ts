import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { whyOf, whyText } from "../../src/facade/why.js";

const six = readFileSync(new URL("../specs/six.broken.parable", import.meta.url), "utf8");
const spec =
  'table people {\n  role: "Husband" | "Wife" | "Other"\n  sex: "F" | "M"\n  age: int 0..99\n  when role = "Husband" then sex = "M"\n  when role = "Wife" then sex = "F"\n  when role != "Other" then age >= 50\n}\ngenerate 10 rows';

test("each combination says which rules take it away", async () => {
  const why = await whyOf(spec, ["role", "sex"]);
  expect(why.rows.filter((row) => !row.possible).map((row) => row.values)).toEqual([
    ["Husband", "F"],
    ["Wife", "M"],
  ]);
  expect(await whyText(why)).toMatchInlineSnapshot(`
    "What the rules leave of role, sex in people
    role     sex  rows  taken away by
    ───────  ───  ────  ─────────────
    Husband  F    none  rule 1
    Husband  M    yes
    Wife     F    yes
    Wife     M    none  rule 2
    Other    F    yes
    Other    M    yes
    rule 1: when role = "Husband" then sex = "M"
    rule 2: when role = "Wife" then sex = "F"
    rule 3: when role != "Other" then age >= 50"
  `);
});

test("numbers are looked at in parts of their range", async () => {
  const { rows } = await whyOf(spec, ["age", "role"]);
  expect(rows).toHaveLength(12);
  expect(rows.filter((row) => !row.possible).map((row) => row.values.join(" "))).toEqual([
    "0..24 Husband",
    "0..24 Wife",
    "25..49 Husband",
    "25..49 Wife",
  ]);
});

test("a contradictory spec can be asked too", async () => {
  const why = await whyOf(six, ["sex", "role"]);
  expect(why.rows.every((row) => !row.possible && row.removedBy.length > 0)).toBe(true);
});

test("a column that no table has is said", async () => {
  await expect(whyOf(spec, ["age", "rolle"])).rejects.toThrow(
    "there is no column `rolle` in people",
  );
});
