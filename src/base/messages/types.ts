import { lesson } from "./lesson.js";
import { error, note, warning } from "./message.js";

/** What was wrong with the kind of a value. */
export type KindProblem =
  | { readonly problem: "no-order"; readonly column: string; readonly operator: string }
  | { readonly problem: "compare"; readonly left: string; readonly right: string }
  | { readonly problem: "arithmetic"; readonly operator: string; readonly found: string }
  | { readonly problem: "condition"; readonly found: string }
  | {
      readonly problem: "argument";
      readonly callee: string;
      readonly wants: string;
      readonly found: string;
    }
  | {
      readonly problem: "store";
      readonly column: string;
      readonly wants: string;
      readonly found: string;
    }
  | {
      readonly problem: "value";
      readonly what: string;
      readonly wants: string;
      readonly found: string;
    };

function kindSentence(p: KindProblem): string {
  switch (p.problem) {
    case "no-order":
      return `\`${p.column}\` is a choice; \`${p.operator}\` needs an order: write its values with \`<\` between them`;
    case "compare":
      return `${p.left} cannot be compared with ${p.right}`;
    case "arithmetic":
      return `\`${p.operator}\` works on numbers, and this is ${p.found}`;
    case "condition":
      return `a yes-or-no condition belongs here, and this is ${p.found}`;
    case "argument":
      return `\`${p.callee}\` takes ${p.wants}, and this is ${p.found}`;
    case "store":
      return `\`${p.column}\` is ${p.wants}, but its formula gives ${p.found}`;
    case "value":
      return `${p.what} is ${p.wants}, and this is ${p.found}`;
  }
}

