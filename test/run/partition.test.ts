import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { Release } from "../../src/ir/release.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { columnOf } from "../../src/table/table.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-parts-"));
  const random = stream(1, "parts");
  const lines = ["region,a,b"];
  // In the north a and b agree, in the south they differ: no two columns alone show anything.
  for (let i = 0; i < 4000; i++) {
    const [region, a] = [random.below(2), random.below(2)];
    lines.push(`${["north", "south"][region]},${"xy"[a]},${"xy"[a ^ region]}`);
  }
  writeFileSync(join(folder, "parts.csv"), lines.join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = (line: string, learner = "aim") => `source s = csv "parts.csv"
table t from s {
  region: "north" | "south"
  a: "x" | "y"
  b: "x" | "y"
}
privacy {
  protect each row of t
  budget epsilon 3, delta 1e-6
  ${line}
}
learn with ${learner}
generate made: 2_000 rows seed 1
`;

async function released(text: string): Promise<Release> {
  const { plan, diagnostics } = await compile(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return runPlan(plan, { folder });
}

/** The share of rows in which a and b relate as they do in their region. */
function right({ outputs }: Release): number {
  const [region, a, b] = ["region", "a", "b"].map((name) => {
    const column = columnOf(outputs[0]!.table, name);
    return column?.kind === "code" ? column.codes : new Int32Array();
  });
  return a!.filter((code, row) => (code ^ b![row]!) === region![row]!).length / a!.length;
}

it("finds in each part what no pair of columns shows, within the same budget", async () => {
  for (const learner of ["aim", "swift"]) {
    const made = await released(spec("partition by region", learner));
    expect(right(made)).toBeGreaterThan(0.9);
    expect(made.ledger.at(-1)?.epsilon).toBeLessThanOrEqual(3);
    expect(made.ledger.some(({ what }) => what.includes("region × a × b"))).toBe(true);
    expect(right(await released(spec("", learner)))).toBeLessThan(0.6);
  }
});

it("is refused by an engine that would ignore it, before anything is spent", async () => {
  await expect(released(spec("partition by region", "mst"))).rejects.toThrow(/P1461/);
});
