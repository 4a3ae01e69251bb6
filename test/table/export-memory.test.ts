import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "parable-memory-"));
afterAll(() => rmSync(folder, { recursive: true }));
const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const child = fileURLToPath(new URL("export-child.mjs", import.meta.url));

/** Peak memory in MB of a process that writes so many megabytes. */
function peak(format: string, megabytes: number): number {
  const path = join(folder, `${megabytes}.${format}`);
  const said = execFileSync(process.execPath, [child, dist, path, `${megabytes}`]);
  rmSync(path);
  return Number(said.toString());
}

// Five times as much text takes 22 MB more (standard deviation 11 of six runs): a false alarm in 100,000,
// while a writer that kept what it had written would take 80 MB more than that.
test.skipIf(!existsSync(dist)).each(["csv", "jsonl", "json"])(
  ".%s: memory does not grow with the number of rows",
  (format) => {
    expect(peak(format, 100) - peak(format, 20)).toBeLessThan(70);
  },
);

// DuckDB fills what it may hold, some 125 MB more (two runs: 116 and 133), and at 200 MB of text takes no more than
// at 100; left alone it took over 300 MB more. Ten standard deviations of those runs on either side of the bound.
test.skipIf(!existsSync(dist))(".parquet: memory grows to what DuckDB may hold", () => {
  expect(peak("parquet", 100) - peak("parquet", 20)).toBeLessThan(230);
});

// A record batch and its garbage take 53 MB more (five runs: 40 to 61, deviation 9); a writer that kept all 460 more.
test.skipIf(!existsSync(dist))(".arrow: memory grows to what some record batches hold", () => {
  expect(peak("arrow", 100) - peak("arrow", 20)).toBeLessThan(200);
});
