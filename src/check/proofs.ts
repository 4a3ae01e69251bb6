import { here, there } from "../base/diagnose.js";
import { columnsOf, type RowRule, RuleBook, type RuleClash } from "../constraint/review.js";
import type { CheckedOutput, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { blocksOf } from "../ir/spec.js";
import { domainText } from "./domain-text.js";
import type { Scope } from "./scope.js";

/** A column has a value. */
export const is = (name: string, value: string): Formula => ({
  op: "eq",
  left: { op: "column", name },
  right: { op: "text", value },
});

/** A rule book for each table, made once a check. */
export type Books = ReadonlyMap<string, RuleBook>;

export function ruleBooks(spec: CheckedSpec): Books {
  const asked = [
    ...spec.outputs.flatMap((output) => (output.given === undefined ? [] : [output.given])),
    ...(spec.fairness?.outcome === undefined ? [] : [spec.fairness.outcome]),
    ...(spec.fairness?.rebalance ?? []).flatMap(({ column, shares }) =>
      shares.map(({ value }) => is(column, value)),
    ),
  ];
  return new Map(spec.tables.map((table) => [table.name, new RuleBook(table, spec.tables, asked)]));
}

/** Contradictions (P0501), rules that say nothing (P0503, P0504), emptied values (P0508), impossible conditions (P1001). */
export function checkProofs(spec: CheckedSpec, books: Books, scope: Scope): void {
  for (const table of spec.tables) {
    const book = books.get(table.name);
    if (book !== undefined && book.rules.length > 0) checkRules(table, book, scope);
  }
  for (const output of spec.outputs) checkGiven(output, spec, books, scope);
}

function checkRules(table: CheckedTable, book: RuleBook, scope: Scope): void {
  const review = book.review();
  for (const clash of review.clashes) sayClash(table, clash, book.rules.length, scope);
  for (const rule of review.always) sayAlways(table, rule, scope);
  for (const { rule, by } of review.implied) sayImplied(rule, by, scope);
  for (const { column, value, by } of review.emptied) sayEmptied(table, column, value, by, scope);
}

function checkGiven(output: CheckedOutput, spec: CheckedSpec, books: Books, scope: Scope): void {
  const { given } = output;
  if (given === undefined || scope.desk.clashing.has(output.table)) return;
  const blockers = books.get(output.table)?.blockers(given);
  if (blockers === undefined) return;
  const block = blocksOf(spec.spec, "generate").find((b) => b.span.start === output.span.start);
  const at = block?.given?.span ?? output.span;
  scope.desk.say(
    "P1001",
    { given: output.givenText ?? "", rules: blockers.length },
    {
      spans: [
        here(at, "leaves no row"),
        ...blockers.map((rule) => there(rule.span, "with this rule")),
      ],
      because: blockers.length === 0 ? ["the declared ranges and values rule it out"] : [],
    },
  );
}

function sayClash(table: CheckedTable, found: RuleClash, all: number, scope: Scope): void {
  const { rules: clash } = found;
  scope.desk.clashing.add(table.name);
  const [first, ...rest] = clash;
  const at = first?.span ?? table.columns[0]?.span ?? { start: 0, end: 0 };
  const because = [clashReason(found, all)];
  const columns = [...new Set(clash.flatMap((rule) => [...columnsOf(rule.formula)]))].slice(0, 3);
  scope.desk.say(
    "P0501",
    { table: table.name, rules: clash.map((rule) => rule.text), all },
    {
      spans: [
        here(at, clash.length > 1 ? "clashes with the others marked" : ""),
        ...rest.map((rule) => there(rule.span, "")),
      ],
      because,
      try: [
        {
          label: `\`parable why FILE ${columns.join(" ")}\` shows what each rule removes`,
          edits: [],
        },
      ],
    },
  );
}

/** No more is claimed than was proved. */
function clashReason({ rules, needed }: RuleClash, all: number): string {
  if (rules.length <= 1) return "the declared ranges, values and formulas leave no row for it";
  const together = rules.length === all;
  const who = together ? "together they" : `these ${rules.length} of your ${all} rules`;
  const without = together ? "rows exist" : "the others can hold";
  return `${who} leave no row at all${needed ? `; without any one of them ${without}` : ""}`;
}

function sayAlways(table: CheckedTable, rule: RowRule, scope: Scope): void {
  const domains = [...columnsOf(rule.formula)].flatMap((name) => {
    const column = table.columns.find((c) => c.name === name);
    return column === undefined ? [] : [`${name} is ${domainText(column.type)}`];
  });
  const because = domains.length === 0 ? "its values are fixed" : domains.slice(0, 3).join(", ");
  scope.desk.say(
    "P0503",
    { rule: rule.text, because },
    { spans: [here(rule.span, "always true")] },
  );
}

function sayImplied(rule: RowRule, by: readonly RowRule[], scope: Scope): void {
  const from = by.map((other) => scope.desk.line(other.span));
  scope.desk.say(
    "P0504",
    { line: scope.desk.line(rule.span), from },
    {
      spans: [
        here(rule.span, "adds nothing"),
        ...by.map((other) => there(other.span, "already says it")),
      ],
    },
  );
}

function sayEmptied(
  table: CheckedTable,
  column: string,
  value: string,
  by: readonly RowRule[],
  scope: Scope,
): void {
  const at = table.columns.find((c) => c.name === column)?.span;
  const [first, ...rest] = by;
  const place = first?.span ?? at;
  if (place === undefined) return;
  scope.desk.say(
    "P0508",
    { column, value: `"${value}"`, rules: by.map((rule) => rule.text) },
    {
      spans: [
        here(place, `leaves no ${column} "${value}"`),
        ...rest.map((rule) => there(rule.span, "…with this")),
      ],
    },
  );
}
