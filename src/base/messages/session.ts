import { error, warning } from "./message.js";

const round = (value: number): string => String(Number(value.toPrecision(3)));

/** Messages P12xx: what happens from cell to cell. */
export const session = {
  P1201: warning<{ spec: string; epsilon: number }>(
    ({ spec, epsilon }) =>
      `running this again spends another epsilon ${round(epsilon)}; the last result is still in \`${spec}\``,
    "A private run reads the data once and pays once. Running a changed spec under the same name reads them again, and the prices add up. An unchanged spec with the same seed is taken from the store and costs nothing.",
  ),
  P1202: warning<{ spec: string; line: number }>(
    ({ line }) => `learned from an older text of this spec (line ${line} differs)`,
    "The result in the variable was made from the spec as it was when it ran. The text has changed since. Run the cell again to bring the two together. Said by `%%parable NAME --plan` and `--check`.",
  ),
  P1210: error<{ what: string }>(
    ({ what }) => `plot draws tables, and this is ${what}`,
    "`plot(data)` takes a danfo DataFrame, an Arrow table, an array of objects, an object of arrays, a table of Parable or what a spec made; `plot({ real, made })` draws several over each other.",
    "give it a data frame, an Arrow table, an array of objects or an object of arrays",
  ),
  P1211: error<{ column: string }>(
    ({ column }) => `there is no column \`${column}\` in what is plotted`,
    '`plot(data, "age")` names a column as the data have it, capitals included.',
    "name one of the columns of the data",
  ),
} as const;
