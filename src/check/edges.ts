import { here, there } from "../base/diagnose.js";
import type { RuleBook } from "../constraint/review.js";
import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import type { FairnessStatement } from "../ir/spec.js";
import { is } from "./proofs.js";
import type { Scope } from "./scope.js";

type Edge = Extract<FairnessStatement, { kind: "forbid-edge" }>;

/**
 * `forbid A -> B except through C` against what the spec itself says: a column that is drawn or
 * computed from another has that influence by declaration, and no weighting of rows takes it away.
 */
export function checkEdges(
  edges: readonly Edge[],
  table: CheckedTable,
  book: RuleBook | undefined,
  scope: Scope,
): void {
  for (const edge of edges) {
    const [from, to] = [edge.from.text, edge.to.text];
    const through = edge.through.map((name) => name.text);
    if (from === to || through.includes(from) || through.includes(to)) {
      scope.desk.say("P0809", { problem: "itself", from, to }, { spans: [here(edge.span)] });
      continue;
    }
    const path = pathBetween(from, to, new Set(through), table);
    if (path !== undefined) {
      const last = table.columns.find((column) => column.name === to);
      scope.desk.say(
        "P0809",
        { problem: "declared", from, to, path },
        {
          spans: [here(edge.span), ...(last === undefined ? [] : [there(last.span, "drawn here")])],
          try: path
            .slice(1, -1)
            .map((name) => ({ label: `let it through: except through ${name}`, edits: [] })),
        },
      );
    }
    if (book !== undefined) checkRule(edge, table, book, scope);
  }
}

/** A rule that shuts out a pair of values ties the two columns together, whatever the rest of the row. */
function checkRule(edge: Edge, table: CheckedTable, book: RuleBook, scope: Scope): void {
  const [from, to] = [edge.from.text, edge.to.text];
  for (const a of valuesOf(table, from)) {
    if (book.blockers(is(from, a)) !== undefined) continue;
    for (const b of valuesOf(table, to)) {
      const rules = book.blockers({ op: "and", args: [is(from, a), is(to, b)] });
      if (rules === undefined || book.blockers(is(to, b)) !== undefined) continue;
      scope.desk.say(
        "P0809",
        { problem: "rule", from, to, path: [a, b] },
        {
          spans: [here(edge.span), ...rules.map((rule) => there(rule.span, "this rule ties them"))],
        },
      );
      return;
    }
  }
}

function valuesOf(table: CheckedTable, name: string): readonly string[] {
  const type = table.columns.find((column) => column.name === name)?.type;
  return type?.kind === "category" && type.values.length <= 20 ? type.values : [];
}

/** The shortest chain of declared influences from one column to another around the mediators. */
function pathBetween(
  from: string,
  to: string,
  around: ReadonlySet<string>,
  table: CheckedTable,
): readonly string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (name === to) break;
    for (const next of influencedBy(name, table)) {
      if (before.has(next) || around.has(next)) continue;
      before.set(next, name);
      queue.push(next);
    }
  }
  if (!before.has(to)) return undefined;
  const path: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = before.get(at)) path.unshift(at);
  return path;
}

/** The columns that are drawn, computed or written from `name`, or set to correlate with it. */
function influencedBy(name: string, table: CheckedTable): readonly string[] {
  const drawn = table.columns.filter((column) => readsOf(column).has(name));
  const tied = table.rules.flatMap((rule) => {
    if (rule.kind !== "correlate") return [];
    return rule.left === name ? [rule.right] : rule.right === name ? [rule.left] : [];
  });
  return [...drawn.map((column) => column.name), ...tied];
}

function readsOf({ origin }: CheckedColumn): ReadonlySet<string> {
  if (origin.kind === "written") {
    return new Set(Array.from(origin.prompt.matchAll(/\{(\w+)\}/g), (found) => found[1] ?? ""));
  }
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    const { op, name, via } = node as { op?: string; name?: string; via?: string };
    if (op === "column" && name !== undefined && via === undefined) names.add(name);
    for (const part of Object.values(node)) visit(part);
  };
  if (origin.kind === "computed" || origin.kind === "drawn") visit(origin);
  return names;
}
