import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { Ledger } from "../../src/privacy/ledger.js";
import { deltaOfAll, shownCharges } from "../../src/privacy/ledger-lines.js";

const random = stream(5, "tables");
const people = Array.from({ length: 400 }, () => ({
  age: random.below(10),
  job: "ab"[random.below(2)],
}));
const towns = Array.from({ length: 300 }, () => ({
  size: random.below(12),
  sea: random.below(2) === 0,
}));
const frames = new Map<string, object[]>([
  ["a", people],
  ["b", towns],
]);
const spec = `source ps = frame a
source ts = frame b
table people from ps {
  age: int 0..9
  job: "a" | "b"
}
table towns from ts {
  size: int 0..11
  sea: bool
}
privacy {
  protect each row of people
  budget epsilon 4, delta 1e-6
  spend 20% on people, 80% on towns
}
learn with language {
  width 8
  layers 1
  heads 2
  epochs 1
  batch 200
  counts 0
}
generate 200 people seed 1
generate 200 towns seed 1
`;

test("tables that stand by themselves share a budget in ε and δ, and use it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parable-tables-"));
  const { plan, diagnostics } = await compile(spec, { folder, frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const release = await runSeeded(plan, { folder, frames, noiseSeed: 3 });
  expect(release.outputs.map(({ table }) => table.name).sort()).toEqual(["people", "towns"]);
  const spent = release.ledger.at(-1)?.epsilon as number;
  expect(spent).toBeLessThanOrEqual(4);
  expect(spent).toBeGreaterThan(3);
  const entries = new Ledger(join(folder, ".parable")).entries();
  expect(deltaOfAll(entries, 1e-6)).toBeLessThanOrEqual(1e-6);
  // Each table by itself, at its own share of δ: within its own share of ε.
  for (const [table, part] of [
    ["people", 0.2],
    ["towns", 0.8],
  ] as const) {
    const own = entries.filter(({ run }) => run.includes(` ${table} `));
    expect(own.length).toBeGreaterThan(1);
    const [whole, all] = [part * 4, part * 1e-6];
    const last = shownCharges(own, whole, all).at(-1)?.epsilon as number;
    expect(last).toBeLessThanOrEqual(whole);
    expect(last).toBeGreaterThan(0.7 * whole);
    expect(deltaOfAll(own, all)).toBeLessThanOrEqual(all);
  }
  const again = await runSeeded(plan, { folder, frames, noiseSeed: 3 });
  expect(new Ledger(join(folder, ".parable")).entries()).toHaveLength(entries.length);
  expect(again.outputs[0]?.table.columns).toEqual(release.outputs[0]?.table.columns);
  rmSync(folder, { recursive: true });
});
