// Read 45,211 × 17 from CSV into typed columns, and write it out again. `npx vitest bench --run bench/read-csv.bench.ts`
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bench, describe } from "vitest";
import { writeTable } from "../src/table/export.js";
import { type ColumnRequest, openSource } from "../src/table/source.js";
import type { Table } from "../src/table/table.js";

const spec = { name: "bank", format: "example", where: "bank-marketing", missing: [] };
const numbers = new Set(["age", "balance", "day", "duration", "campaign", "pdays", "previous"]);

async function read(): Promise<Table> {
  const source = await openSource(spec, { folder: "." });
  const columns = (await source.headers()).map(
    (header): ColumnRequest => ({
      name: header,
      header,
      optional: false,
      type: numbers.has(header)
        ? { kind: "int", learned: true }
        : { kind: "category", values: [], ordered: false, learned: true },
    }),
  );
  return (await source.read({ name: "bank", columns, keepExamples: true })).table;
}

const folder = mkdtempSync(join(tmpdir(), "parable-bench-"));
let kept: Promise<Table> | undefined;
const table = (): Promise<Table> => {
  kept ??= read();
  return kept;
};

describe("bank marketing, 45,211 × 17", () => {
  bench("header only", async () => {
    await (await openSource(spec, { folder: "." })).headers();
  });
  bench("read CSV", async () => {
    await read();
  });
  for (const ending of ["csv", "parquet", "arrow", "json"]) {
    bench(`write ${ending}`, async () => writeTable(await table(), join(folder, `t.${ending}`)));
  }
});
