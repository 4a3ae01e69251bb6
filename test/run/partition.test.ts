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
  for (const learner of ["aim", "swift", "mst"]) {
    const made = await released(spec("partition by region", learner));
    expect(right(made)).toBeGreaterThan(0.9);
    expect(made.ledger.at(-1)?.epsilon).toBeLessThanOrEqual(3);
    expect(made.ledger.some(({ what }) => what.includes("region × a × b"))).toBe(true);
    expect(right(await released(spec("", learner)))).toBeLessThan(0.6);
  }
});

it("relates each column to its part with `independent`, and to others through it alone", async () => {
  const random = stream(2, "parts");
  const lines = ["region,a,b"];
  for (let i = 0; i < 4000; i++) {
    const region = random.below(2);
    lines.push(`${["north", "south"][region]},${"xy"[region]},${"yx"[region]}`);
  }
  writeFileSync(join(folder, "parts.csv"), lines.join("\n"));
  const agree = ({ outputs }: Release, one: string, other: string): number => {
    const [a, b] = [one, other].map((name) => columnOf(outputs[0]!.table, name));
    if (a?.kind !== "code" || b?.kind !== "code") throw new Error("codes");
    return a.codes.filter((code, row) => code === b.codes[row]).length / a.codes.length;
  };
  for (const line of ["partition by region", ""]) {
    const made = await released(spec(line, "independent"));
    const shares = [agree(made, "region", "a"), 1 - agree(made, "region", "b")];
    for (const share of shares) {
      if (line === "") expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
      else expect(share).toBeGreaterThan(0.95);
    }
    expect(made.ledger.at(-1)?.epsilon).toBeLessThanOrEqual(3);
  }
});

it("needs a learner that counts, and a column of values", async () => {
  const codes = async (text: string) =>
    (await compile(text, { folder, until: "names" })).diagnostics.map(({ code }) => code);
  expect(await codes(spec("partition by region", "language"))).toContain("P0714");
  const keyed = spec("partition by key").replace("table t from s {", "table t from s {\n  key: id");
  expect(await codes(keyed)).toContain("P0714");
  expect(await codes(spec("partition by region", "mst"))).toEqual([]);
});
