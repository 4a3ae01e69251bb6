import { describe, expect, it } from "vitest";
import { parse } from "../../src/parse/parse.js";
import { corpus, readSpec } from "./corpus.js";

describe("the corpus", () => {
  it.each(corpus("good"))("%s parses without a word", (file) => {
    const { spec, diagnostics } = parse(readSpec(file), file);
    expect(diagnostics).toEqual([]);
    expect(spec.blocks.length).toBeGreaterThan(0);
  });
});

describe("topics of a report in one line", () => {
  const linesOf = (report: string) => {
    const { spec, diagnostics } = parse(
      `table t { privacy: 1..2 }\nreport { ${report} }\n`,
      "spec",
    );
    const block = spec.blocks.find(({ kind }) => kind === "report");
    if (block?.kind !== "report") throw new Error(JSON.stringify(diagnostics));
    return block.lines.map(({ topic, items }) =>
      [
        topic.text,
        ...items.map((item) => [item.word, ...item.arguments].map((n) => n.text).join(" ")),
      ].join(": "),
    );
  };

  it.each([
    ["fidelity marginals, pairs  rules all", ["fidelity: marginals: pairs", "rules: all"]],
    ["privacy ledger, membership, rules all", ["privacy: ledger: membership", "rules: all"]],
    ["utility predict income  holdout 25%", ["utility: predict income", "holdout"]],
    ["holdout 25%  fidelity pairs", ["holdout", "fidelity: pairs"]],
    ["utility predict privacy  privacy ledger", ["utility: predict privacy", "privacy: ledger"]],
  ])("%s", (report, lines) => {
    expect(linesOf(report)).toEqual(lines);
  });
});
