import { here, there } from "../base/diagnose.js";
import type { ParametersOf } from "../base/messages.js";
import type { CheckedFairness, CheckedOutput, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { choosesRows } from "../ir/goal-text.js";
import { blocksOf, type FairnessStatement } from "../ir/spec.js";
import type { Scope } from "./scope.js";

type Statement<K extends FairnessStatement["kind"]> = Extract<FairnessStatement, { kind: K }>;

/** A column has one set of shares. */
export function checkShares(statements: readonly FairnessStatement[], scope: Scope): void {
  const seen = new Map<string, Statement<"rebalance">>();
  for (const statement of statements) {
    if (statement.kind !== "rebalance") continue;
    const column = statement.column.text;
    const earlier = seen.get(column);
    if (earlier === undefined) seen.set(column, statement);
    else {
      const spans = [here(statement.span, "and these"), there(earlier.span, "these shares")];
      scope.desk.say("P0810", { problem: "twice", column }, { spans });
    }
  }
}

/** Whether the rows of the table are ones that can be chosen to meet what is asked. */
export function checkMakeable(
  spec: CheckedSpec,
  fairness: CheckedFairness,
  table: CheckedTable,
  scope: Scope,
): void {
  if (!choosesRows(fairness)) return;
  const block = blocksOf(scope.desk.spec, "fairness")[0];
  for (const output of spec.outputs) {
    const found = troubleOf(spec.tables, table, output);
    if (block === undefined || found === undefined) continue;
    const spans = [here(block.span), there(output.span, "drawn here")];
    scope.desk.say("P0811", { ...found, table: table.name, output: output.name }, { spans });
    return;
  }
}

type Trouble = Pick<ParametersOf<"P0811">, "problem" | "other">;

function troubleOf(
  tables: readonly CheckedTable[],
  table: CheckedTable,
  output: CheckedOutput,
): Trouble | undefined {
  if (output.like !== undefined) return undefined;
  const parent = parentOf(table);
  if (parent !== undefined) return { problem: "child", other: parent };
  if (output.table !== table.name) {
    const tied = tables.some((each) => parentOf(each) !== undefined);
    return tied ? { problem: "other", other: output.table } : undefined;
  }
  return output.completed === undefined ? undefined : { problem: "completed", other: table.name };
}

function parentOf({ columns }: CheckedTable): string | undefined {
  for (const { type } of columns) if (type.kind === "ref") return type.table;
  return undefined;
}
