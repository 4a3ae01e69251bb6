import { here, remedy, there } from "../base/diagnose.js";
import type { ColumnEntry, Scope } from "./scope.js";

/** `ref`s lead to tables with an id (P0601) and not in a circle (P0602), but for one that may be missing and leads to its own table. */
export function checkKeys(scope: Scope): void {
  const parents = new Map<string, Set<string>>();
  for (const table of scope.tables.values()) {
    const mine = new Set<string>();
    parents.set(table.name, mine);
    for (const column of table.columns.values()) {
      if (column.type.kind !== "ref" || !column.sound) continue;
      // The first row of a table that refers to itself has no other before it.
      if (column.type.table !== table.name || !column.optional) mine.add(column.type.table);
      const parent = scope.tables.get(column.type.table);
      if (parent === undefined || [...parent.columns.values()].some((c) => c.type.kind === "id"))
        continue;
      scope.desk.say(
        "P0601",
        { table: parent.name },
        {
          spans: [here(column.node.type.span)],
          try: [
            remedy(`add a line to ${parent.name}: \`${parent.name.replace(/s$/, "")}_id: id\``),
          ],
        },
      );
    }
  }
  sayCircles(parents, scope);
}

function sayCircles(parents: ReadonlyMap<string, ReadonlySet<string>>, scope: Scope): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) {
      const circle = path.slice(at);
      const first = scope.tables.get(circle[0] ?? "");
      if (first === undefined) return;
      const refs = circle.flatMap(
        (one, i) => refBetween(one, circle[(i + 1) % circle.length], scope) ?? [],
      );
      const [head = here(first.node.name.span), ...further] = refs.map(({ node }, at) =>
        at === 0
          ? here(node.span)
          : there(node.span, `leads to ${circle[(at + 1) % circle.length]}`),
      );
      const spans = [head, ...further];
      scope.desk.say("P0602", { circle }, { spans, try: waysOut(circle, refs) });
      return;
    }
    if (done.has(name)) return;
    done.add(name);
    for (const next of parents.get(name) ?? []) visit(next, [...path, name]);
  };
  for (const name of parents.keys()) visit(name, []);
}

function refBetween(table: string, parent: string | undefined, scope: Scope) {
  const columns = scope.tables.get(table)?.columns.values() ?? [];
  return [...columns].find(({ type }) => type.kind === "ref" && type.table === parent);
}

/** Of several refs the one to leave out has the fewest rows that lead to one. */
function waysOut(circle: readonly string[], refs: readonly ColumnEntry[]) {
  if (circle.length === 1)
    return [remedy("let the first row have none: write `or missing` after the `ref`")];
  const most = refs.map(({ type }) => (type.kind === "ref" ? type.max : Number.POSITIVE_INFINITY));
  const least = most.indexOf(Math.min(...most));
  const name = refs[least]?.name;
  const [child, parent] = [circle[least], circle[(least + 1) % circle.length]];
  const own = `\`is_${name}: bool\``;
  const way = `leave ${name} out of ${child}: let rows of ${parent} say which one it is, by a column of their own (${own})`;
  return name === undefined ? [] : [remedy(way)];
}
