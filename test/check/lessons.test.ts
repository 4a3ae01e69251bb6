import { describe, expect, test } from "vitest";
import { messages } from "../../src/base/messages.js";
import { check } from "../../src/check/check.js";
import { parse } from "../../src/parse/parse.js";

const learners = [
  { name: "trees", private: false, summary: "" },
  { name: "aim", private: true, summary: "" },
  { name: "language", private: true, summary: "" },
];

function codesOf(text: string): readonly string[] {
  const { spec, diagnostics } = parse(text, "lesson");
  return [...diagnostics, ...check(spec, { learners }).diagnostics].map((d) => d.code);
}

const lessons = Object.entries(messages).flatMap(([code, message]) => {
  const examples = [...message.explain.matchAll(/```parable\n([\s\S]*?)```/g)];
  return examples.length === 2 ? [[code, examples.map((m) => m[1] ?? "")] as const] : [];
});

describe.each(lessons)("the lesson of %s", (code, examples) => {
  test("earns the message, and its mended form does not", () => {
    expect(codesOf(examples[0] ?? "")).toContain(code);
    expect(codesOf(examples[1] ?? "")).not.toContain(code);
    const { spec, diagnostics } = parse(examples[1] ?? "", "lesson");
    const errors = [...diagnostics, ...check(spec, { learners }).diagnostics].filter(
      (d) => d.severity === "error",
    );
    expect(errors.map((d) => `${d.code} ${d.title}`)).toEqual([]);
  });
});
