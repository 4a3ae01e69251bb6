import { describe, expect, it } from "vitest";
import { complete } from "../../src/parse/complete.js";
import { inspect } from "../../src/parse/inspect.js";
import { isComplete } from "../../src/parse/is-complete.js";
import { signature } from "../../src/parse/signature.js";
import { corpus, readSpec } from "./corpus.js";

const facts = {
  learners: [
    { name: "auto", summary: "the plan chooses", options: [] },
    { name: "aim", summary: "marginals that matter", options: ["relate", "cells"] },
    { name: "trees", summary: "one tree a column", options: ["leaf"] },
  ],
  headers: new Map([["census", ["age", "sex", "education-num", "hours"]]]),
  frames: [{ name: "clients", headers: ["age", "job"] }],
  examples: [{ name: "penguins", title: "Penguins" }],
};

const base = `source census = csv "adult.csv"
param eps: real 0..1 = 1
writer gemma = offline
table people from census {
  ## Whole years
  age: int 17..90 years
  sex: "Female" | "Male"
  boss: ref people, 0..3 per people
`;

/** What is offered at \`^\`; the text after it stays. */
function offered(marked: string): string[] {
  const offset = marked.indexOf("^");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return complete(text, offset, facts).items.map((item) => item.text);
}

describe("complete", () => {
  it.each([
    ["", "gen^", ["generate"]],
    ["", "table x { a: int 1..2 }\ngenerate 10 ^", ["rows", "x"]],
    ["", "source x = ^", ["csv", "parquet", "frame", "example"]],
    ["", 'source x = example "^', ['"penguins"']],
    ["", "source x = frame ^", ["clients"]],
    ["", "source x = frame cl^", ["clients"]],
    ["", "learn with ^", ["auto", "aim", "trees"]],
    ["", "learn with aim {\n ^", ["relate", "cells"]],
    ["", "report for ^", ["consumers", "regulators", "teachers"]],
    ["", "report {\n fidelity m^", ["marginals"]],
    ["", "privacy {\n  ^", ["protect", "budget", "spend", "forbid", "partition"]],
    ["", "privacy {\n  protect ^", ["each"]],
    ["", "fairness {\n  require ^", ["parity", "ratio", "odds"]],
    [base, "  x: ^", ["int", "real", "date", "text", "category"]],
    [base, "  x: int 1..9 y^", ["years"]],
    [base, "  x: int 1..9 ^", ["years", "or", "step", "from", "written"]],
    [base, "  x: real 0..1 ~ n^", ["normal", "negative_binomial"]],
    [base, "  require a^", ["age", "abs"]],
    [base, "  require sex = ^", ['"Female"', '"Male"']],
    [base, '  require sex = "F^', ['"Female"']],
    [base, '  require sex in ("Female", "^', ['"Male"']],
    [base, "  require boss.^", ["age", "sex"]],
    [base, "  require age is ^", ["missing", "present"]],
    [base, "  when age > 3 th^", ["then"]],
    [base, "  expect me^", ["mean", "median"]],
    [base, "  req^", ["require"]],
    [base, "  ho^", ["hours: "]],
    [base, '  school: int 1..9 from "^', ['"education-num"', '"hours"']],
    [base, '  mail: text invented "e^', ['"email"']],
    [base, '  s: text written "for {a^', ['"for {age}']],
    [base, '  s: text written "x" by ^', ["gemma"]],
    [base, "  x: ref ^", ["people"]],
    [`${base}}\n`, "generate 10 rows given ag^", ["age"]],
    [`${base}}\n`, "generate 10 rows ^", ["given", "seed", "like", "beside"]],
    [`${base}}\n`, "fairness { across s^", ["sex"]],
    [`${base}}\n`, 'fairness { rebalance sex to 50% "^', ['"Female"', '"Male"']],
    [`${base}}\n`, "privacy { protect each ^", ["row", "boss", "people"]],
    [`${base}}\n`, "privacy { budget epsilon e^", ["eps"]],
    [`${base}}\ngenerate fair: 10 rows\n`, "show age of ^", ["fair", "people", "census"]],
    [`${base}}\n`, "sweep ^", ["eps"]],
  ])("%#: %s%s offers %j", (before, line, wanted) => {
    expect(offered(`${before}${line}`)).toEqual(expect.arrayContaining(wanted));
  });

  it("offers nothing in a comment, and no keyword inside a text", () => {
    expect(offered("# gen^")).toEqual([]);
    expect(offered('spec x "gen^')).toEqual([]);
  });

  it("does not mind broken lines elsewhere, and gives places in UTF-16", () => {
    const text = `table t {\n  "😀 😀": nonsense ((\n  age: int 1..9\n  require ag`;
    const { start, end, items } = complete(text, text.length, facts);
    expect(items.map((item) => item.text)).toContain("age");
    expect(text.slice(start, end)).toBe("ag");
    const emoji = `table t {\n  a: "😀" | "x"\n  require a = `;
    expect(complete(emoji, emoji.length).items.map((item) => item.text)).toEqual(
      expect.arrayContaining(['"😀"', '"x"']),
    );
  });

  it("replaces the closing quote behind the place", () => {
    const text = `${base}  require sex = "F" and age > 3`;
    const { start, end } = complete(text, text.indexOf('"F"') + 2, facts);
    expect(text.slice(start, end)).toBe('"F"');
  });

  it("says a line about what it offers", () => {
    const items = complete("learn with ", 11, facts).items;
    expect(items.find((item) => item.text === "aim")?.detail).toBe("marginals that matter");
    const age = complete(`${base}  require `, base.length + 10, facts).items;
    expect(age.find((item) => item.text === "age")?.detail).toBe("int 17..90 years · Whole years");
  });

  it("knows every next word of every good spec", () => {
    for (const file of corpus("good")) {
      const text = readSpec(file);
      for (const { index } of text.matchAll(/(?<=^|[ (])[a-z]{2,}(?= )/g)) {
        const word = /^[a-z]+/.exec(text.slice(index))![0];
        const keyword =
          /^(require|when|then|given|seed|from|or|and|missing|per|generate|rows|each|of|budget|epsilon)$/;
        const quoted = text.slice(0, index).split("\n").at(-1)!;
        if (!keyword.test(word) || (quoted.split('"').length - 1) % 2 === 1 || quoted.includes("#"))
          continue;
        // A line that only goes on the one before is not known as such while it is begun.
        if (quoted.trim() === "" && /^(and|or|then)$/.test(word)) continue;
        const items = complete(text, index + 1, facts).items.map((item) => item.text);
        expect(items, `${file}: ${quoted}^${word}`).toContain(word);
      }
    }
  });
});

describe("inspect", () => {
  const text = `${base}  require age >= 18 or sex = "Male"\n}\nprivacy { protect each row of people }\ngenerate fair: 10 rows\nlearn with aim\n`;
  const at = (word: string, from = 0) => inspect(text, text.indexOf(word, from) + 1, facts);

  it("tells a column's type, doc, rules and protection", () => {
    const use = at("age", text.indexOf("require"));
    expect(use?.plain).toMatchInlineSnapshot(`
      "age: int 17..90 years
      Whole years
      a column of people, learned from census
      in the rule: require age >= 18 or sex = "Male"
      protected; the domain written here is public"
    `);
    expect(text.slice(use?.declared?.start, use?.declared?.end)).toBe("age");
  });

  it("tells statements, types, learners, calls and outputs", () => {
    expect(at("require")?.plain).toMatch(/every generated row/);
    expect(at("table people")?.plain).toMatch(/columns/);
    expect(at("int 17")?.plain).toMatch(/whole numbers/);
    expect(at("aim")?.plain).toMatch(/marginals that matter/);
    expect(at("fair")?.plain).toMatch(/generate fair: 10 rows/);
    expect(inspect("table t { x: real 0..1 ~ normal(", 28)?.plain).toMatch(/normal/);
    expect(inspect(text, 0, facts)?.markdown).toContain("```parable");
  });

  it("has nothing to say of signs and unknown names, and never throws on a cut text", () => {
    expect(inspect("   ", 1)).toBeUndefined();
    for (let end = 0; end < text.length; end += 7) inspect(text.slice(0, end), end, facts);
  });
});

describe("signature", () => {
  it("follows the commas", () => {
    const text = "  temp: real 0..1 ~ normal(24, ";
    expect(signature(text, text.length)).toMatchObject({ label: "normal(mean, sd)", active: 1 });
    expect(signature(text, text.length - 3)).toMatchObject({ active: 0 });
    expect(signature("x: int ~ round(normal(1, 2), ", 29)?.label).toBe("round(x, [decimals])");
    expect(signature("require (a = ", 13)).toBeUndefined();
  });
});

describe("isComplete", () => {
  it.each([
    ["table t { x: int 1..2 }", "complete", ""],
    ["table t {\n  x: int 1..2", "incomplete", "  "],
    ["table t {\n  x: int 1..2\n  require (x = 1", "incomplete", "    "],
    ["generate 10 rows given a = 1 and", "incomplete", "  "],
    ["source a = ", "incomplete", "  "],
    ["generate ten", "invalid", ""],
    ["", "complete", ""],
  ])("%j is %s", (text, status, indent) => {
    expect(isComplete(text)).toEqual({ status, indent });
  });
});
