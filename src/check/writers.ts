import { here } from "../base/diagnose.js";
import { namesIn } from "../base/prompt.js";
import type { Span } from "../base/source-text.js";
import { staysHere } from "../base/writer-place.js";
import { visitColumns } from "../constraint/columns-in.js";
import type { CheckedOutput, CheckedSpec, CheckedTable, CheckedWriter } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { blocksOf, type WriterBlock } from "../ir/spec.js";
import { sayUnknown } from "./resolve.js";
import { columnNames } from "./rules.js";
import type { Scope, TableEntry } from "./scope.js";
import { checkSeen } from "./sent.js";

const BACKENDS = ["openai", "llama", "offline"] as const;

/** `writer NAME = …`. */
export function checkedWriters(scope: Scope): CheckedWriter[] {
  const seen = new Set<string>();
  return blocksOf(scope.desk.spec, "writer").flatMap((block) => {
    const name = block.name.text;
    if (seen.has(name)) {
      scope.desk.say(
        "P0201",
        { what: "writer", name },
        { spans: [here(block.name.span, "here again")] },
      );
      return [];
    }
    seen.add(name);
    return writerOf(block, scope);
  });
}

function writerOf(block: WriterBlock, scope: Scope): CheckedWriter[] {
  const name = block.name.text;
  const backend = BACKENDS.find((known) => known === block.backend.text);
  const say = (problem: "backend" | "where" | "model" | "parallel"): CheckedWriter[] => {
    const span = problem === "parallel" ? block.parallel?.span : block.backend.span;
    scope.desk.say(
      "P0906",
      { writer: name, backend: block.backend.text, problem },
      { spans: [here(span ?? block.backend.span)] },
    );
    return [];
  };
  const { where, model, parallel, price } = block;
  if (backend === undefined) return say("backend");
  if (backend !== "offline" && where === undefined) return say("where");
  if (backend === "openai" && !/^https?:\/\//.test(where?.value ?? "")) return say("where");
  if (backend === "openai" && model === undefined) return say("model");
  if (parallel !== undefined && (!Number.isInteger(parallel.value) || parallel.value < 1)) {
    return say("parallel");
  }
  return [
    {
      name,
      backend,
      ...(where === undefined ? {} : { where: where.value }),
      ...(model === undefined ? {} : { model: model.value }),
      local: staysHere(backend, where?.value, model?.value),
      ...(parallel === undefined ? {} : { parallel: parallel.value }),
      ...(price === undefined ? {} : { price: { read: price[0].value, written: price[1].value } }),
      maySee: seenBy(block, scope),
    },
  ];
}

/** `may see` names columns of any table. */
function seenBy(block: WriterBlock, scope: Scope): readonly string[] {
  const tables = [...scope.tables.values()];
  const every = new Map(tables.flatMap((table) => [...table.columns]));
  const all: TableEntry | undefined =
    tables[0] === undefined ? undefined : { ...tables[0], name: "the tables", columns: every };
  return all === undefined || block.maySee === undefined
    ? []
    : columnNames(block.maySee, all, scope);
}

/** Writers that are used but nowhere declared. */
export function checkWriterNames(scope: Scope, writers: readonly CheckedWriter[]): void {
  const known = blocksOf(scope.desk.spec, "writer").map(({ name }) => name.text);
  const uses = [
    ...[...scope.tables.values()].flatMap((table) =>
      table.node.columns.flatMap(({ origin }) =>
        origin?.kind === "written" && origin.by !== undefined ? [origin.by] : [],
      ),
    ),
    ...blocksOf(scope.desk.spec, "generate").flatMap((block) =>
      block.like?.by === undefined ? [] : [block.like.by],
    ),
    ...blocksOf(scope.desk.spec, "learn").flatMap((block) =>
      block.prior === undefined ? [] : [block.prior],
    ),
  ];
  for (const name of uses) {
    scope.desk.use("writer", name.text);
    if (!known.includes(name.text))
      sayUnknown(
        scope,
        "writer",
        name,
        writers.map((w) => w.name),
      );
  }
}

/** The first writer of the spec: who writes where nobody is named. */
export function usualWriter(scope: Pick<Scope, "desk">): string | undefined {
  return blocksOf(scope.desk.spec, "writer")[0]?.name.text;
}

/**
 * What writers are told, and what they can't write: columns of real rows that would leave the machine
 * (P0907), conditions on what is written after drawing (P0908), prompted rows with relatives (P0909).
 */
export function checkWriting(spec: CheckedSpec, scope: Scope): void {
  for (const table of spec.tables) {
    for (const column of table.columns) {
      if (column.origin.kind !== "written") continue;
      const writer = spec.writers.find((each) => each.name === writerName(column.origin));
      const node = scope.tables.get(table.name)?.columns.get(column.name)?.node;
      const span = node?.origin?.span ?? column.span;
      checkSeen(column.name, namesIn(column.origin.prompt), writer, table, spec, span, scope);
    }
  }
  checkFair(spec, scope);
  const blocks = blocksOf(spec.spec, "generate");
  for (const output of spec.outputs) {
    const block = blocks.find((each) => each.span.start === output.span.start);
    const table = spec.tables.find((each) => each.name === output.table);
    if (table === undefined || block === undefined) continue;
    const given = block.given?.span ?? block.span;
    checkGiven(output, table, given, scope);
    if (output.like === undefined) continue;
    const at = block.like?.prompt.span ?? block.span;
    const learned = table.columns.filter(
      ({ type, origin }) => origin.kind === "learned" && "learned" in type && type.learned,
    );
    const writer = spec.writers.find((each) => each.name === output.like?.writer);
    const names = learned.map(({ name }) => name);
    checkSeen(output.name, names, writer, table, spec, at, scope);
    checkAlone(output, table, spec, at, scope);
  }
}

/** `learn … with prior WRITER`: by a model, into what rows tell by themselves (P0921); levels may leave (P0907). */
export function checkPriors(spec: CheckedSpec, scope: Scope): void {
  for (const block of blocksOf(spec.spec, "learn")) {
    if (block.prior === undefined) continue;
    const writer = spec.writers.find((each) => each.name === block.prior?.text);
    const learner = block.learner.text;
    const tables = spec.tables.filter(
      (table) => table.source !== undefined && (block.table?.text ?? table.name) === table.name,
    );
    const problem = priorProblem(spec, writer, learner, tables);
    if (problem !== undefined) {
      scope.desk.say("P0921", { learner, problem }, { spans: [here(block.prior.span)] });
      continue;
    }
    for (const table of tables) {
      const names = table.columns.filter(
        ({ type, origin }) => origin.kind === "learned" && type.kind === "category" && type.learned,
      );
      const sent = names.map(({ name }) => name);
      checkSeen("with prior", sent, writer, table, spec, block.prior.span, scope);
    }
  }
}

function priorProblem(
  spec: CheckedSpec,
  writer: CheckedWriter | undefined,
  learner: string,
  tables: readonly CheckedTable[],
): "privacy" | "offline" | "learner" | "child" | undefined {
  if (spec.privacy !== undefined) return "privacy";
  if (writer?.backend === "offline") return "offline";
  if (!["auto", "trees", "independent"].includes(learner)) return "learner";
  const related = tables.some(({ columns }) => columns.some(({ type }) => type.kind === "ref"));
  return related ? "child" : undefined;
}

const writerName = (origin: CheckedTable["columns"][number]["origin"]): string | undefined =>
  origin.kind === "written" ? origin.writer : undefined;

/** What is written after drawing can neither be conditioned on nor be made fair. */
function checkGiven(output: CheckedOutput, table: CheckedTable, span: Span, scope: Scope): void {
  if (output.given === undefined) return;
  const column = writtenIn(output.given, table);
  if (column !== undefined) {
    scope.desk.say("P0908", { column, by: "given" }, { spans: [here(span)] });
  }
}

function checkFair(spec: CheckedSpec, scope: Scope): void {
  const { fairness } = spec;
  const table = spec.tables.find((each) => each.name === fairness?.table);
  const block = blocksOf(spec.spec, "fairness")[0];
  if (fairness === undefined || table === undefined || block === undefined) return;
  const groups = [...fairness.across, ...fairness.rebalance.map(({ column }) => column)];
  const asked: readonly Formula[] = [
    ...groups.map((name): Formula => ({ op: "column", name })),
    ...(fairness.outcome === undefined ? [] : [fairness.outcome]),
  ];
  for (const formula of asked) {
    const column = writtenIn(formula, table);
    if (column === undefined) continue;
    scope.desk.say("P0908", { column, by: "fairness" }, { spans: [here(block.span)] });
    return;
  }
}

/** A written column that a formula reads, itself or through computed ones. */
function writtenIn(formula: Formula, table: CheckedTable): string | undefined {
  const names = new Set<string>();
  const visit = (part: Formula): void =>
    visitColumns(part, ({ name, via }) => {
      if (via !== undefined || names.has(name)) return;
      names.add(name);
      const origin = table.columns.find((column) => column.name === name)?.origin;
      if (origin?.kind === "computed") visit(origin.formula);
    });
  visit(formula);
  return table.columns.find(({ name, origin }) => origin.kind === "written" && names.has(name))
    ?.name;
}

function checkAlone(
  output: CheckedOutput,
  table: CheckedTable,
  spec: CheckedSpec,
  span: Span,
  scope: Scope,
): void {
  const related =
    table.columns.some(({ type }) => type.kind === "ref") ||
    spec.tables.some(({ columns }) =>
      columns.some(({ type }) => type.kind === "ref" && type.table === table.name),
    );
  const problem = related
    ? "related"
    : output.beside !== undefined || output.completed !== undefined
      ? "real"
      : spec.fairness?.table === table.name
        ? "fair"
        : undefined;
  if (problem === undefined) return;
  scope.desk.say("P0909", { output: output.name, problem }, { spans: [here(span)] });
}
