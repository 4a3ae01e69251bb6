import { expect, it } from "vitest";
import type { CheckedOutput } from "../../src/ir/checked.js";
import type { ReleasedTable } from "../../src/ir/release.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { doubtsOf } from "../../src/run/doubts.js";

const rows = Array.from({ length: 100 }, (_, at) => ({
  size: at % 10,
  kind: at % 50 === 0 ? "rare" : "common",
}));
const frames = new Map([["things", rows]]);
const spec = (generate: string) =>
  `source here = frame things\ntable t from here {\n  size: int 0..9\n  kind: "rare" | "common"\n}\ngenerate ${generate} seed 1\n`;

async function notes(generate: string): Promise<string> {
  const { plan } = await compile(spec(generate), { frames });
  const release = await runPlan(plan as NonNullable<typeof plan>, { frames });
  return release.findings.map(({ policy }) => policy).join("\n");
}

it("says when far more rows are asked for than were learned (P1003), and not before", async () => {
  expect(await notes("made: 201 rows")).toContain(
    "100 rows were learned; 201 rows add no information (P1003)",
  );
  expect(await notes("made: 200 rows")).not.toContain("P1003");
});

it("says neither of rows that a writer makes up", async () => {
  const told = await notes('made: 201 rows like "things of all kinds"');
  expect(told).toContain("201 rows are written");
  expect(told).not.toContain("P1003");
});

it("says when a condition is known from few people (P1002), and not before", async () => {
  expect(await notes('made: 50 rows given kind = "rare"')).toContain("(P1002)");
  expect(await notes("made: 50 rows given size >= 5")).not.toContain("P1002");
});

it("judges by the share alone where the number of rows is protected", () => {
  const output = { name: "made", table: "t", rows: 10 } as CheckedOutput;
  const drawn = (probability: number) =>
    [
      { name: "made", given: { text: "x", probability, low: 0, high: 1, effectiveRows: 9 } },
    ] as unknown as ReleasedTable[];
  expect(doubtsOf(output, drawn(0.0005), undefined)[0]?.policy).toContain("P1002");
  expect(doubtsOf(output, drawn(0.01), undefined)).toEqual([]);
});
