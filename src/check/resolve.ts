import { here, remedy } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type { Expression, Name } from "../ir/expression.js";
import { truth } from "./fold.js";
import { UNKNOWN } from "./kind.js";
import type { ColumnEntry, Scope, TableEntry, Typed } from "./scope.js";

type NameExpression = Extract<Expression, { kind: "name" }>;

/** Say P0203 for a name, with the nearest of `candidates`. */
export function sayUnknown(
  scope: Pick<Scope, "desk">,
  what: string,
  name: Name,
  candidates: readonly string[],
  of?: string,
): void {
  const suggestion = suggest(name.text, candidates);
  const owner = of ?? "this spec";
  scope.desk.sayOnce(
    "P0203",
    {
      what,
      name: name.text,
      ...(of === undefined ? {} : { of }),
      ...(suggestion === undefined ? {} : { suggestion }),
    },
    {
      spans: [
        here(name.span, suggestion === undefined ? "not declared" : `did you mean ${suggestion}?`),
      ],
      because: candidates.length === 0 ? [] : [`${owner} has: ${candidates.join(", ")}`],
      try: suggestion === undefined ? [] : [remedy(`write ${suggestion}`, name.span, suggestion)],
    },
  );
}

/** A column, a param, or `parent.column` of a place in the spec. */
export function resolveName(expression: NameExpression, scope: Scope): Typed {
  const unknown: Typed = { formula: truth(true), kind: UNKNOWN, span: expression.span };
  const [first, second, third] = expression.path;
  if (first === undefined) return unknown;
  if (third !== undefined) {
    const path = expression.path.map((name) => name.text).join(".");
    const parameters = {
      path,
      table: scope.table?.name ?? "this spec",
      problem: "too-long",
    } as const;
    scope.desk.say("P0204", parameters, { spans: [here(expression.span)] });
    return unknown;
  }
  if (second !== undefined) return resolvePath(first, second, expression, scope) ?? unknown;
  const column = scope.table?.columns.get(first.text);
  if (column !== undefined) return useColumn(column, undefined, expression, scope);
  const param = scope.params.get(first.text);
  if (param !== undefined) {
    scope.desk.use("param", first.text);
    return { formula: param.formula, kind: param.kind, span: expression.span };
  }
  const candidates = [...(scope.table?.columns.keys() ?? []), ...scope.params.keys()];
  if (scope.constant !== undefined) sayUnknown(scope, "param", first, [...scope.params.keys()]);
  else sayUnknown(scope, "column", first, candidates, scope.table?.name);
  return unknown;
}

function useColumn(
  column: ColumnEntry,
  via: string | undefined,
  expression: NameExpression,
  scope: Scope,
): Typed {
  const { span } = expression;
  if (scope.constant !== undefined) {
    scope.desk.say(
      "P0310",
      { what: scope.constant, uses: column.name },
      { spans: [here(span, "a column")] },
    );
    return { formula: truth(true), kind: UNKNOWN, span };
  }
  if (via === undefined) scope.reads?.add(column.name);
  const formula = {
    op: "column" as const,
    name: column.name,
    ...(via === undefined ? {} : { via }),
  };
  const kind = column.sound ? column.kind : UNKNOWN;
  const key = via === undefined ? column.name : `${via}.${column.name}`;
  const guarded = scope.present === "all" || scope.present.has(key);
  return column.optional && !guarded ? { formula, kind, span, gap: key } : { formula, kind, span };
}

function resolvePath(
  first: Name,
  second: Name,
  expression: NameExpression,
  scope: Scope,
): Typed | undefined {
  const table = scope.table;
  const ref = table?.columns.get(first.text);
  if (table !== undefined && ref === undefined && first.text === table.name) {
    const own = table.columns.get(second.text);
    if (own !== undefined) return useColumn(own, undefined, expression, scope);
    sayUnknown(scope, "column", second, [...table.columns.keys()], table.name);
    return undefined;
  }
  if (table === undefined || ref === undefined || ref.type.kind !== "ref") {
    if (ref === undefined || ref.sound) sayNoPath(first, expression, scope, ref);
    return undefined;
  }
  const parent = scope.tables.get(ref.type.table);
  if (parent === undefined) return undefined;
  if (parent === table) {
    const path = expression.path.map((name) => name.text).join(".");
    const parameters = { path, table: table.name, problem: "itself" } as const;
    scope.desk.say("P0204", parameters, { spans: [here(expression.span)] });
    return undefined;
  }
  scope.reads?.add(ref.name);
  const column = parent.columns.get(second.text);
  if (column !== undefined) return useColumn(column, ref.name, expression, scope);
  sayUnknown(scope, "column", second, [...parent.columns.keys()], parent.name);
  return undefined;
}

function refTo(table: TableEntry | undefined, target: string): ColumnEntry | undefined {
  return [...(table?.columns.values() ?? [])].find(
    (column) => column.type.kind === "ref" && column.type.table === target,
  );
}

function sayNoPath(
  first: Name,
  expression: NameExpression,
  scope: Scope,
  own: ColumnEntry | undefined,
): void {
  const path = expression.path.map((name) => name.text).join(".");
  const table = scope.table?.name ?? "this place";
  const spans = [here(first.span)];
  if (own !== undefined) {
    scope.desk.say("P0204", { path, table, problem: "not-ref", towards: first.text }, { spans });
    return;
  }
  if (!scope.tables.has(first.text)) {
    const refs = [...(scope.table?.columns.values() ?? [])].filter((c) => c.type.kind === "ref");
    sayUnknown(
      scope,
      "ref column",
      first,
      refs.map((c) => c.name),
      scope.table?.name,
    );
    return;
  }
  const ref = refTo(scope.table, first.text);
  if (ref !== undefined) {
    scope.desk.say(
      "P0204",
      { path, table, problem: "not-ref", towards: first.text },
      {
        spans,
        because: [
          `${first.text} is a table; the way to a row of it is the \`ref\` column ${ref.name}`,
        ],
        try: [remedy(`write ${ref.name}`, first.span, ref.name)],
      },
    );
    return;
  }
  const back = refTo(scope.tables.get(first.text), table);
  const because =
    back === undefined
      ? []
      : [
          `a row of ${table} may have many ${first.text}; go the other way: \`${back.name}.…\` in ${first.text}`,
        ];
  scope.desk.say(
    "P0204",
    { path, table, problem: "no-ref", towards: first.text },
    { spans, because },
  );
}
