import type { Progress } from "../base/progress.js";
import type { CheckedOutput, CheckedTable } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import type { ReleasedTable, RuleOutcome } from "../ir/release.js";
import { type DrawnTable, drawTable } from "../synth/draw-table.js";
import type { RowModel } from "../synth/synthesizer.js";
import type { Table } from "../table/table.js";
import { brokenRows } from "./outcomes.js";

/** What it takes to draw one output. */
export interface DrawTask {
  readonly plan: Plan;
  /** With the types that were learned filled in. */
  readonly table: CheckedTable;
  readonly output: CheckedOutput;
  /** Draws every column that is neither computed nor made beside the model. */
  readonly model: RowModel;
  /** Real rows, for the rules' count beside the generated ones; absent under privacy. */
  readonly real?: Table;
  readonly seed: number;
  readonly progress: Progress;
}

/** Draw an output's rows under its rules and condition, and count every rule on what came out. */
export async function drawOutput(task: DrawTask): Promise<ReleasedTable> {
  const { table, output, model, seed, progress, real } = task;
  const drawn = await drawTable({
    table,
    model,
    rows: output.rows,
    name: output.name,
    seed,
    progress,
    ...(output.given === undefined ? {} : { given: output.given }),
    ...(real === undefined ? {} : { learnedFrom: real }),
  });
  return {
    name: output.name,
    table: drawn.table,
    seed,
    redrawn: drawn.redrawn,
    rules: outcomes(task, drawn.table),
    ...givenOf(output, drawn),
  };
}

function givenOf(output: CheckedOutput, { probability }: DrawnTable): Pick<ReleasedTable, "given"> {
  if (probability === undefined) return {};
  const { estimate, low, high, effectiveRows } = probability;
  return {
    given: { text: output.givenText ?? "", probability: estimate, low, high, effectiveRows },
  };
}

function outcomes(task: DrawTask, made: Table): RuleOutcome[] {
  const found: RuleOutcome[] = [];
  const { real } = task;
  for (const rule of task.table.rules) {
    if (rule.kind !== "always") continue;
    const enforcement = task.plan.rules.find((each) => each.text === rule.text)?.enforcement;
    found.push({
      text: rule.text,
      violations: brokenRows(rule.formula, made),
      checked: made.rows,
      ...(real === undefined
        ? {}
        : { realViolations: brokenRows(rule.formula, real), realChecked: real.rows }),
      ...(enforcement === undefined ? {} : { enforcement }),
    });
  }
  return found;
}
