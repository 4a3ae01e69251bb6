import { here, remedy } from "../base/diagnose.js";
import type { Span } from "../base/source-text.js";
import type { CheckedColumn, ColumnOrigin } from "../ir/checked.js";
import type { ChoiceTypeNode, ColumnNode } from "../ir/spec.js";
import { lowerComputed, lowerDistribution } from "./column-formula.js";
import { learnsText } from "./language.js";
import { sayUnknown } from "./resolve.js";
import type { ColumnEntry, Scope, TableEntry } from "./scope.js";
import { usualWriter } from "./writers.js";

/** The columns of a table with their origins; circles among formulas are said as P0206. */
export function checkedColumns(entry: TableEntry, base: Scope): CheckedColumn[] {
  const needs = new Map<string, ReadonlySet<string>>();
  const columns = [...entry.columns.values()].map((column) => {
    const reads = new Set<string>();
    const scope: Scope = { ...base, table: entry, reads };
    const origin = originOf(column, entry, scope);
    needs.set(column.name, reads);
    return checkedColumn(column, origin);
  });
  sayCircle(entry, needs, base);
  return columns;
}

function checkedColumn(column: ColumnEntry, origin: ColumnOrigin): CheckedColumn {
  const share = column.node.missing?.share;
  const { doc } = column.node;
  return {
    name: column.name,
    type: column.type,
    optional: column.optional,
    ...(share === undefined
      ? {}
      : { missingShare: share.percent ? share.value / 100 : share.value }),
    origin,
    header: column.header,
    ...(doc === undefined ? {} : { doc }),
    span: column.span,
  };
}

function originOf(column: ColumnEntry, entry: TableEntry, scope: Scope): ColumnOrigin {
  const { node } = column;
  const learns = entry.node.source !== undefined;
  switch (node.origin?.kind) {
    case "computed":
      return lowerComputed(column, node.origin, scope);
    case "drawn": {
      const drawn = lowerDistribution(column, node.origin, scope);
      if (!learns) return drawn;
      scope.desk.say(
        "P0306",
        { column: column.name, what: "distribution" },
        { spans: [here(node.origin.span)] },
      );
      return { kind: "learned" };
    }
    case "written":
      return writtenOrigin(column, node.origin, scope);
    case undefined:
      return unsaidOrigin(column, learns, scope);
  }
}

function unsaidOrigin(column: ColumnEntry, learns: boolean, scope: Scope): ColumnOrigin {
  const weights = weightsOf(column, learns, scope);
  if (learns) return isMade(column, scope) ? { kind: "plain" } : { kind: "learned" };
  if (weights !== undefined) return { kind: "weighted", weights };
  if (column.sound && !hasDomain(column)) {
    const learned = "learned" in column.type && column.type.learned && askedToLearn(column.node);
    scope.desk.say(
      "P0401",
      { column: column.name, learned },
      {
        spans: [here(column.node.type.span, "no values, range or `~`")],
        try: learned
          ? [remedy("give the table a source: `table … from SOURCE {`")]
          : [remedy('give it a range like `0..100`, values like `"a" | "b"`, or `~ normal(0, 1)`')],
      },
    );
  }
  return { kind: "plain" };
}

const askedToLearn = (node: ColumnNode): boolean => "learned" in node.type && node.type.learned;

/** Keys, and texts unless the table is learned as language: these are made anew. */
function isMade({ type }: ColumnEntry, scope: Scope): boolean {
  if (type.kind === "id" || type.kind === "ref") return true;
  if (type.kind !== "text") return false;
  const isInvented = type.like !== undefined || type.invented !== undefined;
  return isInvented || !learnsText(scope.desk.spec, scope.table?.name ?? "");
}

function hasDomain({ type }: ColumnEntry): boolean {
  switch (type.kind) {
    case "category":
      return !type.learned;
    case "int":
    case "real":
    case "money":
    case "date":
    case "datetime":
    case "duration":
      return type.min !== undefined && type.max !== undefined;
    case "bool":
    case "id":
    case "ref":
    case "text":
      return true;
  }
}

