import { here, remedy } from "../base/diagnose.js";
import { personalKind } from "../ir/personal.js";
import { blocksOf } from "../ir/spec.js";
import { learnsText } from "./language.js";
import { publicSources } from "./public-sources.js";
import type { ColumnEntry, Scope, TableEntry } from "./scope.js";

/** Domains that the author must state under `privacy` (P0402), and personal text (P0403). */
export function checkDomains(scope: Scope, isPrivate: boolean): void {
  for (const table of scope.tables.values()) {
    for (const column of table.columns.values()) {
      if (isPrivate && isRead(table, scope)) checkPublic(column, scope);
      checkPersonal(table, column, scope);
    }
  }
}

/** Whether a table is read from a source that isn't public. */
function isRead({ node }: TableEntry, { desk }: Scope): boolean {
  const from = node.source?.name.text;
  return from !== undefined && !publicSources(desk.spec).has(from);
}

function checkPublic(column: ColumnEntry, scope: Scope): void {
  const { node, type } = column;
  if (!column.sound || node.origin !== undefined) return;
  const asked = "learned" in node.type && node.type.learned;
  if (asked || !("learned" in type) || !type.learned) return;
  const what = type.kind === "category" ? "values" : "bounds";
  scope.desk.say(
    "P0402",
    { column: column.name, what },
    {
      spans: [here(node.type.span, `no ${what} are written here, and this spec protects its rows`)],
      because: [
        what === "values"
          ? "reading the values from the data would reveal that someone has a rare one"
          : "the smallest and the largest value each belong to someone",
      ],
      try: [
        remedy(
          what === "values"
            ? 'write them, `"Sales" | "Craft-repair" | …` (free)'
            : "write them, `0..100` (free)",
        ),
        remedy(
          "say `learned` (costs a part of the budget)",
          { start: node.type.span.end, end: node.type.span.end },
          " learned",
        ),
      ],
    },
  );
}

function checkPersonal(table: TableEntry, column: ColumnEntry, scope: Scope): void {
  const { node, type } = column;
  const loose = type.kind === "category" ? type.learned : type.kind === "text";
  if (!loose || node.origin !== undefined) return;
  if (type.kind === "text" && (type.like !== undefined || type.invented !== undefined)) return;
  const kind = personalKind(column.name);
  if (kind === undefined) {
    const isPattern = node.type.kind === "text" && node.type.like !== undefined;
    if (type.kind === "text" && !isPattern) checkEmpty(table, column, scope);
    return;
  }
  const text = `text invented "${kind}"`;
  const isRead = table.node.source !== undefined;
  const letters = isRead && learnsText(scope.desk.spec, table.name);
  const fate = isRead && type.kind === "category" ? "taken" : letters ? "learned" : "invented";
  scope.desk.say(
    "P0403",
    { column: column.name, kind, fate },
    {
      spans: [here(node.type.span)],
      because: ["such text points at one person; a model that remembers it would publish it"],
      try: [remedy(`say \`${text}\``, node.type.span, text)],
    },
  );
}

/** P0406 for a text that nobody makes: not learned, patterned, invented, written, nor of prompted rows. */
function checkEmpty(table: TableEntry, { name, node }: ColumnEntry, scope: Scope): void {
  const { spec } = scope.desk;
  const isLearned = table.node.source !== undefined && learnsText(spec, table.name);
  const isPrompted = blocksOf(spec, "generate").some(({ like }) => like !== undefined);
  if (isLearned || isPrompted) return;
  const { span } = node.type;
  scope.desk.say(
    "P0406",
    { column: name },
    {
      spans: [here(span)],
      because: ["only `learn with language` learns texts"],
      try: [
        remedy('have it made up: `text invented "sentence"`', span, 'text invented "sentence"'),
        remedy('give it a pattern, `text like "[A-Z]{3}"`, or have it `written`'),
        remedy("leave the column out"),
      ],
    },
  );
}
