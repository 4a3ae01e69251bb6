import { here, remedy, there } from "../base/diagnose.js";
import { boundsOf } from "../constraint/grid.js";
import { keyRoom } from "../constraint/key-room.js";
import type { RuleBook } from "../constraint/review.js";
import type { CheckedColumn, CheckedRule, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { isProtected } from "../ir/protected.js";
import { isNumeric, MOST_COUNTED, UNBOUNDED } from "../table/column-type.js";
import { domainText } from "./domain-text.js";
import type { Books } from "./proofs.js";
import type { Scope } from "./scope.js";

type UniqueRule = Extract<CheckedRule, { readonly kind: "unique" }>;

/** Keys and counts that do not fit: P0603, P0604, P0605, P0606. */
export function checkCounts(spec: CheckedSpec, books: Books, scope: Scope): void {
  for (const table of spec.tables) {
    for (const rule of table.rules) if (rule.kind === "unique") checkKey(table, rule, spec, scope);
    checkParents(table, spec, books, scope);
  }
  checkChildren(spec, scope);
  checkUncounted(spec, scope);
}

/** A key that has fewer values, under the rules and what is given, than an output asks rows for (P0603). */
function checkKey(table: CheckedTable, rule: UniqueRule, spec: CheckedSpec, scope: Scope): void {
  const { columns, span } = rule;
  const rules = table.rules.flatMap((each) => (each.kind === "always" ? [each.formula] : []));
  for (const { table: name, rows, given } of spec.outputs) {
    if (name !== table.name) continue;
    const held = given === undefined ? rules : [...rules, given];
    const size = keyRoom(table, columns, held);
    if (size >= rows) continue;
    const ruled = size < keyRoom(table, columns, []);
    scope.desk.say("P0603", { columns, size, rows, ruled }, { spans: [here(span)] });
    return;
  }
}

/** Children that an output brings along, of which nothing says how many (P0606). */
function checkUncounted(spec: CheckedSpec, scope: Scope): void {
  const brought = new Set(spec.outputs.filter(({ rows }) => rows > 0).map(({ table }) => table));
  const asked = new Set(brought);
  for (const parent of brought) {
    for (const child of spec.tables) {
      const ref = child.columns.find(({ type }) => type.kind === "ref" && type.table === parent);
      if (ref?.type.kind !== "ref" || child.name === parent || asked.has(child.name)) continue;
      brought.add(child.name);
      if (ref.type.max < UNBOUNDED || countsAreLearned(spec, child, parent)) continue;
      const text = `${ref.name}: ref ${parent}, 0..12 per ${parent}`;
      scope.desk.say(
        "P0606",
        { child: child.name, parent },
        { spans: [here(ref.span)], try: [remedy(`write how many, for instance ${text}`)] },
      );
    }
  }
}

function countsAreLearned(spec: CheckedSpec, child: CheckedTable, parent: string): boolean {
  const { privacy, tables } = spec;
  const above = tables.find(({ name }) => name === parent);
  if (child.source === undefined || above?.source === undefined) return false;
  // How many protected rows a row of a public list has is told by nobody.
  if (isProtected(spec, child) !== isProtected(spec, above)) return false;
  if (privacy === undefined || !isProtected(spec, child)) return true;
  if (privacy.unit.kind === "row") return false;
  const bound = privacy.unit.atMost.find(({ table }) => table === child.name);
  // A unit's rows without a bound are P0711's.
  return bound === undefined || bound.count < MOST_COUNTED;
}

function checkChildren(spec: CheckedSpec, scope: Scope): void {
  for (const output of spec.outputs) {
    const refs = spec.tables.find((t) => t.name === output.table)?.columns ?? [];
    for (const { type } of refs) {
      if (type.kind !== "ref" || type.max >= UNBOUNDED) continue;
      const parents = spec.outputs.filter((other) => other.table === type.table);
      const rows = parents.reduce((sum, parent) => sum + parent.rows, 0);
      const [least, most] = [rows * type.min, rows * type.max];
      const [parent] = parents;
      if (parent === undefined || (output.rows >= least && output.rows <= most)) continue;
      const numbers = {
        parents: rows,
        parent: type.table,
        min: type.min,
        max: type.max,
        child: output.table,
      };
      scope.desk.say(
        "P0604",
        { ...numbers, asked: output.rows, least, most },
        { spans: [here(output.span), there(parent.span, "the parents")] },
      );
    }
  }
}

/** Columns of a parent that the rules restrict to less than half of their range (P0605). */
function checkParents(table: CheckedTable, spec: CheckedSpec, books: Books, scope: Scope): void {
  const book = books.get(table.name);
  if (book === undefined || scope.desk.clashing.has(table.name)) return;
  for (const rule of book.rules) {
    for (const column of parentColumns(rule.formula)) {
      const found = parentRange(column, table, spec);
      if (found === undefined || !losesHalf(column, found, book)) continue;
      const own = table.columns.find(
        (c) => c.name !== column.via && ownColumns(rule.formula).includes(c.name),
      );
      const texts = {
        child: own?.name ?? table.name,
        parent: `${column.via}.${column.name}`,
        childDomain: own === undefined ? "what it is" : domainText(own.type),
        parentDomain: domainText(found.type),
      };
      scope.desk.say("P0605", texts, { spans: [here(rule.span), there(found.span, "this range")] });
    }
  }
}

interface ParentColumn {
  readonly via: string;
  readonly name: string;
}

function parentRange(
  { via, name }: ParentColumn,
  table: CheckedTable,
  spec: CheckedSpec,
): CheckedColumn | undefined {
  const ref = table.columns.find((c) => c.name === via)?.type;
  const parent = ref?.kind === "ref" ? spec.tables.find((t) => t.name === ref.table) : undefined;
  const column = parent?.columns.find((c) => c.name === name);
  if (column === undefined || !isNumeric(column.type)) return undefined;
  const [min, max] = boundsOf(column.type);
  return Number.isFinite(min) && Number.isFinite(max) && min < max ? column : undefined;
}

function losesHalf({ via, name }: ParentColumn, column: CheckedColumn, book: RuleBook): boolean {
  const [min, max] = boundsOf(column.type);
  const half = (op: "le" | "ge"): Formula => ({
    op,
    left: { op: "column", name, via },
    right: { op: "number", value: (min + max) / 2 },
  });
  return book.blockers(half("le")) !== undefined || book.blockers(half("ge")) !== undefined;
}

function walk(formula: Formula, visit: (column: Extract<Formula, { op: "column" }>) => void): void {
  if (formula.op === "column") visit(formula);
  if ("arg" in formula) walk(formula.arg, visit);
  if ("args" in formula) for (const arg of formula.args) walk(arg, visit);
  if ("left" in formula) {
    walk(formula.left, visit);
    walk(formula.right, visit);
  }
}

function parentColumns(formula: Formula): ParentColumn[] {
  const found = new Map<string, ParentColumn>();
  walk(formula, ({ via, name }) => {
    if (via !== undefined) found.set(`${via}.${name}`, { via, name });
  });
  return [...found.values()];
}

function ownColumns(formula: Formula): string[] {
  const found: string[] = [];
  walk(formula, ({ via, name }) => {
    if (via === undefined) found.push(name);
  });
  return found;
}
