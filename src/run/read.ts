import type { Progress } from "../base/progress.js";
import { compileTruth } from "../constraint/expression.js";
import { makeGuide } from "../constraint/make-guide.js";
import { type ParentRows, scopeOfTable } from "../constraint/scope.js";
import type { CheckedColumn, CheckedSource, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { formulasOf } from "../ir/formulas-of.js";
import { isProtected } from "../ir/protected.js";
import type { Finding } from "../ir/release.js";
import { computedLevels } from "../synth/levels.js";
import { openSource, type SourceContext } from "../table/source.js";
import { type Column, columnOf, type Table } from "../table/table.js";
import { readColumns, withDifferences } from "./read-differences.js";
import { levelsOf } from "./shape.js";

/** A real table as the spec sees it: declared columns, computed ones filled in. */
export interface RealTable {
  readonly table: Table;
  readonly rowsRead: number;
  readonly findings: readonly Finding[];
}

export interface ReadPlace extends SourceContext {
  readonly progress: Progress;
}

/**
 * Read the rows of a table from its source. Rows that break a rule are counted, never changed or
 * dropped: the learner sees the data as they are, and the rules hold in what is generated.
 */
export async function readReal(
  checked: CheckedSpec,
  table: CheckedTable,
  parents: ReadonlyMap<string, ParentRows>,
  place: ReadPlace,
): Promise<RealTable> {
  const source = sourceOf(checked, table);
  place.progress.report({ phase: `reading ${source.name}`, done: 0, unit: "rows" });
  const opened = await openSource(source, place);
  const keys = table.columns.filter((column) => isKey(column, table, checked));
  const read = await opened.read({
    ...(table.source?.table === undefined ? {} : { table: table.source.table }),
    name: table.name,
    columns: readColumns(table, keys),
    keepExamples: !isProtected(checked, table),
    signal: place.progress.signal,
  });
  place.progress.signal.throwIfAborted();
  const kept = withDifferences(table, read.table);
  const complete = withComputed(table, kept, parents);
  const { rows } = read.table;
  place.progress.report({ phase: `reading ${source.name}`, done: rows, total: rows, unit: "rows" });
  return {
    table: complete,
    rowsRead: read.rowsRead,
    findings: [
      ...read.findings,
      ...leftOut(table, rows - kept.rows),
      ...brokenRules(checked, table, complete, parents),
    ],
  };
}

/** What ties tables together: refs, and the keys that refs lead to. */
function isKey({ origin, type }: CheckedColumn, table: CheckedTable, spec: CheckedSpec): boolean {
  if (origin.kind !== "plain") return false;
  if (type.kind === "ref") return true;
  const leadsHere = ({ type: other }: CheckedColumn): boolean =>
    other.kind === "ref" && other.table === table.name;
  return type.kind === "id" && spec.tables.some(({ columns }) => columns.some(leadsHere));
}

/** Rows without their differences, as `withDifferences` leaves them. */
function leftOut(table: CheckedTable, count: number): readonly Finding[] {
  if (count === 0) return [];
  const names = table.columns.flatMap(({ name, origin }) =>
    origin.kind === "learned" && origin.difference !== undefined ? [name] : [],
  );
  const policy = `rows with a value of ${names.join(", ")} outside the declared domain were left out`;
  return [{ kind: "outside-domain", table: table.name, count, examples: [], policy }];
}

function sourceOf(checked: CheckedSpec, table: CheckedTable): CheckedSource {
  return checked.sources.find((source) => source.name === table.source?.name) as CheckedSource;
}

/** Rows with the spec's computed columns, in the spec's order; other unread columns are left out. */
export function withComputed(
  table: CheckedTable,
  stored: Table,
  parents: ReadonlyMap<string, ParentRows>,
): Table {
  const computed = formulasOf(table);
  if (computed.size === 0) return stored;
  const names = new Set([...stored.columns.map((column) => column.name), ...computed.keys()]);
  const shape = table.columns.filter((column) => names.has(column.name));
  const own = (name: string) => {
    const column = columnOf(stored, name);
    return column?.kind === "code" ? column.levels : undefined;
  };
  const columns = shape.map((column): Column => {
    const known = stored.columns.find((candidate) => candidate.name === column.name);
    if (known !== undefined) return known;
    const { name, type } = column;
    const formula = computed.get(name);
    const levels =
      formula === undefined ? levelsOf(type) : computedLevels(type, formula, { own, parents });
    return levels === undefined
      ? { kind: "number", name, type, values: new Float64Array(stored.rows).fill(Number.NaN) }
      : { kind: "code", name, type, codes: new Int32Array(stored.rows).fill(-1), levels };
  });
  const complete: Table = { ...stored, columns };
  const { scope, cells } = scopeOfTable(complete, parents);
  const guide = makeGuide({ ...scope, rules: [], computed });
  for (const column of guide.computeOrder) guide.compute(cells, column, 0, stored.rows);
  return complete;
}

function brokenRules(
  checked: CheckedSpec,
  table: CheckedTable,
  real: Table,
  parents: ReadonlyMap<string, ParentRows>,
): Finding[] {
  if (isProtected(checked, table)) return [];
  const { scope, cells } = scopeOfTable(real, parents);
  const findings: Finding[] = [];
  for (const rule of table.rules) {
    if (rule.kind !== "always" || !speaksOf(rule.formula, real)) continue;
    const holds = compileTruth(rule.formula, scope);
    let count = 0;
    for (let row = 0; row < real.rows; row++) if (holds(cells, row) === 0) count++;
    if (count === 0) continue;
    findings.push({
      kind: "real-rule-violation",
      table: table.name,
      count,
      examples: [],
      policy: `real rows break \`${rule.text}\`; they are learned from as they are, and no generated row breaks it`,
    });
  }
  return findings;
}

/** Whether every column that a formula names is among the real ones. */
function speaksOf(formula: unknown, real: Table): boolean {
  if (Array.isArray(formula)) return formula.every((part) => speaksOf(part, real));
  if (typeof formula !== "object" || formula === null) return true;
  const node = formula as { op?: string; name?: string; via?: string };
  if (node.op === "column") {
    const name = node.via ?? node.name;
    return real.columns.some((column) => column.name === name);
  }
  return Object.values(formula).every((part) => speaksOf(part, real));
}
