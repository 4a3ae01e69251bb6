import type { CheckedColumn, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";

/** Under a budget a difference is worth learning where its range is at most this share of the later date's. */
const NARROW = 1 / 4;

/** `later − earlier`, by the names of the columns. */
interface Difference {
  readonly name: string;
  readonly from: string;
  readonly less: string;
}

/**
 * A stay of three days is lost between two dates that are learned each for itself: under a budget in bins of months,
 * without one because dates that lie in the same years look alike to a learner (which sees that by itself where the two lie
 * near each other, `src/synth/gaps`). Where a column is computed as the
 * difference of two learned dates (under a budget, of a narrow range), the spec is turned round: the difference is
 * learned, and the later date is computed from it. What the columns are, and all rules, stay the same. Left as it is
 * where the later date has other work: `partition by`, `relate`, fairness, rules about many rows.
 */
export function withDifferences(checked: CheckedSpec): CheckedSpec {
  const tables = checked.tables.map((table) =>
    table.source === undefined ? table : turned(table, differencesIn(checked, table)),
  );
  return { ...checked, tables };
}

function turned(table: CheckedTable, differences: readonly Difference[]): CheckedTable {
  if (differences.length === 0) return table;
  const columns = table.columns.map((column): CheckedColumn => {
    const difference = differences.find(({ name }) => name === column.name);
    if (difference !== undefined) {
      const { from, less } = difference;
      return { ...column, origin: { kind: "learned", difference: { from, less } } };
    }
    const later = differences.find(({ from }) => from === column.name);
    if (later === undefined) return column;
    const [left, right] = [later.less, later.name].map(
      (name) => ({ op: "column", name }) as const,
    ) as [{ op: "column"; name: string }, { op: "column"; name: string }];
    return { ...column, origin: { kind: "computed", formula: { op: "add", left, right } } };
  });
  return { ...table, columns };
}

function differencesIn(checked: CheckedSpec, table: CheckedTable): Difference[] {
  const found: Difference[] = [];
  const named = (name: string) => table.columns.find((column) => column.name === name);
  for (const column of table.columns) {
    const difference = differenceOf(column);
    if (difference === undefined) continue;
    const { from, less } = difference;
    const [later, earlier] = [named(from), named(less)];
    if (!isPlainDate(later) || !isPlainDate(earlier) || from === less) continue;
    if (later.type.kind !== earlier.type.kind) continue;
    const isTaken = found.some(
      (one) => one.from === from || one.from === less || one.less === from,
    );
    if (isTaken || isNeeded(checked, table, from) || !isSpan(column, later)) continue;
    if (checked.privacy !== undefined && !isNarrow(column, later)) continue;
    found.push(difference);
  }
  return found;
}

function differenceOf({ name, origin, optional }: CheckedColumn): Difference | undefined {
  if (origin.kind !== "computed" || origin.formula.op !== "sub" || optional) return undefined;
  const { left, right } = origin.formula;
  if (left.op !== "column" || right.op !== "column") return undefined;
  if (left.via !== undefined || right.via !== undefined) return undefined;
  return { name, from: left.name, less: right.name };
}

function isPlainDate(column: CheckedColumn | undefined): column is CheckedColumn {
  if (column === undefined || column.origin.kind !== "learned" || column.optional) return false;
  return column.type.kind === "date" || column.type.kind === "datetime";
}

/** Days between dates, or seconds between times. */
function isSpan({ type }: CheckedColumn, { type: later }: CheckedColumn): boolean {
  if (later.kind === "datetime") return type.kind === "duration";
  return later.kind === "date" && type.kind === "int" && (type.step ?? 1) === 1;
}

function isNarrow({ type }: CheckedColumn, { type: later }: CheckedColumn): boolean {
  const { min, max } = type as Range;
  const { min: low, max: high } = later as Range;
  if (min === undefined || max === undefined || low === undefined || high === undefined)
    return false;
  return max - min <= NARROW * (high - low);
}

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Whether something asks for the column itself to be learned. */
function isNeeded(checked: CheckedSpec, table: CheckedTable, name: string): boolean {
  const { privacy, learners, fairness } = checked;
  if (privacy?.partitionBy === name) return true;
  if (learners.some(({ options }) => options["relate"]?.includes(name))) return true;
  if (fairness?.table === table.name && JSON.stringify(fairness).includes(JSON.stringify(name)))
    return true;
  return table.rules.some(
    (rule) => rule.kind !== "always" && JSON.stringify(rule).includes(JSON.stringify(name)),
  );
}

/**
 * What a plan under a budget says of dates that a rule orders and whose difference no column states: how far one lies
 * behind the other is lost in their bins. Without a budget learners see by themselves that two dates lie near each other.
 */
export function lostDifferences({ privacy, tables }: CheckedSpec): readonly string[] {
  if (privacy === undefined) return [];
  return tables.flatMap((table) => {
    if (table.source === undefined) return [];
    const named = (name: string) => table.columns.find((column) => column.name === name);
    const pairs = table.rules.flatMap((rule) => {
      const pair = rule.kind === "always" ? orderedBy(rule.formula) : undefined;
      const [earlier, later] = (pair ?? []).map(named);
      if (!isPlainDate(earlier) || !isPlainDate(later)) return [];
      const { kind } = later.type;
      if (kind !== earlier.type.kind) return [];
      const type = kind === "date" ? "int 0..30 days" : "duration 0..3_600";
      return [
        `how far ${later.name} lies behind ${earlier.name} is lost in their bins: state it with a range (\`gap: ${type} := ${later.name} - ${earlier.name}\`), and it is learned`,
      ];
    });
    return [...new Set(pairs)];
  });
}

/** The names of two bare columns, the one that a comparison calls smaller first. */
function orderedBy(formula: Formula): readonly [string, string] | undefined {
  const { op } = formula;
  if (op !== "le" && op !== "lt" && op !== "ge" && op !== "gt") return undefined;
  const { left, right } = formula;
  if (left.op !== "column" || right.op !== "column") return undefined;
  if (left.via !== undefined || right.via !== undefined) return undefined;
  return op === "le" || op === "lt" ? [left.name, right.name] : [right.name, left.name];
}
