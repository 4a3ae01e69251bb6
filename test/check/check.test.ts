import { describe, expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import type { CheckFacts } from "../../src/check/facts.js";
import { rowType } from "../../src/check/row-type.js";
import { parse } from "../../src/parse/parse.js";

function judge(text: string, facts: CheckFacts = {}) {
  const { spec, diagnostics } = parse(text, "test");
  expect(diagnostics.map((d) => d.title)).toEqual([]);
  return check(spec, facts);
}
const codes = (text: string, facts: CheckFacts = {}): string[] =>
  judge(text, facts).diagnostics.map((d) => d.code);
const table = (lines: string): string => `table t {\n${lines}\n}\ngenerate 10 rows`;

describe("headers of the source", () => {
  const spec =
    'source census = csv "c.csv"\ntable people from census {\n  age: int 0..99\n  hours: int 1..99\n  net: int := age + hours\n  note: text invented "name"\n}\ngenerate 10 rows';
  test("a column that the file lacks is said with the one that was probably meant", () => {
    const { diagnostics } = judge(spec, {
      headers: new Map([["census", ["age", "hours-per-week"]]]),
    });
    expect(diagnostics.map((d) => d.code)).toEqual(["P0208", "P0207"]);
    expect(diagnostics[1]?.title).toContain("hours-per-week");
    expect(diagnostics[1]?.try[0]?.edits[0]?.text).toBe(' from "hours-per-week"');
  });
  test("computed and invented columns are not looked for", () => {
    expect(codes(spec, { headers: new Map([["census", ["age", "hours"]]]) })).toEqual([]);
    const own = new Map([["census", ["age", "hours", "net", "note"]]]);
    expect(codes(spec, { headers: own }), "nor called left out").toEqual([]);
  });
  test("nothing is said where the headers are not known", () => expect(codes(spec)).toEqual([]));
});

describe("params", () => {
  const spec = "param top: int 10..99 = 90\ntable t { x: int 0..top }\ngenerate 10 rows";
  test("fold into bounds, and are overridden from outside", () => {
    expect(judge(spec).checked?.tables[0]?.columns[0]?.type).toMatchObject({ max: 90 });
    const { checked } = judge(spec, { params: { top: 50 } });
    expect(checked?.tables[0]?.columns[0]?.type).toMatchObject({ max: 50 });
    expect(checked?.params[0]?.value).toBe(50);
  });
  test("a value from outside must lie in the range too", () => {
    expect(codes(spec, { params: { top: 500 } })).toContain("P0311");
    expect(codes(spec, { params: { top: "many" } })).toContain("P0311");
  });
});

describe("missing values", () => {
  const columns = "a: int 0..9 or missing\nb: int 0..9 or missing\nc: int 0..9\n";
  test.each([
    "require a is present and a > 3",
    "require a > 3 and a is present",
    "require a is missing or a > 3",
    "when a is present then a > c",
    "when a is present and b is present then a > b",
    "require not (a is missing) and a > 3",
    "when not (a is missing or b is missing) then a > b",
    "expect mean(a) in 3..6",
    "a is missing exactly when c = 0",
  ])("%s is guarded", (rule) => expect(codes(table(columns + rule))).not.toContain("P0307"));
  test.each([
    "require a > 3",
    "require a is present or a > 3",
    "when c > 3 then a > 3",
    "when a is present or b is present then a > b",
    "require a + c > 3",
    "require max(a, c) > 3",
  ])("%s is not", (rule) => expect(codes(table(columns + rule))).toContain("P0307"));
});

describe("units", () => {
  const columns =
    "age: int 0..99 years\nold: int 0..99 year\nhours: int 1..99 hours/week\nweeks: int 0..52 weeks\nplain: int 0..9\ndollars: money USD 0..9\neuros: money EUR 0..9\n";
  test.each([
    "require age <= old",
    "require hours * weeks <= 1000",
    "require age <= plain",
    "require age / old <= 2",
    "require dollars <= 3 * dollars",
    "require abs(age - old) < 3",
  ])("%s agrees", (rule) =>
    expect(codes(table(columns + rule)).filter((c) => c.startsWith("P03"))).toEqual([]),
  );
  test.each([
    ["require age <= hours", "P0312"],
    ["require age + weeks < 3", "P0312"],
    ["require dollars < euros", "P0313"],
    ["require hours * weeks <= age", "P0312"],
    ["require age / old <= age", "P0312"],
  ])("%s does not", (rule, code) => expect(codes(table(columns + rule))).toContain(code));
});

describe("dates and durations", () => {
  const columns =
    "from_: date 2020-01-01..2020-12-31\nto: date 2020-01-01..2021-12-31\nat: datetime 2020-01-01..2020-12-31\nwait: duration 0..8 hours\n";
  test("dates lie on days, datetimes and durations on seconds", () => {
    const types = judge(table(columns)).checked?.tables[0]?.columns.map((c) => c.type);
    expect(types?.[0]).toMatchObject({ min: 18_262, max: 18_627 });
    expect(types?.[2]).toMatchObject({ min: 18_262 * 86_400, max: 18_628 * 86_400 - 1 });
    expect(types?.[3]).toEqual({ kind: "duration", min: 0, max: 28_800 });
  });
  test("a number beside a duration counts in its unit", () => {
    const rule = judge(table(`${columns}require wait <= 2`)).checked?.tables[0]?.rules[0];
    expect(rule).toMatchObject({ formula: { op: "le", right: { op: "number", value: 7200 } } });
  });
  test.each([
    "require to - from_ <= 30",
    "require from_ + 3 <= to",
    "require at + wait >= 2020-01-01T12:00",
    "require to >= 2020-06-01",
  ])("%s makes sense", (rule) => expect(judge(table(columns + rule)).checked).toBeDefined());
  test.each([
    "require from_ < 3",
    "require from_ + to > 0",
    "require at < from_",
    "require wait < to",
  ])("%s does not", (rule) => expect(codes(table(columns + rule))).toContain("P0301"));
});

test("the row type is what a row object holds", () => {
  const { checked } = judge(
    table(
      '## Its name\nid: id\nsex: "F" | "M"\nage: int 0..9 years or missing\nborn: date 2000-01-01..2001-01-01\nhome: place\nok: bool\n"'.replace(
        '\n"',
        "",
      ),
    ),
  );
  const first = checked?.tables[0];
  expect(first && rowType(first)).toMatchInlineSnapshot(`
    "{
      /** Its name */
      id: string;
      sex: "F" | "M";
      /** In years. */
      age: number | null;
      born: string;
      /** In degrees. */
      home_lat: number;
      /** In degrees. */
      home_lon: number;
      ok: boolean;
    }"
  `);
});

test("nothing that can be parsed makes the check throw", () => {
  const text = table(
    'a: int 0..9\nb: "x" | "y"\nrequire a < 3 or b = "x"\nwhen b = "y" then a >= 2',
  );
  for (let i = 0; i < text.length; i++) {
    for (const cut of [
      text.slice(0, i) + text.slice(i + 1),
      text.slice(0, i),
      `${text.slice(0, i)}=${text.slice(i)}`,
    ]) {
      const { spec } = parse(cut, "cut");
      expect(() => check(spec)).not.toThrow();
    }
  }
});

describe("clashes", () => {
  const columns = 'a: int 0..9\nb: int 0..9\nc: "x" | "y"\nd: bool\n';
  const clashes = (rules: string) =>
    judge(table(columns + rules)).diagnostics.filter((each) => each.code === "P0501");
  test("of the same columns are all told at once, each with its smallest set", () => {
    const found = clashes(
      'require a + b >= 3\nrequire a < b\nrequire b < a\nrequire a <= b\nrequire d\nwhen c = "x" then not d\nwhen c = "y" then a + b > 18 or not d',
    );
    expect(found.map(({ spans }) => spans.length)).toEqual([2, 3]);
    expect(found[0]?.because).toEqual([
      "these 2 of your 7 rules leave no row at all; without any one of them the others can hold",
    ]);
  });
  test("name no rule that is not needed", () => {
    const [found] = clashes("require a > b + 2\nrequire b > 6\nrequire a + b < 30");
    expect(found?.spans).toHaveLength(2);
  });
});

describe("demands on the same shares", () => {
  const fair = (lines: string) =>
    `table t {\n  sex: "F" | "M"\n  paid: bool\n  pay: real 0..9\n}\nfairness {\n${lines}\n}\ngenerate 4_000 rows`;
  const say = (lines: string) =>
    judge(fair(lines)).diagnostics.map(({ code, title, spans }) => [code, title, spans.length]);
  test("a group that the outcome itself tells apart can't be near the others", () => {
    const lines = '  across sex\n  outcome sex = "F"\n  require parity <= 0.5';
    expect(say(lines)).toEqual([
      [
        "P0810",
        'parity <= 0.5 can\'t be met: sex "F" always has the outcome, and sex "M" never',
        1,
      ],
    ]);
  });
  test("a column has one set of shares; those of a bool are true and false", () => {
    const twice = '  rebalance sex to 50% "F"\n  rebalance sex to 60% "F"';
    expect(say(twice)).toEqual([["P0810", "`sex` is to have two sets of shares at once", 2]]);
    expect(say('  rebalance paid to 30% "true"')).toEqual([]);
    expect(say('  rebalance paid to 30% "yes"').map(([code]) => code)).toEqual(["P0302"]);
  });
});

test("takes names after a comma for targets of predict, too", () => {
  const text = (line: string) =>
    `table t { age: int 0..9\n income: int 0..9 }\ngenerate 9 rows\nreport { utility ${line} }`;
  const items = (line: string) => judge(text(line)).checked?.reports[0]?.topics[0]?.items;
  const named = items("predict income, age")?.map(({ word, arguments: targets }) => [
    word.text,
    ...targets.map((target) => target.text),
  ]);
  expect(named).toEqual([["predict", "income", "age"]]);
  expect(items("predict income, predict age")?.length).toBe(2);
  const wrong = judge(text("predict income, agee")).diagnostics.map(({ title }) => title);
  expect(wrong.join("\n")).toMatch(/column.*agee/);
});

describe("what may be shown", () => {
  const spec = (what: string) => `${table("  x: int 0..9")}\nshow ${what} of t`;
  test("each word that a message offers can be written", () => {
    const [said] = judge(spec("marginal")).diagnostics;
    const offered = (said?.because[0] ?? "").replace("this spec has: ", "").split(", ");
    expect(offered).toContain("missingness");
    for (const word of offered) expect(codes(spec(word)), word).toEqual([]);
  });
});

test.each([
  ['count > "3"', "3"],
  ['"count" > 3', "count"],
  ['day > "2024-05-01"', "2024-05-01"],
  ['paid = "true"', "true"],
])("quotes too many in a rule are told with what stands there without them: %s", (rule, bare) => {
  const text = `table t {
  count: int 0..9
  day: date 2024-01-01..2024-12-31
  paid: bool
  require ${rule}
}
generate 5 rows`;
  const { diagnostics } = judge(text);
  expect(diagnostics.map(({ code }) => code)).toEqual(["P0301"]);
  const [edit] = diagnostics[0]?.try[0]?.edits ?? [];
  expect(edit?.text).toBe(bare);
  const right = text.slice(0, edit?.start) + bare + text.slice(edit?.end);
  expect(codes(right).filter((code) => code < "P0500")).toEqual([]);
});
