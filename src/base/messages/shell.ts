import { error } from "./message.js";

/** Messages P146x and P148x: what a run or the command line can't go on with. */
export const shell = {
  P1461: error<{ learner: string; table: string; reason: string }>(
    ({ learner, table, reason }) => `${learner} can't learn ${table}: ${reason}`,
    `Each learner says what it can't honour before it starts. Choose another with \`learn with …\`, or
\`learn with auto\` and let the plan choose.`,
    "write `learn with auto` to let the plan choose",
  ),
  P1462: error<{ name: string | undefined; tables: readonly string[] }>(
    ({ name, tables }) =>
      name === undefined
        ? `the spec has several tables: say which one is judged (${tables.join(", ")})`
        : `the spec has no table ${name}; it has ${tables.join(", ")}`,
    `\`parable evaluate --table NAME\` judges one table of a spec that has several. All of them are judged together where
folders are given, with a file named like each table (\`--real real --synthetic made\`), or a file for each by name
(\`--real patients=p.csv stays=s.csv --synthetic patients=mp.csv stays=ms.csv\`).`,
  ),
  P1463: error<{ what: string; reason: string }>(
    ({ what, reason }) => `canaries can't be ${what}: ${reason}`,
    `Canaries are texts that occur nowhere else, put among the rows before a tool learns them. \`parable plant\`
puts them there and writes a list of them; \`parable evaluate --canaries LIST\` looks for them afterwards.
A list may be written by hand, too:

\`\`\`json
[{ "column": "note", "canaries": ["card 4111 1111 1111 1111"] }]
\`\`\``,
    "let `parable plant` make the list, or write it as in the example of `parable explain P1463`",
  ),
  P1464: error<{ table: string; lacking: "real" | "synthetic" }>(
    ({ table, lacking }) => `no file of ${lacking} rows is given for ${table}`,
    `\`parable evaluate\` compares a file of generated rows with one of real rows, for each table that it judges. A
folder holds a file named like each table: \`patients.csv\`, \`stays.parquet\`. Tables that neither side has are left out.`,
    "name a file for it on both sides, as in `--real stays=stays.csv --synthetic stays=made.csv`",
  ),
  P0850: error<{ goals: readonly string[]; fixed?: string; residual: number }>(
    ({ goals, fixed }) =>
      `no reweighting of the model's rows meets ${goals.join(" and ")}${goals.length > 1 ? " together" : ""}${fixed === undefined ? "" : `: ${fixed} the outcome`}`,
    `Fairness goals are met by moving the rates of the groups, while groups keep their sizes and each
\`keep\` column its relation to the outcome. Here these demands contradict each other, usually because
a \`keep\` column says almost everything about the group, or because a group never (or always) has the
outcome, be it by a rule or in all rows that were learned.

Loosen the goal, take a column out of \`keep\`, or take such a group out of \`across\`.`,
    "loosen the goal, or take out what stands against it: a `keep`, a rule, a group without the outcome",
  ),
  P0851: error<{ output: string; group: string }>(
    ({ output, group }) =>
      `${output} can't be made fair: the model gives almost no rows of ${group}`,
    `To close a gap the model must be able to make rows of every group with and without the outcome.
Here it never made one of them in many tries.

Group rare values together, or take the group out of \`across\`.`,
    "group rare values together, or take the group out of `across`",
  ),
  P0852: error<{ value: string; column: string; table: string; suggestion?: string }>(
    ({ value, column, suggestion }) =>
      `no row that was learned has ${column} "${value}", which the fairness block speaks of${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
    `The values of a \`category learned\` are known when it has been learned, not before. An outcome that no row
has is the same for all groups, so every goal is met and nothing is fair; and no share of rows can have a
value that the model never saw. Spelling and capitals count. Under a budget only values that are common
enough are learned.`,
    "write the value as the data have it",
  ),
  P1480: error<{ file: string; reason: string }>(
    ({ file, reason }) => `the spec ${file} can't be read: ${reason}`,
    "The command line names a `.parable` file. It must exist, be readable and be UTF-8 text.",
  ),
  P1481: error<{ setting: string }>(
    ({ setting }) => `--set ${setting} has no \`=\`: write --set name=value`,
    "`--set eps=1` gives the param `eps` another value for this run. Several settings may follow one `--set`.",
  ),
  P1482: error<{ format: string; formats: readonly string[] }>(
    ({ format, formats }) => `${format} is not a format of tables: choose ${formats.join(", ")}`,
    "`--format` chooses the form of the tables that `parable run` writes.",
  ),
  P1483: error<{ seed: string }>(
    ({ seed }) => `--seed ${seed} is not a whole number from 0`,
    "The seed fixes what is drawn from a model: the same spec, data, seed and version give the same rows.",
  ),
  P1484: error<{ output: string; file: string; source: string }>(
    ({ output, file, source }) =>
      `${output} would be written over ${file}, which is read as ${source}; nothing was run`,
    "An output is written as `NAME.csv` to the folder of `--out`, the current one unless it says otherwise. Where the spec reads a file of that name there, the real rows would be gone.",
    "name the output otherwise, `generate made: …`, or choose another folder with `--out`",
  ),
  P1486: error<{ rows: string }>(
    ({ rows }) => `--rows ${rows} is not a whole number from 1`,
    "`parable sample FILE --rows 1000` makes that many rows of the spec's first table, or of the one that `--table` names.",
  ),
  P1485: error<{ keep: string }>(
    ({ keep }) => `--keep ${keep} is not a whole number from 1`,
    "Outputs with more rows than `--keep` are written to their files as they are drawn, and the report is made from an even sample of that many rows.",
  ),
  P1490: error<{ where: string }>(
    ({ where }) => `can't tell what kind of data ${where} is`,
    "The ending says it: `.csv`, `.tsv`, `.parquet`, `.json`, `.jsonl`, `.arrow`, `.duckdb`, `.sqlite` (also with `.gz` for CSV). For anything else say `--format csv`, or `--format example` for a data set that comes with the package.",
    "say `--format csv`, or the format that it is",
  ),
  P1491: error<{ file: string }>(
    ({ file }) => `${file} exists; it was not touched`,
    "A draft or an export never replaces a file unasked. Choose another name with `--out`, or say `--force`.",
    "choose another name with `--out`, or say `--force`",
  ),
  P1493: error<{ reason: string }>(
    ({ reason }) => `this is no schema that can be imported: ${reason}`,
    "`parable import` reads SDV metadata, the `domain.json` of private-pgm, Frictionless Table Schemas and Data Packages, CSVW metadata, and JSON Schemas of objects. Say which with `--from` where it is not found.",
    "say which schema it is with `--from`",
  ),
  P1494: error<{ format: string; formats: readonly string[] }>(
    ({ format, formats }) => `${format} is no format of schemas: choose ${formats.join(", ")}`,
    "The formats in which other tools keep what a spec says of columns: `sdv`, `csvw`, `frictionless`, `json-schema`, `domain.json`, and for export also `typescript`.",
    "choose one of these",
  ),
} as const;
