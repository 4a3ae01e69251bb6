import { describe, expect, it } from "vitest";
import { failsWithout } from "../../src/constraint/fails-without.js";
import { compile } from "../../src/pipeline.js";

async function ruleOf(rule: string) {
  const { checked, diagnostics } = await compile(
    `table t {
  a: "x" | "y" or missing
  b: "x" | "y" or missing
  n: int 0..9 or missing
  m: int 0..9
  ${rule}
}
generate 5 rows
`,
    { until: "check" },
  );
  const found = checked?.tables[0]?.rules[0];
  if (found?.kind !== "always") throw new Error(JSON.stringify(diagnostics));
  return found.formula;
}

describe("a column without a value breaks a rule", () => {
  it.each([
    ["when m = 3 then a is present", "a", true],
    ["when m = 3 then a is missing", "a", false],
    ["require a is missing or m > 3", "a", false],
    ['when a is present then a = "x"', "a", false],
    ["a is missing exactly when b is missing", "a", true],
    ["a is missing exactly when b is missing", "b", true],
    ["a is missing exactly when b is missing", "n", false],
    ["when n is present then n <= m", "n", false],
    ['when m > 3 then a is present and a = "x"', "a", true],
    ['when a is present then b = "x" or b is missing', "a", false],
    ["require m < 5 or a is present", "a", true],
  ])("%s, without %s: %s", async (rule, column, fails) => {
    expect(failsWithout(await ruleOf(rule), column)).toBe(fails);
  });
});
