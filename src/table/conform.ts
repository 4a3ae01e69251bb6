import { failure } from "../base/failure.js";
import type { ColumnType } from "./column-type.js";
import { type ConformedColumn, conformNumbers } from "./conform-numbers.js";
import { conformTexts } from "./conform-texts.js";
import type { RawTable } from "./raw-column.js";
import type { ColumnRequest, ReadFinding, ReadRequest, ReadResult } from "./source-types.js";
import { type Column, gather, type Table } from "./table.js";

/**
 * Hold raw columns against their declared types.
 *
 * A value outside the declared domain is read as missing where the column is `or missing`; otherwise
 * its row is left out. So is a row with a missing value in a column that does not allow one. Numbers
 * are rounded to the step of their type. Each is counted and told in a finding.
 *
 * @throws Failure P1304 for no rows at all, P1320 when no row is left; neither where rows are protected.
 */
export function conform(raw: RawTable, source: string, request: ReadRequest): ReadResult {
  const refuses = request.protected !== true;
  if (raw.rows === 0 && refuses) throw failure("P1304", { source });
  const drop = new Uint8Array(raw.rows);
  const findings: ReadFinding[] = [];
  const columns: Column[] = request.columns.map((wanted, position) => {
    const given = raw.columns[position];
    if (given === undefined) throw new RangeError(`no raw column ${position}`);
    const made =
      given.kind === "number" ? conformNumbers(given, wanted) : conformTexts(given, wanted);
    findings.push(...findingsOf(made, wanted, request));
    if (!wanted.optional) markMissing(made.column, drop);
    return made.column;
  });
  const table: Table = { kind: "table", name: request.name, rows: raw.rows, columns };
  const kept = keptRows(drop);
  if (kept === undefined) return { table: fillDomains(table), rowsRead: raw.rows, findings };
  if (kept.length === 0 && refuses) {
    const because = findings.map((finding) => findingText(finding));
    const isWritten = findings.some(({ examples }) =>
      examples.some((text) => ofOtherForm.test(text)),
    );
    const label =
      'say how the file writes them behind its name: `dates "DD/MM/YYYY"`, `decimal ","`';
    const circumstances = { because, try: isWritten ? [{ label, edits: [] }] : [] };
    throw failure("P1320", { source, table: request.name, rows: raw.rows }, circumstances);
  }
  return { table: fillDomains(gather(table, kept)), rowsRead: raw.rows, findings };
}

/** A date that does not begin with its year, or a number with commas or the sign of a currency. */
const ofOtherForm = /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|^[€$£¥\s]*[+-]?[\d.\s]*\d,\d|^[€$£¥]/;

/** Learned domains as the rows that were kept have them. */
function fillDomains(table: Table): Table {
  return { ...table, columns: table.columns.map(fillDomain) };
}

function fillDomain(column: Column): Column {
  const { type } = column;
  if (column.kind === "code") {
    if (type.kind !== "category" || !type.learned) return column;
    return learnLevels(column, type);
  }
  const learned = "learned" in type && type.learned;
  if (!learned) return column;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of column.values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? column : { ...column, type: { ...type, min, max } as ColumnType };
}

function learnLevels(
  column: Column & { kind: "code" },
  type: ColumnType & { kind: "category" },
): Column {
  const occurs = new Uint8Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) occurs[code] = 1;
  const present = column.levels.map((label, code) => ({ label, code }));
  const sorted = present.filter(({ code }) => occurs[code] === 1).sort(byLabel);
  const target = new Int32Array(column.levels.length).fill(-1);
  sorted.forEach(({ code }, place) => {
    target[code] = place;
  });
  const codes = column.codes.map((code) => (code < 0 ? code : (target[code] as number)));
  const levels = sorted.map(({ label }) => label);
  return { ...column, codes, levels, type: { ...type, values: levels } };
}

/** Numbers by size, everything else by code unit: the same on every machine. */
function byLabel(a: { readonly label: string }, b: { readonly label: string }): number {
  const difference = Number(a.label) - Number(b.label);
  if (a.label !== "" && b.label !== "" && difference !== 0 && !Number.isNaN(difference))
    return difference;
  return a.label < b.label ? -1 : Number(a.label > b.label);
}

function markMissing(column: Column, drop: Uint8Array): void {
  if (column.kind === "number") {
    for (let row = 0; row < drop.length; row++)
      if (Number.isNaN(column.values[row] as number)) drop[row] = 1;
  } else {
    for (let row = 0; row < drop.length; row++)
      if ((column.codes[row] as number) < 0) drop[row] = 1;
  }
}

/** The rows that stay, or undefined when all do. */
function keptRows(drop: Uint8Array): Uint32Array | undefined {
  let dropped = 0;
  for (const mark of drop) dropped += mark;
  if (dropped === 0) return undefined;
  const kept = new Uint32Array(drop.length - dropped);
  let at = 0;
  for (let row = 0; row < drop.length; row++) if (drop[row] === 0) kept[at++] = row;
  return kept;
}

function findingsOf(
  made: ConformedColumn,
  wanted: ColumnRequest,
  request: ReadRequest,
): ReadFinding[] {
  const about = { table: request.name, column: wanted.name };
  const examples = request.keepExamples ? made.examples : [];
  const findings: ReadFinding[] = [];
  if (made.outside > 0) {
    const policy = wanted.optional
      ? "values outside the declared domain were read as missing"
      : "rows with a value outside the declared domain were left out";
    findings.push({ kind: "outside-domain", ...about, count: made.outside, examples, policy });
  }
  if (made.missing > 0 && !wanted.optional) {
    const policy =
      "rows with a missing value were left out, because the column is not `or missing`";
    findings.push({
      kind: "missing-undeclared",
      ...about,
      count: made.missing,
      examples: [],
      policy,
    });
  }
  if (made.rounded > 0) {
    const policy = "values between two steps of the type were rounded to the nearer one";
    findings.push({ kind: "note", ...about, count: made.rounded, examples: [], policy });
  }
  return findings;
}

/** A finding in words, with its count and examples. */
export function findingText(finding: ReadFinding): string {
  const shown = finding.examples.map((example) => JSON.stringify(example)).join(", ");
  return `\`${finding.column}\`: ${finding.count} ${finding.policy}${shown === "" ? "" : `, such as ${shown}`}`;
}
