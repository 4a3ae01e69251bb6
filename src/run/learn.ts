import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import type { CheckedTable } from "../ir/checked.js";
import type { LearnerChoice, Plan } from "../ir/plan.js";
import { furtherRefs, leadingRef, type RefColumn } from "../ir/refs.js";
import type { Finding } from "../ir/release.js";
import { fitWithGaps } from "../synth/gaps/fit-gaps.js";
import { loadLearner } from "../synth/registry.js";
import { type ChildrenModel, fitChildren } from "../synth/relational/children.js";
import type { OwnRefModel } from "../synth/relational/own-refs.js";
import type { FitRequest, GivenParents, LearnedColumn, RowModel } from "../synth/synthesizer.js";
import type { Scribe } from "../synth/text/scribe.js";
import type { Table } from "../table/table.js";
import type { ChildCounts } from "./child-counts.js";

/** What was learned of one table: rows by themselves, or children of a parent's rows; and which of them lead to which. */
export type Learned = LearnedRows & { readonly own?: readonly OwnRefModel[] };

type LearnedRows =
  | {
      readonly kind: "rows";
      readonly model: RowModel;
      readonly columns: readonly LearnedColumn[];
    }
  /** Rows given those that they belong to, learned under a budget. */
  | {
      readonly kind: "parented";
      readonly model: GivenParents;
      readonly ref: string;
      readonly columns: readonly LearnedColumn[];
      /** How many rows belong to one of the parent's, where that could be counted. */
      readonly counts?: ChildCounts;
    }
  | {
      readonly kind: "children";
      readonly model: ChildrenModel;
      readonly ref: string;
      readonly parent: string;
      readonly columns: readonly LearnedColumn[];
    };

/** Fit the plan's learner to the rows of a table. */
export async function learn(
  plan: Plan,
  table: CheckedTable,
  train: ReadonlyMap<string, Table>,
  progress: Progress,
  prior?: { readonly scribe: Scribe; readonly writer: string; readonly findings: Finding[] },
  base?: Table,
): Promise<Learned> {
  const choice = plan.learners.find((each) => each.table === table.name) as LearnerChoice;
  const rows = train.get(table.name) as Table;
  const columns = modelled(table, rows);
  const ref = leadingRef(plan.checked.tables, table);
  if (ref !== undefined) return learnChildren(plan, table, ref, train, choice, progress);
  const learner = await loadLearner(choice.name);
  const reason = learner.refuses({ columns, options: choice.options });
  if (reason !== undefined) {
    throw failure("P1461", { learner: choice.name, table: table.name, reason });
  }
  const learnFrom = (part: Table) => {
    const request: FitRequest = {
      table: part,
      columns,
      options: choice.options,
      first: conditionedOn(plan, table),
      seed: "fit",
      progress,
      ...(base === undefined ? {} : { base }),
    };
    // What is independent knows of no other column.
    if (choice.name === "independent") return learner.fit(request);
    return fitWithGaps(request, (own) => learner.fit(own));
  };
  if (prior === undefined) return { kind: "rows", model: await learnFrom(rows), columns };
  if (!["trees", "independent"].includes(choice.name)) {
    const reason = "a prior can be mixed into trees and independent only";
    throw failure("P1461", { learner: choice.name, table: table.name, reason });
  }
  const { fitWithPrior } = await import("../synth/text/ask-prior.js");
  const { scribe, writer } = prior;
  const { model, findings } = await fitWithPrior({ scribe, writer, table: rows, learnFrom });
  prior.findings.push(...findings);
  return { kind: "rows", model, columns };
}

async function learnChildren(
  plan: Plan,
  table: CheckedTable,
  ref: RefColumn,
  train: ReadonlyMap<string, Table>,
  choice: LearnerChoice,
  progress: Progress,
): Promise<Learned> {
  if (choice.name !== "trees") {
    const reason = "rows that belong to other rows are learned with trees";
    throw failure("P1461", { learner: choice.name, table: table.name, reason });
  }
  const { tables } = plan.checked;
  const columns = modelled(table, train.get(table.name) as Table);
  const above = ({ name, type, optional }: RefColumn) => {
    const parent = tables.find((each) => each.name === type.table) as CheckedTable;
    const rows = train.get(parent.name) as Table;
    const key = parent.columns.find((column) => column.type.kind === "id")?.name ?? "";
    return {
      ref: { name, type, optional },
      parent: { table: rows, key, columns: modelled(parent, rows) },
    };
  };
  const model = await fitChildren({
    table: train.get(table.name) as Table,
    columns,
    ...above(ref),
    further: furtherRefs(tables, table).map(above),
    ...sequenceOf(table),
    options: choice.options,
    first: conditionedOn(plan, table),
    progress,
  });
  return { kind: "children", model, ref: ref.name, parent: ref.type.table, columns };
}

/** The column by which siblings follow each other: the one that a rule says increases. */
function sequenceOf(table: CheckedTable): { readonly sequence?: string } {
  const rule = table.rules.find((each) => each.kind === "increases");
  return rule?.kind === "increases" ? { sequence: rule.column } : {};
}

/** The columns that a learner models, with the types that the data gave. */
function modelled(table: CheckedTable, rows: Table): LearnedColumn[] {
  return table.columns
    .filter(({ origin }) => origin.kind === "learned")
    .flatMap(({ name, optional }) => {
      const type = rows.columns.find((column) => column.name === name)?.type;
      return type === undefined ? [] : [{ name, optional, type }];
    });
}

/** Columns that some `given` of this table names: learned first, conditions on them are exact. */
export function conditionedOn(plan: Plan, table: CheckedTable): string[] {
  const names = new Set<string>();
  for (const output of plan.checked.outputs) {
    if (output.table === table.name) namesIn(output.given, names);
  }
  return table.columns.map((column) => column.name).filter((name) => names.has(name));
}

/** Names of the columns in a formula. */
function namesIn(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) for (const part of node) namesIn(part, names);
  else if (typeof node === "object" && node !== null) {
    const { op, name, via } = node as { op?: string; name?: string; via?: string };
    if (op === "column" && name !== undefined) names.add(via ?? name);
    else for (const part of Object.values(node)) namesIn(part, names);
  }
}
