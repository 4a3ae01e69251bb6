import { here } from "../base/diagnose.js";
import { sizeOf } from "../constraint/key-room.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import { blocksOf, type LearnBlock } from "../ir/spec.js";
import type { Scope } from "./scope.js";

/** A numeric column is cut into at most this many bins by a marginal model. */
const BINS = 64;
const DEFAULT_CELLS = 2_000_000;
/** Fewer rows or less budget than this teach a neural learner nothing. */
const MANY_ROWS = 5_000;
const SOME_BUDGET = 1;

/** Learners against sizes: P0901, P0902, P0904. */
export function checkEffort(spec: CheckedSpec, scope: Scope): void {
  for (const block of blocksOf(spec.spec, "learn")) {
    const tables =
      block.table === undefined
        ? spec.tables
        : spec.tables.filter((t) => t.name === block.table?.text);
    const learner = block.learner.text;
    const learning = tables.filter((t) => t.source !== undefined);
    if (learning.length === 0 && tables[0] !== undefined) {
      scope.desk.say(
        "P0904",
        { learner, table: tables[0].name },
        { spans: [here(block.learner.span)] },
      );
    }
    for (const table of learning) checkCells(block, table, scope);
    if (learner === "language") checkBudget(block, spec, scope);
  }
}

function checkCells(block: LearnBlock, table: CheckedTable, scope: Scope): void {
  const stated = block.options
    .find((option) => option.name.text === "cells")
    ?.operands.find((o) => o.kind === "number");
  const limit = stated?.kind === "number" ? stated.number.value : DEFAULT_CELLS;
  for (const option of block.options) {
    if (option.name.text !== "relate") continue;
    const names = option.operands.flatMap((o) => (o.kind === "word" ? [o.name.text] : []));
    const columns = table.columns.filter((column) => names.includes(column.name));
    const cells = columns.reduce((product, column) => product * binsOf(column), 1);
    if (cells <= limit) continue;
    scope.desk.say("P0901", { columns: names, cells, limit }, { spans: [here(option.span)] });
  }
}

function binsOf(column: CheckedTable["columns"][number]): number {
  const size = sizeOf(column.type) + (column.optional ? 1 : 0);
  if (column.type.kind === "category" || column.type.kind === "bool")
    return Number.isFinite(size) ? size : 1;
  return Math.min(BINS, size);
}

function checkBudget(block: LearnBlock, spec: CheckedSpec, scope: Scope): void {
  const { privacy } = spec;
  const rows = Math.max(0, ...spec.outputs.map((output) => output.rows));
  if (privacy === undefined || rows >= MANY_ROWS || privacy.epsilon >= SOME_BUDGET) return;
  const parameters = { learner: block.learner.text, rows, epsilon: privacy.epsilon, better: "aim" };
  scope.desk.say("P0902", parameters, { spans: [here(block.learner.span)] });
}
