import { expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { toCsv } from "../../src/table/csv-write.js";
import type { Table } from "../../src/table/table.js";
import { type WideRow, type WideSet, wideRows, wideSet } from "./wide-rules.js";

/** PARABLE_RULES=200 npx vitest run test/rules-corpus/wide-rules.test.ts tries so many sets of rules. */
const sets = Number(process.env["PARABLE_RULES"] ?? 8);
const real = wideRows();
const frames = new Map([["data", real]]);

/** Rows as their bytes say. */
function readBack(table: Table): readonly WideRow[] {
  const [head = "", ...lines] = toCsv(table).trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",").map((text) => {
      if (text === "") return null;
      if (text === "true" || text === "false") return text === "true";
      return /^-?\d+$/.test(text) ? Number(text) : text.replace(/Z$/, "");
    });
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? null]));
  });
}

/** What a set asks for and the rows don't keep. */
function faults({ rules, given, mode, rows }: WideSet, written: readonly WideRow[]): string[] {
  const made = mode === "beside" ? written.filter((row) => row["generated"] !== false) : written;
  const found: string[] = [];
  const expected = mode === "completed" ? real.length : rows;
  if (made.length !== expected) found.push(`${made.length} rows`);
  // Real rows that break a rule already stay as they are.
  const judged = (holds: (row: WideRow) => boolean) =>
    made.filter((_, at) => mode !== "completed" || holds({ plate: "A", ...real[at] }));
  for (const { text, holds, together } of rules) {
    if (holds !== undefined && !judged(holds).every(holds)) found.push(text);
    if (mode !== "completed" && together?.(made) === false) found.push(text);
  }
  if (given !== undefined && !made.every(given[1])) found.push(`given ${given[0]}`);
  const isPlate = ({ plate }: WideRow) => plate === null || /^[AB][XY]-\d{3}$/.test(String(plate));
  if (!made.every(isPlate)) found.push("plate");
  return found;
}

test("rules over times, patterns, sums, groups and gaps hold beside real rows, completed, given and rebalanced", async () => {
  let ran = 0;
  for (let seed = 1; seed <= sets; seed++) {
    const set = wideSet(seed);
    const { plan, diagnostics } = await compile(set.spec, { frames });
    if (plan === undefined || diagnostics.some(({ severity }) => severity === "error")) continue;
    ran++;
    const { outputs } = await runPlan(plan, { frames, folder: "." }).catch((cause: unknown) => {
      throw new Error(set.spec, { cause });
    });
    expect(faults(set, readBack(outputs[0]?.table as Table)), set.spec).toEqual([]);
  }
  expect(ran).toBeGreaterThan(sets / 2);
}, 1_200_000);
