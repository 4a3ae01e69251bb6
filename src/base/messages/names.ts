import { lesson } from "./lesson.js";
import { error, note, warning } from "./message.js";

const orMean = (suggestion: string | undefined): string =>
  suggestion === undefined ? "" : `; did you mean ${suggestion}?`;

/** Messages P02xx: what is called what. */
export const names = {
  P0211: warning<{ value: string; column: string }>(
    ({ value, column }) => `\`${value}\` is a value of ${column}: put it in quotes`,
    lesson({
      what: "Values are written in double quotes and names never are, so that a reader can tell them apart. Here the word is no column, but it is a value of the column that it is compared with, and is taken as that.",
      broken:
        'table people {\n  role: "Husband" | "Wife"\n  age: int 0..99\n  when role = Husband then age >= 18\n}\ngenerate 10 rows',
      mended:
        'table people {\n  role: "Husband" | "Wife"\n  age: int 0..99\n  when role = "Husband" then age >= 18\n}\ngenerate 10 rows',
    }),
  ),
  P0201: error<{ what: string; name: string; of?: string; line?: number }>(
    ({ what, name, of, line }) =>
      `\`${name}\` is already ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}${of === undefined ? "" : ` of ${of}`}${line === undefined ? "" : ` (line ${line})`}`,
    lesson({
      what: "Each table, source, param, writer and output has a name of its own, and so has each column within its table. With two of the same name nobody could tell which one a rule means.",
      broken: "table people {\n  age: int 0..99\n  age: int 0..120\n}\ngenerate 10 rows",
      mended: "table people {\n  age: int 0..99\n  age_of_partner: int 0..120\n}\ngenerate 10 rows",
    }),
  ),
  P0203: error<{ what: string; name: string; of?: string; suggestion?: string }>(
    ({ what, name, of, suggestion }) =>
      `there is no ${what} \`${name}\`${of === undefined ? "" : ` in ${of}`}${orMean(suggestion)}`,
    lesson({
      what: "A name must be declared in the spec before it means anything. Often it is a slip of the finger; the nearest name that exists is offered. Rules that use the unknown name are not checked further, so that one slip gives one message.",
      broken:
        'table people {\n  occupation: "clerk" | "cook"\n  require occuption != "cook"\n}\ngenerate 10 rows',
      mended:
        'table people {\n  occupation: "clerk" | "cook"\n  require occupation != "cook"\n}\ngenerate 10 rows',
    }),
  ),
  P0204: error<{
    path: string;
    table: string;
    problem: "no-ref" | "not-ref" | "too-long" | "itself";
    towards?: string;
  }>(
    ({ path, table, problem, towards }) => {
      if (problem === "too-long")
        return `\`${path}\` takes more than one step; a rule can look from a row to its parent, no further`;
      if (problem === "itself")
        return `\`${path}\` looks at another row of ${table}; a rule can look from a row to a row of another table, not of its own`;
      if (problem === "not-ref")
        return `\`${path}\` does not lead anywhere: ${towards ?? "its first word"} is no \`ref\` column of ${table}`;
      return `${table} has no \`ref\` to ${towards ?? path}`;
    },
    lesson({
      what: "`parent.column` looks up a value in another table. It starts with a `ref` column of the row's own table: every row then has exactly one parent, so the value is never ambiguous. From a parent to its children there is no such path, since there may be many.",
      broken:
        "table patients {\n  patient_id: id\n  birth: date 1920-01-01..2020-12-31\n}\ntable stays {\n  admitted: date 2015-01-01..2024-12-31\n  require admitted >= patients.birth\n}\ngenerate 10 patients",
      mended:
        "table patients {\n  patient_id: id\n  birth: date 1920-01-01..2014-12-31\n}\ntable stays {\n  patient: ref patients, 0..3 per patient\n  admitted: date 2015-01-01..2024-12-31\n  require admitted >= patient.birth + 30\n}\ngenerate 10 patients",
    }),
  ),
  P0205: warning<{ what: string; name: string }>(
    ({ what, name }) => `${what} \`${name}\` is declared and never used`,
    lesson({
      what: "Nothing in the spec refers to this name, so turning the knob or opening the file would change nothing. Either something is missing, or the line can go.",
      broken: "param eps: real 0.1..10 = 2.0\ntable people { age: int 0..99 }\ngenerate 10 rows",
      mended: "param top: int 10..99 = 90\ntable people { age: int 0..top }\ngenerate 10 rows",
    }),
  ),
  P0206: error<{ circle: readonly string[] }>(
    ({ circle }) => {
      const steps = circle.map((name, i) => `${name} needs ${circle[(i + 1) % circle.length]}`);
      return `${steps.join(", ")}: a circle`;
    },
    lesson({
      what: "A computed column is worked out from other columns, and a drawn column may depend on others too. If two of them wait for each other, neither can be filled in first.",
      broken:
        "table people {\n  gain: int 0..10 := net + 1\n  net: int 0..10 := gain - 1\n}\ngenerate 10 rows",
      mended:
        "table people {\n  gain: int 0..10\n  net: int -1..9 := gain - 1\n}\ngenerate 10 rows",
    }),
  ),
  P0207: error<{ source: string; column: string; header: string; suggestion?: string }>(
    ({ source, header, suggestion, column }) =>
      suggestion === undefined
        ? `${source} has no column \`${header}\``
        : `${source} has no column \`${header}\`; it has \`${suggestion}\` (map it: \`${column}: … from "${suggestion}"\`)`,
    lesson({
      what: 'A learned column is read from the file under its own name, or under the header given after the type: `hours: int 1..99 from "hours-per-week"`. The file\'s first line has no such header. Only the headers were read for this check, no data row. Either map the column to the header that the file has, or leave the column out of the spec.',
      broken:
        'source birds = example "penguins"\ntable penguins from birds {\n  length: real 20..80 mm\n}\ngenerate 10 rows',
      mended:
        'source birds = example "penguins"\ntable penguins from birds {\n  length: real 20..80 mm from "Beak Length (mm)"\n}\ngenerate 10 rows',
    }),
  ),
  P0208: note<{ source: string; headers: readonly string[] }>(
    ({ source, headers }) =>
      headers.length === 1
        ? `${source} also has \`${headers[0]}\`, which this spec leaves out`
        : `${source} also has ${headers.length} columns that this spec leaves out`,
    lesson({
      what: "The file has more columns than the spec names. They are not read, not learned and not generated. That is often right, and this note is only here so that nothing is left out by accident.",
      broken:
        'source birds = example "penguins"\ntable penguins from birds {\n  species: category learned from "Species"\n}\ngenerate 10 rows',
      mended:
        'source birds = example "penguins"\ntable penguins from birds {\n  species: category learned from "Species"\n  island: category learned from "Island"\n  length: real 20..80 mm from "Beak Length (mm)"\n  depth: real 5..40 mm from "Beak Depth (mm)"\n  flipper: int 100..300 mm from "Flipper Length (mm)"\n  mass: int 1_000..9_000 g from "Body Mass (g)"\n  sex: category learned or missing from "Sex"\n}\ngenerate 10 rows',
    }),
  ),
  P0209: error<{ reason: "no-table" }>(
    () => "a spec needs at least one table",
    lesson({
      what: "Everything else in a spec speaks about tables: privacy protects their rows, fairness compares their groups, `generate` fills them.",
      broken: "generate 10 rows",
      mended: "table t { x: int 1..6 }\ngenerate 10 rows",
    }),
  ),
  P0210: error<{ what: string; name: string; suggestion?: string }>(
    ({ what, name, suggestion }) =>
      `\`${name}\` is no ${what} that Parable knows${orMean(suggestion)}`,
    lesson({
      what: "Functions, distributions, measures, learners and report words are fixed lists: the language has no way to define new ones. The nearest one that exists is offered.",
      broken: "table people { height: real 100..220 cm ~ gaussian(170, 10) }\ngenerate 10 rows",
      mended: "table people { height: real 100..220 cm ~ normal(170, 10) }\ngenerate 10 rows",
    }),
  ),
} as const;