/** Messages P03xx: kinds of values, their ranges and units. */
export const types = {
  P0301: error<KindProblem>(
    kindSentence,
    lesson({
      what: "Every value is a number, a date, a choice, a text, a key or a yes-or-no. They are not mixed: a choice has no size, so `<` means nothing until its values are given an order by writing `<` between them.",
      broken:
        'table people {\n  schooling: "none" | "school" | "college"\n  require schooling >= "school"\n}\ngenerate 10 rows',
      mended:
        'table people {\n  schooling: "none" < "school" < "college"\n  require schooling >= "school"\n}\ngenerate 10 rows',
    }),
  ),
  P0302: error<{ value: string; column: string; suggestion?: string }>(
    ({ value, column, suggestion }) =>
      `"${value}" is not a value of ${column}${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
    lesson({
      what: "The values of a choice are listed in its type, and those are the only ones that a row can have. Spelling and capitals count, because the value is written to the file exactly as it stands here.",
      broken:
        'table people {\n  marital: "Married" | "Widowed"\n  age: int 0..99\n  when marital = "Widow" then age >= 18\n}\ngenerate 10 rows',
      mended:
        'table people {\n  marital: "Married" | "Widowed"\n  age: int 0..99\n  when marital = "Widowed" then age >= 18\n}\ngenerate 10 rows',
    }),
  ),
  P0303: error<{ condition: string; column: string; domain: string }>(
    ({ condition, column, domain }) => `\`${condition}\` can never hold: ${column} is ${domain}`,
    lesson({
      what: "The condition compares a column with a value outside the column's declared range. No row can satisfy it. Either the range or the number is a slip.",
      broken:
        "table people {\n  age: int 17..90\n  member: bool\n  when member then age >= 95\n}\ngenerate 10 rows",
      mended:
        "table people {\n  age: int 17..99\n  member: bool\n  when member then age >= 95\n}\ngenerate 10 rows",
    }),
  ),
  P0304: error<
    | { problem: "reversed"; low: string; high: string }
    | { problem: "step"; high: string; step: string; below: string }
    | { problem: "no-step"; step: string }
    | { problem: "empty"; low: string; high: string; step: string }
  >(
    (p) => {
      switch (p.problem) {
        case "reversed":
          return `${p.low}..${p.high} runs backwards; ${p.high}..${p.low}?`;
        case "step":
          return `steps of ${p.step} never reach ${p.high}; the last one below it is ${p.below}`;
        case "no-step":
          return `a step of ${p.step} leads nowhere: a step is more than 0`;
        case "empty":
          return `no multiple of ${p.step} lies in ${p.low}..${p.high}`;
      }
    },
    lesson({
      what: "A range goes from its smallest to its largest value, both included. A `step` counts from 0, so that rounding to it is always possible; the largest value must be one of the steps.",
      broken: "table people { age: int 90..17 }\ngenerate 10 rows",
      mended: "table people { age: int 17..90 }\ngenerate 10 rows",
    }),
  ),
  P0305: error<{
    column: string;
    weights: readonly number[];
    sum: number;
    problem: "sum" | "partly";
  }>(
    ({ column, weights, sum, problem }) => {
      if (problem === "partly")
        return `${weights.length} values of ${column} have a weight and the others do not`;
      const parts = weights.map((weight) => `${Number(weight.toPrecision(12))}%`).join(" + ");
      return weights.length === 1
        ? `the only weight of ${column} is ${parts}, not 100%`
        : `weights of ${column}: ${parts} = ${sum}%, not 100%`;
    },
    lesson({
      what: "Weights say how often each value is drawn. Together they are all the rows, so they add up to 100%, and either every value has one or none.",
      broken: 'table days { weather: "sun" 60% | "cloud" 30% | "rain" 20% }\ngenerate 10 rows',
      mended: 'table days { weather: "sun" 60% | "cloud" 30% | "rain" 10% }\ngenerate 10 rows',
    }),
  ),
  P0306: warning<{ column: string; what: string }>(
    ({ column, what }) =>
      `the data decides how ${column} is distributed; the ${what} ${what.endsWith("s") ? "are" : "is"} ignored`,
    lesson({
      what: "This table is learned from a source, so how often each value occurs comes from there. A weight or a distribution written in the spec would contradict the data and is ignored. Leave it out, or drop `from` to make the table up from the spec alone.",
      broken:
        'source census = csv "census.csv"\ntable people from census { sex: "F" 60% | "M" 40% }\ngenerate 10 rows',
      mended:
        'source census = csv "census.csv"\ntable people from census { sex: "F" | "M" }\ngenerate 10 rows',
    }),
  ),
  P0307: error<{ column: string; doing: string }>(
    ({ column, doing }) =>
      `${column} may be missing here; say \`${column} is present and …\` before it is ${doing}`,
    lesson({
      what: "A column that is `or missing` may have no value in a row, and then a comparison or a sum has no answer. The rule must say what it means for those rows: guard it with `is present` (or `is missing or …`).",
      broken:
        "table people {\n  weeks: int 0..52 or missing\n  require weeks >= 4\n}\ngenerate 10 rows",
      mended:
        "table people {\n  weeks: int 0..52 or missing\n  require weeks is missing or weeks >= 4\n}\ngenerate 10 rows",
    }),
  ),
  P0308: note<{ column: string; declared: string; computed: string }>(
    ({ column, declared, computed }) =>
      `${column} is ${declared}, but its formula can be ${computed}: the range is taken as a rule`,
    lesson({
      what: "A computed column has a declared range that is narrower than what its formula can give. Rows outside it are never generated, so the range works as one more rule on the columns of the formula. This is often what was meant.",
      broken:
        "table stays {\n  admitted: date 2015-01-01..2024-12-31\n  discharged: date 2015-01-01..2024-12-31\n  days: int 0..90 days := discharged - admitted\n}\ngenerate 10 rows",
      mended:
        "table stays {\n  admitted: date 2015-01-01..2024-12-31\n  discharged: date 2015-01-01..2024-12-31\n  days: int -4000..4000 days := discharged - admitted\n}\ngenerate 10 rows",
    }),
  ),
  P0309: error<{ callee: string; wants: string; found: number }>(
    ({ callee, wants, found }) => `\`${callee}\` takes ${wants}, not ${found}`,
    lesson({
      what: "Every function and distribution has a fixed number of arguments, given by position.",
      broken: "table people { height: real 100..220 cm ~ normal(170) }\ngenerate 10 rows",
      mended: "table people { height: real 100..220 cm ~ normal(170, 10) }\ngenerate 10 rows",
    }),
  ),
  P0310: error<{ what: string; uses?: string }>(
    ({ what, uses }) =>
      `${what} must be known before any row is made${uses === undefined ? "" : `, so it cannot use the column ${uses}`}`,
    lesson({
      what: "Bounds, counts, budgets and seeds are fixed numbers: literals, params, and arithmetic on them. A rule is the place to relate a column to another one.",
      broken: "table people {\n  age: int 0..99\n  married_at: int 16..age\n}\ngenerate 10 rows",
      mended:
        "table people {\n  age: int 20..99\n  married_at: int 16..99\n  require married_at <= age\n}\ngenerate 10 rows",
    }),
  ),
  P0311: error<{ param: string; value: string; domain: string }>(
    ({ param, value, domain }) => `${param} is ${domain}, and ${value} is not`,
    lesson({
      what: "A `param` states its type and range, so that whoever turns the knob is told at once when a value makes no sense. The value in the spec, from TypeScript or from the command line must lie in it.",
      broken: "param top: int 10..99 = 120\ntable people { age: int 0..top }\ngenerate 10 rows",
      mended: "param top: int 10..120 = 120\ntable people { age: int 0..top }\ngenerate 10 rows",
    }),
  ),
  P0312: error<{ left: string; right: string; doing: "compared" | "added" | "stored" }>(
    ({ left, right, doing }) => {
      if (doing === "compared") return `${left} are compared with ${right}`;
      if (doing === "added") return `${left} are added to ${right}`;
      return `a formula in ${left} is stored in a column of ${right}`;
    },
    lesson({
      what: "Numbers with a unit meet only numbers with the same unit. Nothing is converted silently; multiply or divide to convert on purpose. A number written in a rule has no unit and fits every column.",
      broken:
        "table people {\n  age: int 17..90 years\n  hours: int 1..99 hours/week\n  require age <= hours\n}\ngenerate 10 rows",
      mended:
        "table people {\n  age: int 17..90 years\n  started: int 14..90 years\n  require started <= age\n}\ngenerate 10 rows",
    }),
  ),
  P0313: error<{ left: string; right: string; doing: string }>(
    ({ left, right, doing }) => `${left} and ${right} cannot be ${doing} without a rate`,
    lesson({
      what: "Money knows its currency. To bring two currencies together, multiply by a rate that carries both units, as a column or as a param.",
      broken:
        "table sales {\n  home: money USD 0..100\n  abroad: money EUR 0..100\n  total: money USD 0..200 := home + abroad\n}\ngenerate 10 rows",
      mended:
        "table sales {\n  home: money USD 0..100\n  abroad: money EUR 0..100\n  rate: real 1..2 USD/EUR\n  total: money USD 0..300 := home + abroad * rate\n}\ngenerate 10 rows",
    }),
  ),
  P0315: warning<{ unit: string; meant: string }>(
    ({ unit, meant }) => `the unit \`${unit}\` looks like a slip of \`${meant}\``,
    lesson({
      what: "Any word may be a unit, and units are compared by their words: a column in `yeras` can't be compared with one in years. Where the word is meant, leave it.",
      broken: "table people { age: int 0..99 yeras }\ngenerate 10 rows",
      mended: "table people { age: int 0..99 years }\ngenerate 10 rows",
    }),
  ),
  P0314: error<{ text: string; what: string }>(
    ({ text, what }) => `${text} is not ${what}`,
    lesson({
      what: "What is written here has a form of its own, and this does not fit it: a day that exists in the calendar, a length of time, or a pattern (a regular expression, whose brackets close).",
      broken: 'table sales { code: text like "[A-Z" }\ngenerate 10 rows',
      mended: 'table sales { code: text like "[A-Z]{2}" }\ngenerate 10 rows',
    }),
  ),
  P0316: warning<{ value: string; column: string; where: string; suggestion?: string }>(
    ({ value, column, where, suggestion }) =>
      `no row that was learned has ${column} "${value}", as in \`${where}\`${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
    lesson({
      what: "The values of a `category learned` are known when it has been learned, not before. A rule that compares it with a value that no learned row has is most often a slip: it holds in no row, or in all. Spelling and capitals count. Under a budget only values that are common enough are learned.",
      broken:
        'source birds = example "penguins"\ntable penguins from birds {\n  species: category learned from "Species"\n  mass: int 1_000..9_000 g or missing from "Body Mass (g)"\n  when species = "gentoo" and mass is present then mass >= 3_900\n}\ngenerate made: 50 rows seed 1',
      mended:
        'source birds = example "penguins"\ntable penguins from birds {\n  species: category learned from "Species"\n  mass: int 1_000..9_000 g or missing from "Body Mass (g)"\n  when species = "Gentoo" and mass is present then mass >= 3_900\n}\ngenerate made: 50 rows seed 1',
    }),
  ),
} as const;
