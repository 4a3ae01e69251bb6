import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compile } from "../../src/pipeline.js";

const folder = mkdtempSync(join(tmpdir(), "parable-auto-"));
afterAll(() => rmSync(folder, { recursive: true }));
const names = Array.from({ length: 20 }, (_, at) => `c${at}`);

async function chosen(bytes: number) {
  const line = `${names.map(() => 1).join(",")}\n`;
  writeFileSync(join(folder, "data.csv"), `${names.join(",")}\n${line.repeat(10_000)}`);
  // A hole in the file: planning looks at its size and its first lines, never at values.
  truncateSync(join(folder, "data.csv"), bytes);
  const columns = names.map((name) => `  ${name}: int 0..9`).join("\n");
  const spec = `source data = csv "data.csv"\ntable t from data {\n${columns}\n}\ngenerate 10 rows`;
  const { plan, diagnostics } = await compile(spec, { folder });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  return plan?.learners[0];
}

test("auto looks at how many rows there are, and says so", async () => {
  expect(await chosen(400_000)).toMatchObject({ name: "trees" });
  const large = await chosen(300_000_000);
  expect(large?.name).toBe("copula");
  expect(large?.reason).toContain("minutes");
});
