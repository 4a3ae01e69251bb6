import { describe, expect, test } from "vitest";
import { compile } from "../../src/pipeline.js";
import { displayPlan } from "../../src/show/plan-view.js";

const spec = (rules: string, more = "") => `
table t {
  x: real 0..10
  y: real 0..10
  k: int 1..100
  mail: text invented "email" or missing
  big: bool := x > 5
  ${rules}
}
${more}generate 10 rows
`;

async function tried(rules: string, more = "") {
  const { plan, diagnostics } = await compile(spec(rules, more));
  const codes = diagnostics
    .filter(({ severity }) => severity !== "note")
    .map(({ code, severity }) => `${severity} ${code}`);
  return { plan, codes, diagnostics };
}

describe("before anything is run", () => {
  test("the plan says of each rule how it is held and how many rows pass unaided", async () => {
    const { plan, codes } = await tried(
      "require k <= 25\n  require x * x + y * y <= 50\n  when big then mail is missing",
    );
    expect(codes).toEqual([]);
    const [, low, disc, gap] = plan?.rules ?? [];
    expect(low).toMatchObject({ enforcement: "by construction" });
    // A quarter of k, π/8 of the square, 1 − ½ · 0.95: 2,000 rows, five standard errors.
    expect(Math.abs((low?.acceptance ?? 0) - 0.25)).toBeLessThan(0.05);
    expect(disc?.enforcement).toBe("redraw");
    expect(Math.abs((disc?.acceptance ?? 0) - Math.PI / 8)).toBeLessThan(0.055);
    expect(Math.abs((gap?.acceptance ?? 0) - 0.525)).toBeLessThan(0.056);
    const text = String(displayPlan(plan as NonNullable<typeof plan>)["text/plain"]);
    expect(text).toContain("passes unaided");
  });

  test("a rule that no method can hold is an error, at its place", async () => {
    const { plan, codes, diagnostics } = await tried(
      "require k <= 25\n  require sqrt(x) + exp(y) * x = 3.7 * y",
    );
    expect(codes).toEqual(["error P0509"]);
    expect(plan).toBeUndefined();
    const { start, end } = diagnostics[0]?.spans[0] ?? { start: 0, end: 0 };
    const text = spec("require k <= 25\n  require sqrt(x) + exp(y) * x = 3.7 * y");
    expect(text.slice(start, end)).toBe("require sqrt(x) + exp(y) * x = 3.7 * y");
    expect(diagnostics[0]?.title).toBe("drawing finds no row of t that keeps this rule");
  });

  test("it says what is proved about such rows, and no more", async () => {
    const because = async (rule: string) => {
      const { codes, diagnostics } = await tried(`require ${rule}`);
      expect(codes).toEqual(["error P0509"]);
      return diagnostics.find(({ code }) => code === "P0509")?.because[0];
    };
    expect(await because("x * x + y * y = 25")).toMatch(
      /^such rows exist, for example x = 0, y = 5/,
    );
    expect(await because("x * exp(y) + y * exp(x) = 33.3")).toMatch(/neither proved nor refuted/);
  });

  test("whoever asks for few rows is not refused what may come out", async () => {
    const text = (rows: number) => `
table t {
  x: real 0..1 step 0.0001
  y: real 0..1 step 0.0001
  require x * y + x / (y + 0.1) in 0.93..0.9301
}
generate ${rows} rows`;
    const codes = async (rows: number) =>
      (await compile(text(rows))).diagnostics
        .filter(({ severity }) => severity !== "note")
        .map(({ code }) => code);
    expect(await codes(1)).toEqual(["P0505"]);
    expect(await codes(100_000)).toEqual(["P0509"]);
  });

  test("a rule that hardly any row passes and that must be redrawn is a warning", async () => {
    const { plan, codes } = await tried("require x * x + y * y <= 0.5");
    expect(codes).toEqual(["warning P0505"]);
    expect(plan).toBeDefined();
  });

  test("of a learned table, whose data may know better, it is a warning", async () => {
    const text = `
source data = frame data
table t from data {
  x: real 0..10
  y: real 0..10
  require sqrt(x) + exp(y) * x = 3.7 * y
}
generate 10 rows`;
    const frames = new Map([["data", [{ x: 1, y: 2 }]]]);
    const { plan, diagnostics } = await compile(text, { frames });
    const codes = diagnostics.filter(({ severity }) => severity !== "note").map(({ code }) => code);
    expect(codes).toEqual(["P0510"]);
    expect(plan).toBeDefined();
  });
});
