import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { Why } from "../ir/why.js";
import { type ColumnType, isNumeric } from "../table/column-type.js";
import { numberFormat } from "../table/format-value.js";
import { boundsOf } from "./grid.js";
import { columnsOf, RuleBook } from "./review.js";

/** Combinations that are shown at most. */
const SHOWN = 200;
/** Numbers are shown as this many parts of their range. */
const PARTS = 4;

/**
 * What each rule removes of the combinations of some columns' values; numbers and dates are cut into
 * parts of their range. Combinations that could not be decided are called possible.
 */
export function why(
  table: CheckedTable,
  tables: readonly CheckedTable[],
  columns: readonly string[],
): Why {
  const parts = columns.map((name) => partsOf(table, name));
  const total = parts.reduce((product, list) => product * list.length, 1);
  const shown = combinations(parts).slice(0, SHOWN);
  const book = new RuleBook(
    table,
    tables,
    parts.flat().map((part) => part.formula),
  );
  const bearing: string[] = [];
  const rows = shown.map((combination) => {
    const formula: Formula = { op: "and", args: combination.map((part) => part.formula) };
    const blockers = book.blockers(formula);
    for (const rule of blockers ?? []) if (!bearing.includes(rule.text)) bearing.push(rule.text);
    return { values: combination.map((part) => part.label), blockers };
  });
  for (const rule of book.rules) {
    const about = [...columnsOf(rule.formula)].some((name) => columns.includes(name));
    if (about && !bearing.includes(rule.text)) bearing.push(rule.text);
  }
  return {
    kind: "why",
    table: table.name,
    columns,
    rules: bearing,
    rows: rows.map(({ values, blockers }) => ({
      values,
      possible: blockers === undefined,
      removedBy: (blockers ?? []).map((rule) => bearing.indexOf(rule.text)),
    })),
    more: Math.max(0, total - shown.length),
  };
}

interface Part {
  readonly label: string;
  readonly formula: Formula;
}

function partsOf(table: CheckedTable, name: string): readonly Part[] {
  const column = table.columns.find((c) => c.name === name);
  const self: Formula = { op: "column", name };
  const parts: Part[] = [];
  if (column?.type.kind === "category") {
    for (const value of column.type.values) {
      parts.push({ label: value, formula: { op: "eq", left: self, right: { op: "text", value } } });
    }
  } else if (column?.type.kind === "bool") {
    parts.push(
      { label: "true", formula: self },
      { label: "false", formula: { op: "not", arg: self } },
    );
  } else if (column !== undefined && isNumeric(column.type)) {
    parts.push(...ranges(self, column.type));
  }
  if (column?.optional === true)
    parts.push({ label: "missing", formula: { op: "missing", arg: self } });
  return parts;
}

function ranges(self: Formula, type: ColumnType): Part[] {
  const [min, max] = boundsOf(type);
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [];
  const say = numberFormat(type);
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const width = whole ? Math.ceil((max - min + 1) / PARTS) : (max - min) / PARTS;
  const parts: Part[] = [];
  for (let low = min; low <= max && parts.length < PARTS && width > 0; low += width) {
    const high = Math.min(max, whole ? low + width - 1 : low + width);
    const formula: Formula = {
      op: "and",
      args: [
        { op: "ge", left: self, right: { op: "number", value: low } },
        { op: "le", left: self, right: { op: "number", value: high } },
      ],
    };
    parts.push({ label: `${say(low)}..${say(high)}`, formula });
  }
  return parts;
}

function combinations(lists: readonly (readonly Part[])[]): Part[][] {
  let all: Part[][] = [[]];
  for (const list of lists) {
    all = all.flatMap((prefix) => list.map((part) => [...prefix, part])).slice(0, 10 * SHOWN);
  }
  return all;
}