/** The weights of a choice as shares that sum to 1; undefined where it has none. */
function weightsOf(
  column: ColumnEntry,
  learns: boolean,
  scope: Scope,
): readonly number[] | undefined {
  const { type, name } = column.node;
  if (type.kind !== "choice") return undefined;
  const weights = type.values.flatMap(({ weight }) => (weight === undefined ? [] : [weight.value]));
  if (weights.length === 0) return undefined;
  if (learns) {
    scope.desk.say("P0306", { column: name.text, what: "weights" }, { spans: [here(type.span)] });
    return undefined;
  }
  return soundWeights(type, weights, column, scope) ? weights.map((w) => w / 100) : undefined;
}

function soundWeights(
  type: ChoiceTypeNode,
  weights: readonly number[],
  column: ColumnEntry,
  scope: Scope,
): boolean {
  const sum = Number(weights.reduce((a, b) => a + b, 0).toPrecision(12));
  const partly = weights.length < type.values.length;
  if (!partly && Math.abs(sum - 100) < 1e-6) return true;
  const problem = partly ? "partly" : "sum";
  scope.desk.say(
    "P0305",
    { column: column.name, weights, sum, problem },
    {
      spans: [here(type.span, partly ? "some have none" : `${sum}% in all`)],
      because: ["weights say how all rows are shared out, so they add up to 100%"],
    },
  );
  return false;
}

function writtenOrigin(
  column: ColumnEntry,
  origin: Extract<NonNullable<ColumnNode["origin"]>, { kind: "written" }>,
  scope: Scope,
): ColumnOrigin {
  const names = [...origin.prompt.value.matchAll(/\{([^{}]*)\}/g)];
  const inside = origin.prompt.span.start + 1;
  for (const match of names) {
    const start = inside + (match.index ?? 0) + 1;
    const span = { start, end: start + (match[1]?.length ?? 0) };
    promptName({ text: (match[1] ?? "").trim(), span }, scope);
  }
  if (names.length === 0) {
    scope.desk.say(
      "P0905",
      { column: column.name },
      { spans: [here(origin.prompt.span, "the same for every row")] },
    );
  }
  if (column.sound && !hasDomain(column)) {
    scope.desk.say(
      "P0401",
      { column: column.name, learned: false },
      { spans: [here(column.node.type.span, "no values or range")] },
    );
  }
  const writer = origin.by?.text ?? usualWriter(scope);
  if (writer !== undefined) scope.desk.use("writer", writer);
  return {
    kind: "written",
    prompt: origin.prompt.value,
    ...(writer === undefined ? {} : { writer }),
  };
}

/** `{column}` or `{ref.column}` in a prompt. */
function promptName(name: { readonly text: string; readonly span: Span }, scope: Scope): void {
  const [own = "", inner] = name.text.split(".");
  const column = scope.table?.columns.get(own);
  if (column !== undefined) scope.reads?.add(own);
  const through =
    inner !== undefined && column?.type.kind === "ref"
      ? scope.tables.get(column.type.table)
      : undefined;
  const isKnown = inner === undefined ? column !== undefined : through?.columns.has(inner) === true;
  if (isKnown) return;
  const table = through ?? scope.table;
  const asked = through === undefined ? name : { ...name, text: inner as string };
  sayUnknown(scope, "column", asked, [...(table?.columns.keys() ?? [])], table?.name);
}

function sayCircle(
  entry: TableEntry,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  scope: Scope,
): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] | undefined => {
    const at = path.indexOf(name);
    if (at >= 0) return path.slice(at);
    if (done.has(name)) return undefined;
    for (const next of needs.get(name) ?? []) {
      const circle = visit(next, [...path, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of needs.keys()) {
    const circle = visit(name, []);
    if (circle === undefined) continue;
    const spans = circle
      .flatMap((member) => entry.columns.get(member) ?? [])
      .map((c) => c.node.span);
    const [first, ...rest] = spans;
    if (first === undefined) return;
    scope.desk.say(
      "P0206",
      { circle },
      {
        spans: [
          here(first, "waits"),
          ...rest.map((span) => ({ ...span, label: "waits", primary: false })),
        ],
      },
    );
    return;
  }
}
