import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { compile, runSeeded } from "../../src/pipeline.js";
import { columnOf } from "../../src/table/table.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-counts-first-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const levels = ["a", "b", "c", "d"];
const random = stream(3, "counts first");
/** `twin` is `kind` in 85 of 100 rows; every second row has 40 hours. */
const rows = Array.from({ length: 1500 }, () => {
  const kind = random.below(4);
  const twin = random.below(10) < 8 ? kind : random.below(4);
  const hours = random.below(2) === 0 ? 40 : 1 + random.below(99);
  return { kind: levels[kind], twin: levels[twin], hours, note: "yes" };
});

const spec = (options: readonly string[], more = "") => `source s = frame people
table t from s {
  kind: "a" | "b" | "c" | "d"
  twin: "a" | "b" | "c" | "d"
  hours: int 1..99
${more}}
privacy {
  protect each row of t
  budget epsilon 3, delta 1e-6
}
learn with language {
  ${["width 16", "layers 1", "heads 2", ...options].join("\n  ")}
}
generate made: 4000 rows seed 1
`;

const frames = new Map([["people", rows]]);

async function planned(options: readonly string[], more = "") {
  const { plan, diagnostics } = await compile(spec(options, more), { folder, frames });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return { plan, steps: plan.steps.map(({ detail }) => detail).join("\n") };
}

describe("language under a budget", { timeout: 60_000 }, () => {
  it("learns pairs, and values that many rows share, from noisy counts first (seeded noise: no false alarm)", async () => {
    const { plan, steps } = await planned([]);
    const release = await runSeeded(plan, { folder, frames, noiseSeed: 7 });
    const table = release.outputs[0]!.table;
    const [kind, twin, hours] = ["kind", "twin", "hours"].map((name) => columnOf(table, name));
    if (kind?.kind !== "code" || twin?.kind !== "code" || hours?.kind !== "number") throw hours;
    const alike = kind.codes.filter((code, row) => code === twin.codes[row]).length / table.rows;
    // Gradients alone leave the two all but independent: a quarter.
    expect(alike).toBeGreaterThan(0.7);
    const forty = hours.values.filter((each) => each === 40).length / table.rows;
    expect(Math.abs(forty - 0.505)).toBeLessThan(0.08);
    expect(steps).toContain("80% of it on noisy counts, whose rows are learned first");
    expect(release.ledger.filter(({ what }) => /gradients/.test(what))).toHaveLength(1);
    const spent = release.ledger.at(-1)?.epsilon;
    expect(spent).toBeGreaterThan(2.9);
    expect(spent).toBeLessThanOrEqual(3);
  });

  it("leaves everything to the gradients where it is told so, where noise is stated, and where a text is learned", async () => {
    for (const [options, more] of [
      [["counts 0"], ""],
      [["noise 9"], ""],
      [["counts 80%"], "  note: text\n"],
    ] as const) {
      const { steps } = await planned(options, more);
      expect(steps).toContain("noisy gradients for language");
      expect(steps).not.toContain("learned first");
    }
  });
});
