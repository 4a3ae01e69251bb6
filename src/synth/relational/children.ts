import { failure } from "../../base/failure.js";
import { stream } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import { type CodeColumn, columnOf, type Table } from "../../table/table.js";
import type { RowModel } from "../synthesizer.js";
import { breathe } from "../training.js";
import { type ColumnModel, drawColumnAllowed } from "../tree/column-model.js";
import { fitColumn } from "../tree/fit-column.js";
import { type Predictor, predictorsOf } from "../tree/predictors.js";
import { growOptions } from "../tree/trees.js";
import { ChildRows } from "./child-rows.js";
import { type ChildrenRequest, type Family, familyOf } from "./family.js";

/**
 * Learn children given their parents, by trees: first how many a parent has, from the parent's columns;
 * then each column of a child from its parent, the number and position among its siblings, the sibling
 * before it, and the child's columns before. Throws P0914 when no child names a known parent.
 */
export async function fitChildren(request: ChildrenRequest): Promise<ChildrenModel> {
  const family = familyOf(request);
  if (family.table.rows === 0) {
    throw failure("P0914", { table: request.table.name, ref: request.ref.name });
  }
  const options = growOptions(request.options);
  const counts = fitColumn(
    family.counting,
    family.counting.columns.length - 1,
    predictorsOf(family.counting.cells, family.counting.levels).slice(0, -1),
    options,
  );
  const { training, order } = family;
  const predictors = predictorsOf(training.cells, training.levels);
  const models: ColumnModel[] = [];
  for (let turn = 0; turn < order.length; turn++) {
    const column = order[turn] as number;
    const { progress } = request;
    const phase = `learning ${request.table.name}.${request.columns[column]?.name}`;
    progress.report({ phase, done: turn, total: order.length, unit: "columns" });
    await breathe(progress.signal);
    const allowed = family.visible(turn).map((position) => predictors[position] as Predictor);
    models[column] = fitColumn(training, family.own(column), allowed, options);
  }
  return new ChildrenModel(request, family, counts, models);
}

/** What was learned of children; bound to parents that were drawn, it draws their children. */
export class ChildrenModel {
  private readonly request: ChildrenRequest;
  private readonly family: Family;
  private readonly counts: ColumnModel;
  private readonly models: readonly ColumnModel[];

  constructor(
    request: ChildrenRequest,
    family: Family,
    counts: ColumnModel,
    models: readonly ColumnModel[],
  ) {
    this.request = request;
    this.family = family;
    this.counts = counts;
    this.models = models;
  }

  /**
   * How many children each drawn parent has, as the children's ref column: codes of the parents' keys,
   * siblings together, in the parents' order. Each number is within the ref's declared bounds.
   */
  drawRefs(parents: Table, name: string, seed: number | string): CodeColumn {
    const { ref, parent } = this.request;
    const key = columnOf(parents, parent.key);
    const cells = this.family.parentCells(parents);
    const counted: Cells = [...cells, new Float64Array(parents.rows)];
    const target = counted.length - 1;
    const random = stream(seed, name, "children", ref.name);
    const allowed = { missing: false, intervals: [ref.type.min, ref.type.max] };
    const codes: number[] = [];
    for (let row = 0; row < parents.rows; row++) {
      drawColumnAllowed(this.counts, counted, target, row, allowed, random);
      const count = (counted[target] as Float64Array)[row] as number;
      const code = key?.kind === "code" ? (key.codes[row] as number) : row;
      for (let child = 0; child < count; child++) codes.push(code);
    }
    const levels =
      key?.kind === "code"
        ? key.levels
        : Array.from({ length: parents.rows }, (_, row) => String(row + 1));
    const { name: column, type } = ref;
    return { kind: "code", name: column, type, codes: Int32Array.from(codes), levels };
  }

  /** The model of the children of these parents; the driver fixes its ref column to `refs`. */
  under(parents: Table, refs: CodeColumn): RowModel {
    const counts = new Map<number, number>();
    for (const code of refs.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
    return new ChildRows({
      ref: { ...this.request.ref, optional: false },
      columns: this.request.columns,
      refLevels: refs.levels,
      levels: this.request.columns.map((_, at) => this.family.levelsOf(at)),
      order: this.family.order,
      models: this.models,
      parents: this.family.parentCells(parents),
      counts,
      rowOfCode: rowsByKey(parents, this.request.parent.key),
    });
  }
}

/** The row of each code of the key; absent where the key is the row. */
function rowsByKey(parents: Table, key: string): Int32Array | undefined {
  const column = columnOf(parents, key);
  if (column?.kind !== "code") return undefined;
  const rows = new Int32Array(column.levels.length).fill(-1);
  column.codes.forEach((code, row) => {
    if (code >= 0) rows[code] = row;
  });
  return rows;
}
