import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scan } from "../../grammar/scan.js";
import { parse } from "../../src/parse/parse.js";
import { format } from "../../src/parse/print.js";
import { corpus, readSpec } from "./corpus.js";

const around = (line: string) =>
  `table t {\n  one: int 1..2\n  ${line}\n  two: int 1..2\n  require one < two\n}\ngenerate 10 rows\n`;

/** What is left of the lines around a broken one. */
function survivors(text: string) {
  const { spec, diagnostics } = parse(text, "cell");
  const table = spec.blocks.find((block) => block.kind === "table");
  return {
    errors: diagnostics.map(({ code }) => code),
    columns: table?.columns
      .map((column) => column.name.text)
      .filter((n) => n === "one" || n === "two"),
    rules: table?.rules.filter((rule) => rule.kind === "require").length ?? 0,
    generates: spec.blocks.filter((block) => block.kind === "generate").length,
  };
}

describe("nine breakages: at most one error, no other line lost", () => {
  it.each([
    ["a missing colon", "age int 17..90 years", "P0101"],
    ["a misspelt word", "uniqe one", "P0102"],
    ["a text that is not closed", 'sex: "Female" | "Male', "P0104"],
    ["two signs of equality", "unique one\n  when one == 1 then two = 2", "P0103"],
    ["one dot", "age: int 1.4", "P0105"],
    ["a missing then", "when one = 1 two = 2", "P0109"],
    ["half a line", "when one = 1 then", "P0109"],
    ["single quotes", "sex: 'Female'", "P0103"],
  ])("%s", (_, line, code) => {
    const { errors, columns, rules, generates } = survivors(around(line));
    expect(errors).toEqual([code]);
    expect(columns).toEqual(["one", "two"]);
    expect(rules).toBeGreaterThanOrEqual(1);
    expect(generates).toBe(1);
  });

  it("a missing brace", () => {
    const text =
      "table t {\n  one: int 1..2\n  two: int 1..2\n  require one < two\ngenerate 10 rows\n";
    expect(survivors(text)).toEqual({
      errors: ["P0104"],
      columns: ["one", "two"],
      rules: 1,
      generates: 1,
    });
  });

  it("a brace that was never opened", () => {
    const text =
      "table t\n  one: int 1..2\n  two: int 1..2\n  require one < two\n}\ngenerate 10 rows\n";
    expect(survivors(text)).toEqual({
      errors: ["P0118"],
      columns: ["one", "two"],
      rules: 1,
      generates: 1,
    });
  });
});

/** Where a remedy has edits, carrying them all out leaves fewer errors. */
function applyAll(text: string): string {
  const edits = parse(text, "cell")
    .diagnostics.flatMap((diagnostic) => diagnostic.try[0]?.edits ?? [])
    .sort((left, right) => right.start - left.start);
  return edits.reduce((t, edit) => t.slice(0, edit.start) + edit.text + t.slice(edit.end), text);
}

const slips = `age int 17..90 years
uniqe one
require one == 1
age: int 1.4
when one = 1 two = 2
sex: 'Female' | 'Male'
sex: Female | Male
age: integer
age: itn 1..4
require age between 1 and 9 and one = 2
if one = 1 then two = 2
require one = 1;
age: int 1..9,
require one = null
require one is not None
gain: number | null
from: int 1..9
one = 0 or two = 0
x: int 1..9 or mising
x: int 1..9 form "a"
x: text writen "abc"
x: int 17-90
x: int (17, 90)
x: int [17, 90]
x: int 17 to 90
when one = 1 than two = 2
require one = 1 && two = 2 || !three
unique "one", two
correlate one two 0.3
require (one = 1
require one = 1)
x: int 1..9 y: int 1..3
"age": int 1..9
age = int 1..3
age int(11) not null
one two determines three
x: real 0..1 ~ normal(0 1)
x: date 2024-6-1..2024-7-1
require one in ["x", "y"]
require one != 3 AND two = 1
assert one = 2
when one = 1, two = 2
x: bool or nothing missing
require one ≥ 2
x: text like [A-Z]
x: ref people 0..3 per
expect mean(one) in 3..
x: "a" < "b" | "c"
foo bar baz
x: int 1..3 @
age: varchar(20)
require "one" determines two
require 1 + one determines two`.split("\n");

