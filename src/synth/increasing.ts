import { failure } from "../base/failure.js";
import type { CheckedRule } from "../ir/checked.js";
import { type Column, columnOf, gather, type Table } from "../table/table.js";

type Increases = Extract<CheckedRule, { kind: "increases" }>;

/**
 * Put the rows of each parent in the order that `X of each P increases` asks for: rows move as a whole
 * among the places that their parent has, so no other rule is touched. Equal values can't increase:
 * throws P1408. Missing values come last.
 */
export function inOrder(table: Table, rules: readonly CheckedRule[], output: string): Table {
  const wanted = rules.filter((rule): rule is Increases => rule.kind === "increases");
  const [first] = wanted;
  if (first === undefined) return table;
  const values = numbersOf(columnOf(table, first.column));
  const parent = parentColumn(table, first.parent);
  if (values === undefined || parent === undefined) return table;
  const positions = new Uint32Array(table.rows);
  for (const places of groupsOf(parent)) {
    const sorted = places
      .slice()
      .sort((a, b) => order(values[a] as number, values[b] as number) || a - b);
    places.forEach((place, i) => {
      positions[place] = sorted[i] as number;
    });
  }
  const ordered = gather(table, positions);
  for (const rule of wanted) {
    if (!increases(ordered, rule)) throw failure("P1408", { output, rule: rule.text });
  }
  return ordered;
}

function order(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}

function numbersOf(column: Column | undefined): ArrayLike<number> | undefined {
  return column?.kind === "number" ? column.values : column?.codes;
}

/** The column that says to whom a row belongs: of that name, or the ref to that table. */
function parentColumn(table: Table, parent: string): Column | undefined {
  return (
    columnOf(table, parent) ??
    table.columns.find(({ type }) => type.kind === "ref" && type.table === parent)
  );
}

/** Rows by parent, in row order. */
function groupsOf(parent: Column): readonly number[][] {
  const keys = parent.kind === "number" ? parent.values : parent.codes;
  const groups = new Map<number, number[]>();
  keys.forEach((key, row) => {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  });
  return [...groups.values()];
}

function increases(table: Table, rule: Increases): boolean {
  const values = numbersOf(columnOf(table, rule.column));
  const parent = parentColumn(table, rule.parent);
  if (values === undefined || parent === undefined) return true;
  return groupsOf(parent).every((places) =>
    places.every((place, i) => {
      const before = i === 0 ? undefined : values[places[i - 1] as number];
      return before === undefined || !((values[place] as number) <= before);
    }),
  );
}
