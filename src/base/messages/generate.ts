import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

const TABLE =
  'table people {\n  age: int 17..90\n  sex: "F" | "M"\n  when sex = "F" then age < 60\n}\n';

/** Messages P10xx: what to generate. */
export const generate = {
  P1001: error<{ given: string; rules: number }>(
    ({ given, rules }) =>
      rules === 0
        ? `no row can satisfy \`${given}\``
        : `no row can satisfy \`${given}\` together with ${rules === 1 ? "a rule" : `${rules} rules`}`,
    lesson({
      what: "`given` asks for rows with a property. Here the types and rules of the table leave no such row, so there is nothing to generate.",
      broken: `${TABLE}generate 10 rows given age >= 65 and sex = "F"`,
      mended: `${TABLE}generate 10 rows given age >= 65 and sex = "M"`,
    }),
  ),
  P1002: warning<{ given: string; share: number }>(
    ({ given, share }) =>
      `\`${given}\` holds in about ${share < 0.001 ? (share * 100).toPrecision(1) : (share * 100).toFixed(2)}% of what was learned: rows will be near copies of few`,
    lesson({
      what: "The condition is so rare in the data that the model knows it from very few people. What is generated then resembles those few. Ask for a wider condition, or treat the result as private.",
      broken:
        'source birds = example "penguins"\ntable penguins from birds {\n  mass: int 1_000..9_000 g or missing from "Body Mass (g)"\n  sex: "MALE" | "FEMALE" | "." or missing from "Sex"\n}\ngenerate made: 50 rows given sex is present and sex = "." seed 1',
      mended:
        'source birds = example "penguins"\ntable penguins from birds {\n  mass: int 1_000..9_000 g or missing from "Body Mass (g)"\n  sex: "MALE" | "FEMALE" | "." or missing from "Sex"\n}\ngenerate made: 50 rows given sex is present and sex = "MALE" seed 1',
    }),
  ),
  P1003: warning<{ rows: number; learned: number }>(
    ({ rows, learned }) =>
      `${learned.toLocaleString("en-US")} rows were learned; ${rows.toLocaleString("en-US")} rows add no information`,
    lesson({
      what: "A model knows no more than the rows that it was learned from. More generated rows than that make every average look surer than it is.",
      broken:
        'source birds = example "penguins"\ntable penguins from birds {\n  mass: int 1_000..9_000 g or missing from "Body Mass (g)"\n  sex: "MALE" | "FEMALE" | "." or missing from "Sex"\n}\ngenerate made: 1_000 rows seed 1',
      mended:
        'source birds = example "penguins"\ntable penguins from birds {\n  mass: int 1_000..9_000 g or missing from "Body Mass (g)"\n  sex: "MALE" | "FEMALE" | "." or missing from "Sex"\n}\ngenerate made: 300 rows seed 1',
    }),
  ),
  P1004: error<
    | { problem: "which"; tables: readonly string[] }
    | { problem: "count"; found: string }
    | { problem: "none" }
  >(
    (p) => {
      if (p.problem === "which")
        return `this spec has ${p.tables.length} tables: say which, like \`generate 500 ${p.tables[0]}\``;
      if (p.problem === "none") return "how many rows? `generate 500 rows`";
      return `${p.found} is no number of rows: write a whole number above 0`;
    },
    lesson({
      what: "`generate` needs a whole number, and where a spec has several tables also which one: the others follow by how many rows each `ref` allows.",
      broken: `${TABLE}generate 0 rows`,
      mended: `${TABLE}generate 10 rows`,
    }),
  ),
} as const;
