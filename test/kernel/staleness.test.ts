import { expect, it } from "vitest";
import { staleness } from "../../src/kernel/staleness.js";
import { compile } from "../../src/pipeline.js";

const spec = `source census = csv "census.csv"
table people from census { sex: "F" | "M" }
privacy {
  protect each row of people
  budget epsilon 2, delta 1e-6
}
generate 1_000 rows`;

it("tells of the older text and of the price of another private run (P1202, P1201)", async () => {
  const { checked } = await compile(spec, { until: "names" });
  const now = checked as NonNullable<typeof checked>;
  expect(await staleness("adult", undefined, spec, now)).toBeUndefined();
  expect(await staleness("adult", spec, spec, now)).toBeUndefined();
  const told = await staleness("adult", spec.replace("epsilon 2", "epsilon 1"), spec, now);
  expect(told?.["text/plain"]).toMatchInlineSnapshot(`
    "warning P1202: learned from an older text of this spec (line 5 differs)

    warning P1201: running this again spends another epsilon 2; the last result is still in \`adult\`

    see  parable explain P1202"
  `);
  const { privacy: _, ...open } = now;
  const free = await staleness("adult", `${spec}\n`, spec, open);
  expect(free?.["text/plain"]).not.toContain("P1201");
});
