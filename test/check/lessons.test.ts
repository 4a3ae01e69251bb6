import { describe, expect, test } from "vitest";
import { messages } from "../../src/base/messages.js";
import { check } from "../../src/check/check.js";
import { parse } from "../../src/parse/parse.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { learners } from "./judged.js";

/** What is seen only in the headers of a source, when the plan is made, or when it is carried out. */
const compiled = new Set(["P0207", "P0208", "P0505", "P0506", "P0509", "P0510"]);
const ran = new Set(["P0316", "P1002", "P1003"]);

async function codesOf(text: string, code: string): Promise<readonly string[]> {
  if (ran.has(code)) {
    const { plan } = await compile(text);
    const { findings } = await runPlan(plan as NonNullable<typeof plan>);
    return findings.map(({ policy }) => /\((P\d{4})\)/.exec(policy)?.[1] ?? "");
  }
  if (compiled.has(code)) return (await compile(text)).diagnostics.map((each) => each.code);
  const { spec, diagnostics } = parse(text, "lesson");
  return [...diagnostics, ...check(spec, { learners }).diagnostics].map((d) => d.code);
}

const lessons = Object.entries(messages).flatMap(([code, message]) => {
  const examples = [...message.explain.matchAll(/```parable\n([\s\S]*?)```/g)];
  return examples.length === 2 ? [[code, examples.map((m) => m[1] ?? "")] as const] : [];
});

describe.each(lessons)("the lesson of %s", (code, examples) => {
  test("earns the message, and its mended form does not", async () => {
    expect(await codesOf(examples[0] ?? "", code)).toContain(code);
    expect(await codesOf(examples[1] ?? "", code)).not.toContain(code);
    const { spec, diagnostics } = parse(examples[1] ?? "", "lesson");
    const errors = [...diagnostics, ...check(spec, { learners }).diagnostics].filter(
      (d) => d.severity === "error",
    );
    expect(errors.map((d) => `${d.code} ${d.title}`)).toEqual([]);
  });
});
