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

  it("learns from public rows what pairs don't tell, but not how frequent it is (seeded noise)", async () => {
    const draw = stream(4, "parity");
    const parity = (count: number, ones: number) =>
      Array.from({ length: count }, () => {
        const [a, b] = [0, 0].map(() => Number(draw.uniform() < ones)) as [number, number];
        return Object.fromEntries(
          ["a", "b", "c"].map((name, at) => [name, "xy"[[a, b, a ^ b][at]!]]),
        );
      });
    const frames = new Map([
      ["people", parity(1500, 0.5)],
      ["earlier", parity(1500, 0.35)],
    ]);
    const text = `source s = frame people
source known = frame earlier public
table t from s {
  a: "x" | "y"
  b: "x" | "y"
  c: "x" | "y"
}
privacy {
  protect each row of t
  budget epsilon 3, delta 1e-6
}
learn with language {
  width 16
  layers 1
  heads 2
  base known
}
generate made: 4000 rows seed 1
`;
    const { plan, diagnostics } = await compile(text, { folder, frames });
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
    const release = await runSeeded(plan, { folder, frames, noiseSeed: 7 });
    const { columns, rows } = release.outputs[0]!.table;
    const [a, b, c] = columns.map((column) => (column.kind === "code" ? column.codes : []));
    const every = Array.from({ length: rows }, (_, row) => row);
    const shareOf = (is: (row: number) => boolean) => every.filter(is).length / rows;
    // Pairs alone leave the parity at a half.
    expect(shareOf((row) => ((a![row]! ^ b![row]!) as number) === c![row])).toBeGreaterThan(0.65);
    expect(Math.abs(shareOf((row) => a![row] === 1) - 0.5)).toBeLessThan(0.06);
    expect(release.findings.map(({ policy }) => policy).join()).toMatch(
      /5\d% of what was seen were public rows/,
    );
  });
});
