import { error } from "./message.js";

/** Messages P13xx: reading sources and writing outputs. */
export const files = {
  P1301: error<{ source: string; format: string }>(
    ({ source, format }) =>
      `\`${source}\` is declared as \`${format}\`, which is no kind of source`,
    'A source is one of `csv`, `parquet`, `json`, `arrow`, `duckdb`, `sqlite`, `postgres`, `mysql`, `frame` or `example`:\n\n```\nsource census = csv "adult.csv"\n```',
    "name one of `csv`, `parquet`, `json`, `arrow`, `duckdb`, `sqlite`, `postgres`, `mysql`, `frame`, `example`",
  ),
  P1302: error<{ source: string; path: string }>(
    ({ source, path }) => `the file of \`${source}\` does not exist: ${path}`,
    "A relative path starts at the folder of the spec (in a notebook: the folder of the notebook). Check the spelling and the folder.",
    "write a path that starts at the folder of the spec, or one that starts at the root",
  ),
  P1303: error<{ source: string; path: string }>(
    ({ source, path }) => `the file of \`${source}\` is empty: ${path}`,
    "The file has no bytes at all, not even a header. Often an export that was stopped leaves such a file behind.",
    "export the file again, or name another one",
  ),
  P1304: error<{ source: string }>(
    ({ source }) => `\`${source}\` has a header but no rows`,
    "There is nothing to learn from. Leave out `from` to draw the table from what the spec says alone.",
    "leave out `from` to draw the table from what the spec says alone",
  ),
  P1305: error<{ source: string; delimiter: string; seen: string }>(
    ({ source, delimiter, seen }) =>
      `\`${source}\` is cut at ${delimiter}, but its header is one field that holds ${seen}`,
    'The delimiter is not the one that the file uses. Leave out `delimiter` to have it found, or name the right one:\n\n```\nsource bank = csv "bank.csv" delimiter ";"\n```',
    "leave out `delimiter` to have it found",
  ),
  P1306: error<{ source: string; header: string; first: number; second: number }>(
    ({ source, header, first, second }) =>
      `\`${source}\` has two columns named \`${header}\`: the ${ordinal(first)} and the ${ordinal(second)}`,
    "A column is found by its header, so headers must differ. Rename one of them in the file.",
    "rename one of the two in the file",
  ),
  P1307: error<{ source: string; limit: string; line?: number }>(
    ({ source, limit, line }) =>
      `a line of \`${source}\` is longer than ${limit}${line === undefined ? "" : ` (line ${line})`}`,
    "A line that long is nearly always a file without line breaks, or a quotation mark that is opened and never closed.",
    "look for a quotation mark that is opened and never closed, or for line breaks that got lost",
  ),
  P1308: error<{ source: string; encoding: string; line?: number }>(
    ({ source, encoding, line }) =>
      `\`${source}\` is not ${encoding}${line === undefined ? "" : `: line ${line} has bytes that are no text`}`,
    'The file is read as UTF-8 unless the spec says otherwise. Files of older Windows programs are often latin-1:\n\n```\nsource old = csv "old.csv" encoding "latin-1"\n```',
    'say how the file is written, for example `encoding "latin-1"` behind its name',
  ),
  P1309: error<{ source: string; column: string; header: string }>(
    ({ source, column, header }) =>
      column === header
        ? `\`${source}\` has no column \`${header}\``
        : `\`${source}\` has no column \`${header}\`, from which \`${column}\` is read`,
    'A column of a table with `from` is read from the column of the same name in the source, or from the header that is given with the column:\n\n```\nhours: int 1..99 from "hours-per-week"\n```',
    'name the header that the column is read from: `hours: int 1..99 from "hours-per-week"`',
  ),
  P1310: error<{ source: string; path: string }>(
    ({ source, path }) => `the file of \`${source}\` may not be read: ${path}`,
    "The operating system refuses to open it. Check who may read the file and its folder.",
    "let this user read the file and its folder",
  ),
  P1311: error<{ source: string; line: number; found: number; expected: number }>(
    ({ source, line, found, expected }) =>
      `line ${line} of \`${source}\` has ${found} fields where the header has ${expected}`,
    "Either the line is damaged, or a field holds the delimiter and is not in quotation marks, or the delimiter is not the right one. Lines above the header (a title, a comment) are not understood either.",
    'mend the line, take out lines above the header, or name the delimiter: `delimiter ";"`',
  ),
  P1312: error<{ source: string; path: string; format: string }>(
    ({ source, path, format }) =>
      `the file of \`${source}\` can't be understood as ${format}: ${path}`,
    "The file is damaged, or it is of another format than the spec says.",
    "say the format that the file has, or export it again",
  ),
  P1313: error<{ source: string; table: string }>(
    ({ source, table }) => `\`${source}\` has no table \`${table}\``,
    "Name the table as the source does: `table stays from ehr.stays`.",
    "name the table as the source does",
  ),
  P1314: error<{ source: string; format: string }>(
    ({ source, format }) =>
      `\`${source}\` needs DuckDB's ${format} extension, which is not installed and can't be fetched here`,
    "DuckDB reads sqlite, postgres and mysql through extensions that it fetches once from the network. Install the extension where there is a network (`INSTALL sqlite` in DuckDB), or export the table to Parquet or CSV and name that file.",
    "export the table to Parquet or CSV and name that file",
  ),
  P1315: error<{ source: string; frame: string }>(
    ({ source, frame }) => `\`${source}\` names the variable \`${frame}\`, which does not exist`,
    "`frame NAME` reads a variable of the notebook: a danfo DataFrame, an Arrow table, an array of objects, or a table of Parable. Run the cell that makes it first.",
    "run the cell that makes the variable first",
  ),
  P1316: error<{ source: string; frame: string; seen: string }>(
    ({ source, frame, seen }) =>
      `the variable \`${frame}\` of \`${source}\` is ${seen}, not a data frame`,
    "`frame NAME` reads a danfo DataFrame, an Arrow table, an array of objects (one a row), or a table of Parable.",
    "give it a danfo DataFrame, an Arrow table, an array of objects or a table of Parable",
  ),
  P1317: error<{ source: string; example: string }>(
    ({ source, example }) =>
      `\`${source}\` asks for the example \`${example}\`, which there is not`,
    "The examples come with the package and need no download: see the list in docs/examples.md.",
    "choose an example from docs/examples.md",
  ),
  P1318: error<{ source: string; reason: string }>(
    ({ source, reason }) => `\`${source}\` can't be reached: ${reason}`,
    "The database did not answer, or it refused the user. Check the address, the port and the rights.",
    "check the address, the port and the rights of the user",
  ),
  P1319: error<{ source: string; where: string }>(
    ({ source, where }) =>
      `\`${source}\` holds several tables, and the spec does not say which: ${where}`,
    "Name one of its tables: `table stays from ehr.stays`.",
    "name one of its tables behind the source: `from ehr.stays`",
  ),
  P1320: error<{ source: string; table: string; rows: number }>(
    ({ source, table, rows }) =>
      `none of the ${rows} rows of \`${source}\` fits the columns of \`${table}\``,
    "Every row has a value outside the declared domain of some column, or a missing value where the column is not `or missing`. The reasons below say which columns.",
    "widen the types of the columns named above, or add `or missing`",
  ),
  P1321: error<{ path: string }>(
    ({ path }) => `the disk is full: ${path} was not written`,
    "The output is written aside and put in its place when it is whole; the unfinished file was removed, and what stood there before still does.",
    "make room, or choose another folder with `--out`",
  ),
  P1322: error<{ path: string }>(
    ({ path }) => `may not write here: ${path}`,
    "The operating system refuses to write the file or its folder. Choose another folder with `--out`.",
    "choose another folder with `--out`",
  ),
  P1323: error<{ path: string; ending: string }>(
    ({ path, ending }) =>
      `don't know how to write ${path}: the ending ${ending === "" ? "is missing" : `\`${ending}\` is not known`}`,
    "The ending chooses the format: `.csv`, `.parquet`, `.arrow`, `.json` or `.jsonl`.",
    "end the name in .csv, .parquet, .arrow, .json or .jsonl",
  ),
  P1324: error<{ column: string; value: string }>(
    ({ column, value }) =>
      `a value of \`${column}\` is ${JSON.stringify(value)}, the word that stands for a missing value`,
    'Written as they are, the two could not be told apart afterwards. Choose another word: `missing "NA"`, or write Parquet, Arrow or JSON.',
    'choose another word: `missing "NA"`, or write Parquet, Arrow or JSON',
  ),
  P1325: error<{ path: string; reason: string }>(
    ({ path, reason }) => `${path} was not written: ${reason}`,
    "The output is written aside and put in its place when it is whole; the unfinished file was removed.",
  ),
  P1326: error<{ path: string }>(
    ({ path }) => `stopped on request: ${path} was not written`,
    "The output is written aside and put in its place when it is whole; the unfinished file was removed, and what stood there before still does.",
  ),
  P1327: error<{ source: string; reason: string }>(
    ({ source, reason }) => `\`${source}\` can't be read: ${reason}`,
    "The reader gave up for a reason of its own, shown as it was told.",
  ),
  P1328: error<{ package: string; what: string }>(
    ({ package: name, what }) => `${what} needs the package \`${name}\`, which is not installed`,
    "It is an optional package, left out because most people do not need it. Install it next to Parable with npm.",
    "install it beside Parable: `npm install` and its name",
  ),
} as const;

function ordinal(position: number): string {
  const tens = position % 100;
  const ending =
    tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][position % 10] ?? "th");
  return `${position}${ending}`;
}
