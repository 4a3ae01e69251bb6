import { here, remedy } from "../base/diagnose.js";
import type { Scope } from "./scope.js";

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
      const ref = [...first.columns.values()].find(
        (c) => c.type.kind === "ref" && circle.includes(c.type.table),
      );
      const spans = [here(ref?.node.span ?? first.node.name.span)];
      const mayBeNone = remedy(
        `let the first row have none: write \`or missing\` after the \`ref\``,
      );
      scope.desk.say("P0602", { circle }, { spans, try: circle.length === 1 ? [mayBeNone] : [] });
      return;
    }
    if (done.has(name)) return;
    done.add(name);
    for (const next of parents.get(name) ?? []) visit(next, [...path, name]);
  };
  for (const name of parents.keys()) visit(name, []);
}
