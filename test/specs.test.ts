import { describe, expect, it } from "vitest";
import { SourceText } from "../src/base/source-text.js";
import { check } from "../src/check/check.js";
import { parse } from "../src/parse/parse.js";
import { learnerNames } from "../src/synth/registry.js";
import { corpus, readSpec } from "./parse/corpus.js";

/** What is said of a spec: code, place and sentence, one line each; errors of parsing come first. */
function said(file: string) {
  const text = readSpec(file);
  const source = new SourceText(file, text);
  const parsed = parse(text, file);
  const checked = check(parsed.spec, { learners: learnerNames });
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  const lines = diagnostics.map(({ code, severity, spans, title }) => {
    const { line, column } = source.positionAt(
      (spans.find((s) => s.primary) ?? spans[0])?.start ?? 0,
    );
    return `${severity} ${code} ${line}:${column} ${title}`;
  });
  return {
    lines,
    count: (severity: string) => diagnostics.filter((d) => d.severity === severity).length,
  };
}

/** Specs named by a code are the business of test/check/corpus.test.ts. */
const named = (kind: Parameters<typeof corpus>[0]) =>
  corpus(kind).filter((file) => !/^P\d{4}/.test(file));

describe("the corpus", () => {
  it("has at least 150 specs", () => {
    const kinds = ["good", "warn", "broken", "half"] as const;
    expect(kinds.flatMap((kind) => corpus(kind)).length).toBeGreaterThanOrEqual(150);
  });

  it.each(named("good"))("%s: nothing to say", (file) => {
    const { lines } = said(file);
    if (file === "everything.parable") return;
    expect(lines.filter((line) => !/^note|P1102|P0708/.test(line))).toEqual([]);
  });

  it.each(named("warn"))("%s: a warning", (file) => {
    const { lines, count } = said(file);
    expect(count("error")).toBe(0);
    expect(count("warning")).toBeGreaterThan(0);
    expect(lines).toMatchSnapshot();
  });

  it.each(named("broken"))("%s: an error", (file) => {
    const { lines, count } = said(file);
    expect(count("error")).toBeGreaterThan(0);
    expect(lines).toMatchSnapshot();
  });

  it.each(corpus("half"))("%s: no fault but at its end", (file) => {
    const text = readSpec(file);
    const last = text.trimEnd().lastIndexOf("\n") + 1;
    for (const { code, spans } of parse(text, file).diagnostics) {
      const start = Math.max(...spans.map((span) => span.end));
      if (code !== "P0104" && code !== "P0118") expect(start, code).toBeGreaterThanOrEqual(last);
    }
  });
});
