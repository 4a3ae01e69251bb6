import { here, remedy } from "../base/diagnose.js";
import type { CheckedOutput, CheckedSource } from "../ir/checked.js";
import { blocksOf, type GenerateBlock } from "../ir/spec.js";
import { constantNumber } from "./constant.js";
import { condition } from "./lower.js";
import { sayUnknown } from "./resolve.js";
import type { Scope, TableEntry } from "./scope.js";
import { usualWriter } from "./writers.js";

/** What will be generated; an output without a name takes that of its table. */
export function checkedOutputs(scope: Scope, sources: readonly CheckedSource[]): CheckedOutput[] {
  const taken = new Map<string, GenerateBlock>();
  const outputs: CheckedOutput[] = [];
  for (const block of blocksOf(scope.desk.spec, "generate")) {
    const table = tableOf(block, scope);
    const name = nameOf(block, table, taken, scope);
    taken.set(name, block);
    const rows = rowsOf(block, scope);
    if (table === undefined || rows === undefined) continue;
    outputs.push(outputOf(block, table, { name, rows }, scope, sources));
  }
  return outputs;
}

function outputOf(
  block: GenerateBlock,
  table: TableEntry,
  { name, rows }: { name: string; rows: number },
  scope: Scope,
  sources: readonly CheckedSource[],
): CheckedOutput {
  const place: Scope = { ...scope, table };
  const given = block.given === undefined ? undefined : condition(block.given, place);
  const seed = block.seed === undefined ? 1 : constantNumber(block.seed, scope, "the seed");
  const writer = block.like === undefined ? undefined : (block.like.by?.text ?? usualWriter(scope));
  if (writer !== undefined) scope.desk.use("writer", writer);
  const known = [...sources.map((source) => source.name), ...scope.tables.keys()];
  for (const name of [block.beside, block.completed]) {
    if (name === undefined) continue;
    if (!known.includes(name.text)) sayUnknown(scope, "source", name, known);
    scope.desk.use("source", name.text);
  }
  return {
    name,
    table: table.name,
    rows,
    ...(given === undefined || block.given === undefined
      ? {}
      : { given, givenText: scope.desk.text(block.given.span) }),
    ...(block.like === undefined
      ? {}
      : { like: { prompt: block.like.prompt.value, ...(writer === undefined ? {} : { writer }) } }),
    ...(block.beside === undefined ? {} : { beside: block.beside.text }),
    ...(block.completed === undefined ? {} : { completed: block.completed.text }),
    seed: seed ?? 1,
    span: block.span,
  };
}

function nameOf(
  block: GenerateBlock,
  table: TableEntry | undefined,
  taken: ReadonlyMap<string, GenerateBlock>,
  scope: Scope,
): string {
  if (block.name !== undefined) {
    const first = taken.get(block.name.text);
    if (first !== undefined) {
      const parameters = {
        what: "output",
        name: block.name.text,
        line: scope.desk.line(first.span),
      };
      scope.desk.say("P0201", parameters, { spans: [here(block.name.span, "here again")] });
    }
    return block.name.text;
  }
  const base = table?.name ?? "rows";
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}${i}`;
  return name;
}

/** The table to generate: named, or the only one. */
function tableOf(block: GenerateBlock, scope: Scope): TableEntry | undefined {
  const tables = [...scope.tables.values()];
  if (block.completed !== undefined && block.of === undefined) {
    const of = block.completed.text;
    return (
      scope.tables.get(of) ??
      tables.find((table) => table.node.source?.name.text === of) ??
      tables[0]
    );
  }
  if (block.of !== undefined && block.of.text !== "rows") {
    const named = scope.tables.get(block.of.text);
    if (named === undefined) sayUnknown(scope, "table", block.of, [...scope.tables.keys(), "rows"]);
    return named;
  }
  if (tables.length <= 1) return tables[0];
  const at = block.of?.span ?? block.span;
  scope.desk.say(
    "P1004",
    { problem: "which", tables: tables.map((table) => table.name) },
    {
      spans: [here(at, "rows of which table?")],
      try: tables.slice(0, 1).map((table) => remedy(`write ${table.name}`, at, table.name)),
    },
  );
  return undefined;
}

function rowsOf(block: GenerateBlock, scope: Scope): number | undefined {
  if (block.count === undefined) {
    if (block.completed !== undefined) return 0;
    scope.desk.say("P1004", { problem: "none" }, { spans: [here(block.span)] });
    return undefined;
  }
  const rows = constantNumber(block.count, scope, "the number of rows");
  if (rows === undefined) return undefined;
  if (Number.isInteger(rows) && rows > 0) return rows;
  const found = scope.desk.text(block.count.span);
  scope.desk.say("P1004", { problem: "count", found }, { spans: [here(block.count.span)] });
  return undefined;
}