describe("the language's own messages", () => {
  it.each(slips)("%s", (line) => {
    const text = around(line);
    const said = parse(text, "cell").diagnostics.map(({ code, title, spans, try: remedies }) => ({
      said: `${code} ${title}`,
      at: spans.map((span) => text.slice(span.start, span.end)),
      try: remedies.map(({ label }) => label),
    }));
    expect(said.length).toBeGreaterThan(0);
    expect(said).toMatchSnapshot();
  });

  it.each(slips)("%s: the remedies with edits are right", (line) => {
    const text = around(line);
    const remedied = parse(text, "cell").diagnostics.filter((d) => d.try[0]?.edits.length);
    const left = parse(applyAll(text), "cell").diagnostics;
    const before = parse(text, "cell").diagnostics;
    // A sign put right may bring to light one more fault of its line.
    expect(left.length).toBeLessThanOrEqual(Math.max(1, before.length - remedied.length));
    if (!/[[\]]/.test(line)) expect(left.length).toBe(before.length - remedied.length);
  });

  it.each([
    'source a csv "x"',
    'source = csv "x"',
    "generate 500",
    "generate rows 500",
    "learn aim",
    "generte 10 rows",
    "param eps real 0..1 = 2",
    "fair: 10 rows",
    'x = csv "abc"',
    "report consumers",
    "require a = 1",
    "x: int 1..3",
    "generate 10 rows where a = 1",
    "sweep eps 1, 2",
    "import x",
    "privacy { protect people }",
    "privacy { spend 10 on domains, 90 on model }",
    "privacy { budget 2 }",
    'fairness { across "sex" }',
    "fairness { require parity < 0.2 }",
    "fairness { rebalance sex to 50% Female }",
    "tabel people { x: int 1..2 }",
    "people from census { x: int 1..2 }",
    "table t { x: int 1..2 } }",
    "table t { x: int 1..2",
    "table t { generate 3 rows }",
  ])("%s", (text) => {
    const said = parse(`table one { x: int 1..2 }\n${text}\n`, "cell").diagnostics;
    expect(said.map(({ code, title }) => `${code} ${title}`)).toMatchSnapshot();
  });
});

describe("parse never throws", () => {
  it("on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const { spec } = parse(text, "any");
        expect(spec.kind).toBe("spec");
        format(text);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("on shuffled pieces of good specs, and its places lie in the text", () => {
    const pieces = corpus("good").flatMap((file) => {
      const text = readSpec(file);
      return scan(text).tokens.map((token) => text.slice(token.startOffset, token.endOffset! + 1));
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(" ", "\n", "", " { ")), {
          maxLength: 60,
        }),
        (parts) => {
          const text = parts.flat().join("");
          for (const { spans } of parse(text, "any").diagnostics) {
            expect(spans.length).toBeGreaterThan(0);
            for (const { start, end } of spans) {
              expect(start).toBeGreaterThanOrEqual(0);
              expect(end).toBeGreaterThanOrEqual(start);
              expect(end).toBeLessThanOrEqual(text.length);
            }
          }
        },
      ),
      { numRuns: 300, seed: 2 },
    );
  });

  it("on deep nesting", () => {
    for (const text of [
      "(".repeat(5000),
      "- ".repeat(5000),
      "not ".repeat(5000),
      "2^".repeat(5000),
    ]) {
      const { diagnostics } = parse(around(`require ${text} x > 1`), "deep");
      expect(diagnostics.map(({ code }) => code)).toEqual(["P0116"]);
    }
  });

  it("on a text without statements", () => {
    expect(parse("", "cell").spec.blocks).toEqual([]);
    expect(parse("# only this\n", "cell").spec.comments).toHaveLength(1);
  });
});

it("a question mark is told how to say that a value may be missing", () => {
  const { diagnostics } = parse("table t {\n  a: int? 0..9\n}\ngenerate 1 rows\n", "cell");
  expect(diagnostics.map(({ code }) => code)).toEqual(["P0110"]);
  expect(JSON.stringify(diagnostics)).toContain("or missing");
});

it("topics of a report may follow one another in one line, with commas or without", () => {
  const report = (line: string) => {
    const { spec, diagnostics } = parse(`generate 3 rows\nreport { ${line} }\n`, "cell");
    expect(diagnostics).toEqual([]);
    const block = spec.blocks.find(({ kind }) => kind === "report");
    const lines = block?.kind === "report" ? block.lines : [];
    return lines.map(({ topic, items }) => [topic.text, ...items.map(({ word }) => word.text)]);
  };
  const apart = [
    ["fidelity", "marginals", "pairs"],
    ["rules", "all"],
    ["utility", "predict"],
    ["holdout"],
  ];
  expect(
    report("fidelity marginals, pairs  rules all  utility predict rules  holdout 20%"),
  ).toEqual(apart);
  expect(
    report("fidelity marginals, pairs, rules all, utility predict rules, holdout 20%"),
  ).toEqual(apart);
});

describe("notation of elsewhere: told once, and its remedy works", () => {
  it.each([
    ['"full name": text invented "name"', 'full_name: text invented "name" from "full name"'],
    ['"1st": int 0..1', '_1st: int 0..1 from "1st"'],
    ["Größe cm: int 0..9", 'Größe_cm: int 0..9 from "Größe cm"'],
    ["day: date 1.2.2024..2024-12-31", "day: date 2024-02-01..2024-12-31"],
    ["half: real 0,5..9", "half: real 0.5..9"],
    ["day: date 2024-01-01..2024-12-31 step 7", "day: date 2024-01-01..2024-12-31 "],
    ["stay: duration 0..90 days step 1", "stay: duration 0..90 days "],
    ["size: numerical 0..9", "size: real 0..9"],
  ])("%s", (line, mended) => {
    const text = around(line);
    const { diagnostics } = parse(text, "cell");
    expect(diagnostics).toHaveLength(1);
    const edits = [...(diagnostics[0]?.try[0]?.edits ?? [])].sort((a, b) => b.start - a.start);
    const right = edits.reduce(
      (now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end),
      text,
    );
    expect(right).toBe(around(mended));
    expect(parse(right, "cell").diagnostics).toEqual([]);
  });
});
