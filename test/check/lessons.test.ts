import { describe, expect, test } from "vitest";
import { messages } from "../../src/base/messages.js";
import { check } from "../../src/check/check.js";
import { parse } from "../../src/parse/parse.js";
import { compile } from "../../src/pipeline.js";

const learners = [
  { name: "trees", private: false, summary: "" },
  { name: "aim", private: true, summary: "" },
  { name: "language", private: true, summary: "" },
];

/** What is seen only when the plan is made. */
const planned = new Set(["P0509"]);

async function codesOf(text: string, code: string): Promise<readonly string[]> {
  if (planned.has(code)) return (await compile(text)).diagnostics.map((each) => each.code);
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
