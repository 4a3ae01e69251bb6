import type { Progress } from "../base/progress.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import { drawTable } from "../synth/draw-table.js";
import type { Column, Table } from "../table/table.js";
import { modelOf, withTypes } from "./draw.js";
import { learn } from "./learn.js";

/** Rows that were made again, and log-probabilities of texts under the model that made them. */
interface Remade {
  readonly table: Table;
  readonly likelihoods: (column: string, texts: readonly string[]) => Float64Array | undefined;
}

/**
 * How attacks that train the plan's learner themselves make one table again, or why they can't: other rows
 * are learned as the plan says and as many drawn; `fairness` and `given` are left aside. `slow`: learning
 * takes minutes.
 */
export function remakingOf(plan: Plan, name: string, progress: Progress) {
  const { checked } = plan;
  const table = checked.tables.find((each) => each.name === name);
  const choice = plan.learners.find((each) => each.table === name);
  if (checked.privacy !== undefined) {
    return {
      kind: "unable" as const,
      reason: "each training would be charged to the privacy budget",
    };
  }
  if (table === undefined || choice === undefined) {
    return { kind: "unable" as const, reason: "nothing was learned of this table" };
  }
  if (table.columns.some((c) => c.type.kind === "ref")) {
    return { kind: "unable" as const, reason: "its rows belong to rows of another table" };
  }
  if (
    checked.learners.some(
      ({ prior, options }) => prior !== undefined || options["base"] !== undefined,
    )
  ) {
    return { kind: "unable" as const, reason: "its learner starts from another model" };
  }
  const quiet: Progress = { signal: progress.signal, report: () => undefined };
  return {
    kind: "able" as const,
    learner: choice.name,
    slow: choice.name === "language",
    make: (rows: Table, seed: string) => remake(plan, table, narrowed(rows), seed, quiet),
  };
}

async function remake(
  plan: Plan,
  table: CheckedTable,
  rows: Table,
  seed: string,
  progress: Progress,
): Promise<Remade> {
  const learned = await learn(plan, table, new Map([[table.name, rows]]), progress);
  if (learned.kind !== "rows") throw new RangeError(`${table.name} is not learned row by row`);
  const typed = withTypes(table, learned.columns);
  const model = await modelOf({ progress }, typed, learned.model, new Map());
  const drawn = await drawTable({
    ...{ table: typed, model, rows: rows.rows, name: table.name, seed, progress },
    learnedFrom: rows,
  });
  return {
    table: drawn.table,
    likelihoods: (column, texts) => {
      const at = model.columns.findIndex((each) => each.name === column);
      return at < 0 ? undefined : model.textLikelihoods?.(at, texts);
    },
  };
}

/** Learned categories as these rows alone would give them: a value that isn't there can't be known. */
function narrowed(table: Table): Table {
  return { ...table, columns: table.columns.map(narrowedColumn) };
}

function narrowedColumn(column: Column): Column {
  const { type } = column;
  if (column.kind !== "code" || type.kind !== "category" || type.learned !== true) return column;
  const used = new Set(column.codes);
  const levels = column.levels.filter((_, code) => used.has(code));
  const places = new Map(levels.map((level, place) => [level, place]));
  const to = column.levels.map((level) => places.get(level) ?? -1);
  const codes = column.codes.map((code) => (code < 0 ? code : (to[code] as number)));
  return { ...column, codes, levels, type: { ...type, values: levels } };
}
