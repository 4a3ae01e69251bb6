import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../src/base/diagnostic.js";
import { SourceText } from "../../src/base/source-text.js";
import { check } from "../../src/check/check.js";
import type { LearnerFact } from "../../src/check/facts.js";
import { parse } from "../../src/parse/parse.js";

/** Learners as a spec of the corpus may name them. */
export const learners: readonly LearnerFact[] = [
  { name: "auto", private: true, summary: "" },
  { name: "trees", private: false, summary: "" },
  { name: "aim", private: true, countsOnly: true, summary: "" },
  { name: "mst", private: true, countsOnly: true, summary: "" },
  { name: "language", private: true, summary: "" },
];

/** What parsing and checking say of a spec of the corpus. */
export function judged(name: string): {
  readonly source: SourceText;
  readonly diagnostics: readonly Diagnostic[];
} {
  const text = readFileSync(new URL(`../specs/${name}`, import.meta.url), "utf8");
  const { spec, diagnostics } = parse(text, name);
  return {
    source: new SourceText(name, text),
    diagnostics: [...diagnostics, ...check(spec, { learners }).diagnostics],
  };
}
