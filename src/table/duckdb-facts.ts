import { type Connection, literal, rowsOf } from "./duckdb.js";
import type { Scan } from "./duckdb-read.js";
import { mostStrays } from "./frame-facts.js";
import type { ColumnFacts } from "./source-types.js";
import { momentSql, numberSql, tellsTime, type WrittenForm } from "./written-form.js";

const shown = 60;

/** Facts of every column of a scan, one pass over a temporary copy. */
export async function factsOfScan(
  connection: Connection,
  scan: Scan,
  headers: readonly string[],
): Promise<readonly ColumnFacts[]> {
  const words = scan.missing.map(literal).join(", ");
  const cells = scan.columns.map(({ sql }, i) => {
    const text = `nullif(trim(CAST(${sql} AS VARCHAR)), '')`;
    return scan.missing.length === 0
      ? `${text} AS c${i}`
      : `CASE WHEN ${text} IN (${words}) THEN NULL ELSE ${text} END AS c${i}`;
  });
  await connection.run(`CREATE TEMP TABLE kept AS SELECT ${cells.join(", ")} FROM ${scan.from}`);
  const facts: ColumnFacts[] = [];
  for (const [i, header] of headers.entries())
    facts.push(await factsOf(connection, header, i, scan.form ?? {}));
  return facts;
}

async function factsOf(
  connection: Connection,
  header: string,
  i: number,
  form: WrittenForm,
): Promise<ColumnFacts> {
  const c = `c${i}`;
  const all = (test: string): string =>
    `coalesce(bool_and(${test}) FILTER (${c} IS NOT NULL), false)`;
  const written = numberSql(c, form);
  const number = `TRY_CAST(${written} AS DOUBLE)`;
  const days = momentSql(c, { dates: (form.dates ?? []).filter((pattern) => !tellsTime(pattern)) });
  const times = momentSql(c, { dates: (form.dates ?? []).filter(tellsTime) });
  const moment = momentSql(c, form);
  const told = (sql: string | undefined): string =>
    sql === undefined ? "false" : `${sql} IS NOT NULL`;
  const iso = moment === undefined ? c : `coalesce(CAST(${moment} AS VARCHAR), ${c})`;
  // Numbers with more digits than a number can keep are names of things, as those that begin with 0 are.
  const code = `(regexp_matches(${c}, '^0\\d+$') OR (regexp_matches(${c}, '^[+-]?\\d{16,}$') AND abs(${number}) > 9007199254740991))`;
  const [row = []] = await rowsOf(
    connection,
    `SELECT count(*)::INTEGER, (count(*) - count(${c}))::INTEGER, count(DISTINCT ${c})::INTEGER,
      ${all(`TRY_CAST(${written} AS BIGINT) IS NOT NULL AND ${number} = floor(${number}) AND NOT ${code}`)},
      ${all(`coalesce(isfinite(${number}), false) AND NOT ${code}`)},
      ${all(`lower(${c}) IN ('true', 'false', 'yes', 'no', 't', 'f', 'y', 'n')`)},
      ${all(`(regexp_full_match(${c}, '\\d{4}-\\d{1,2}-\\d{1,2}') AND TRY_CAST(${c} AS DATE) IS NOT NULL) OR ${told(days)}`)},
      ${all(`(regexp_full_match(${c}, '\\d{4}-.*\\d:\\d.*') AND TRY_CAST(${c} AS TIMESTAMP) IS NOT NULL) OR ${told(times)}`)},
      min(${number}), max(${number}), min(${iso}), max(${iso}),
      (count(DISTINCT ${c}) FILTER (isfinite(${number})))::INTEGER FROM kept`,
  );
  const [
    rows,
    missing,
    distinct,
    int,
    real,
    bool,
    date,
    datetime,
    low,
    high,
    first,
    last,
    counted,
  ] = row;
  const looksLike = looks({ int, real, bool, date, datetime });
  const numeric = looksLike === "int" || looksLike === "real";
  const temporal = looksLike === "date" || looksLike === "datetime";
  const base = {
    header,
    looksLike,
    rows: Number(rows),
    missing: Number(missing),
    distinct: Number(distinct),
  };
  const values =
    (numeric || temporal) && base.distinct > shown ? [] : await commonest(connection, c);
  if (numeric) return { ...base, values, min: String(low), max: String(high) };
  if (temporal) return { ...base, values, min: String(first), max: String(last) };
  const numbers = Number(counted);
  const few = base.distinct - numbers;
  if (looksLike === "bool" || numbers === 0 || few === 0 || few > mostStrays)
    return { ...base, values };
  const words = await commonest(connection, c, `NOT coalesce(isfinite(${number}), false)`);
  return { ...base, values, strays: { words, numbers } };
}

function looks(tests: Readonly<Record<string, unknown>>): ColumnFacts["looksLike"] {
  const order = ["int", "real", "bool", "date", "datetime"] as const;
  return order.find((kind) => tests[kind] === true) ?? "text";
}

async function commonest(
  connection: Connection,
  cell: string,
  where = "true",
): Promise<readonly string[]> {
  const found = await rowsOf(
    connection,
    `SELECT ${cell} FROM kept WHERE ${cell} IS NOT NULL AND ${where} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${shown}`,
  );
  return found.map((row) => String(row[0]));
}
