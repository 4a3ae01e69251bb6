import { expect, test } from "vitest";
import { compile } from "../../src/pipeline.js";
import { displayPlan } from "../../src/show/plan-view.js";

const spec = (price: string) => `writer far = openai "https://example.org/v1" model "m"${price}
table towns {
  size:    int 0..9
  climate: "cold" | "mild" | "hot" written "the climate of a town of size {size}" by far
  motto:   text                    written "a motto" by far
}
generate made: 1_000 rows seed 1
`;

async function told(price: string): Promise<{ text: string; usd: (number | undefined)[] }> {
  const { plan, diagnostics } = await compile(spec(price));
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  const text = String(displayPlan(plan)["text/plain"]);
  return { text, usd: plan.steps.flatMap(({ asks }) => (asks === undefined ? [] : [asks.usd])) };
}

test("the plan says in full what a writer will be asked and told, and what all of it costs", async () => {
  const { text, usd } = await told(" price 1, 2");
  expect(text).toContain("one question for each prompt, at most about");
  expect(text).toContain("it is told size");
  const sum = usd.reduce<number>((all, each) => all + (each as number), 0);
  // A thousand times some 110 tokens read and 10 or 35 written, at dollars for a million.
  expect(sum).toBeGreaterThan(0.2 + 0.09);
  expect(sum).toBeLessThan(0.5);
  expect(text).toContain(`${Number(sum.toPrecision(2))} USD, unless asked again`);
});

test("without a price it says tokens alone", async () => {
  const { text, usd } = await told("");
  expect(usd).toEqual([undefined, undefined]);
  expect(text).toMatch(
    /Writers are asked about [\d,]+ tokens to read and [\d,]+ to write at most, unless/,
  );
});

test("rows that come back completed, or stand beside the new ones, are asked about too", async () => {
  const towns = [{ town: "Ulm" }, { town: "Rome" }, { town: "Oslo" }];
  const frames = new Map<string, unknown>([["towns", towns]]);
  const asked = async (output: string) => {
    const text = `source known = frame towns
writer far = openai "https://example.org/v1" model "m" may see town
table towns from known {
  town:    category learned
  climate: "cold" | "mild" | "hot" written "the climate of {town}"
}
generate out: ${output}
`;
    const { plan } = await compile(text, { frames });
    const [asks] = plan?.steps.flatMap((step) => step.asks ?? []) ?? [];
    return { read: asks?.read ?? 0, text: String(displayPlan(plan as never)["text/plain"]) };
  };
  const four = await asked("4 rows");
  const completed = await asked("known completed");
  const beside = await asked("4 rows beside known");
  expect(completed.read).toBeCloseTo((3 * four.read) / 4);
  expect(beside.read).toBeCloseTo((7 * four.read) / 4);
  expect(completed.text).toContain("known completed as out");
});
