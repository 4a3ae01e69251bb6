import { failure } from "../../base/failure.js";
import { breathe } from "../../base/progress.js";
import { stream } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import { TreeGrower } from "../../kernels/tree-grower.js";
import { type CodeColumn, columnOf, type Table } from "../../table/table.js";
import type { LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import { type ColumnModel, drawColumnAllowed } from "../tree/column-model.js";
import { fitColumn } from "../tree/fit-column.js";
import { type Predictor, prepare } from "../tree/predictors.js";
import { type SavedArray, type Shape, shapeFrom, shapeOf } from "../tree/save-parts.js";
import { loadColumn, saveColumn } from "../tree/tree-rows.js";
import { growOptions } from "../tree/trees.js";
import { ChildRows } from "./child-rows.js";
import { type ChildrenRequest, familyOf, parentCells } from "./family.js";

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
  const { counting } = family;
  const known = prepare(counting.cells, counting.levels).predictors.slice(0, -1);
  const counts = fitColumn(counting, counting.columns.length - 1, {
    ...{ grower: new TreeGrower(known, counting.rows), predictors: known, options },
  });
  const { training, order } = family;
  const { predictors, found } = prepare(training.cells, training.levels);
  const grower = new TreeGrower(predictors, training.rows);
  const models: ColumnModel[] = [];
  for (let turn = 0; turn < order.length; turn++) {
    const column = order[turn] as number;
    const { progress } = request;
    const phase = `learning ${request.table.name}.${request.columns[column]?.name}`;
    progress.report({ phase, done: turn, total: order.length, unit: "columns" });
    await breathe(progress.signal);
    const visible = family.visible(turn).map((position) => predictors[position] as Predictor);
    const fitting = { grower, found, predictors: visible, options };
    models[column] = fitColumn(training, family.own(column), fitting);
  }
  const { ref, columns, parent } = request;
  return new ChildrenModel({
    ref: { name: ref.name, type: ref.type },
    columns,
    levels: columns.map((_, at) => family.levelsOf(at)),
    order,
    parent: { key: parent.key, columns: parent.columns, levels: family.parentLevels },
    counts,
    models,
  });
}

/** All that drawing needs, and what is kept in a file. */
interface ChildrenParts extends Shape {
  readonly ref: ChildrenRequest["ref"];
  /** The columns that children depend on, with the levels that were learned. */
  readonly parent: {
    readonly key: string;
    readonly columns: readonly LearnedColumn[];
    readonly levels: Shape["levels"];
  };
  /** How many children a parent has. */
  readonly counts: ColumnModel;
  /** By column of the children. */
  readonly models: readonly ColumnModel[];
}

/** What was learned of children; bound to parents that were drawn, it draws their children. */
export class ChildrenModel {
  private readonly parts: ChildrenParts;

  constructor(parts: ChildrenParts) {
    this.parts = parts;
  }

  get columns(): readonly LearnedColumn[] {
    return this.parts.columns;
  }

  get ref(): ChildrenRequest["ref"] {
    return this.parts.ref;
  }

  /**
   * How many children each drawn parent has, as the children's ref column: codes of the parents' keys,
   * siblings together, in the parents' order. Each number is within the ref's declared bounds.
   */
  drawRefs(parents: Table, name: string, seed: number | string): CodeColumn {
    const { ref, parent } = this.parts;
    const key = columnOf(parents, parent.key);
    const cells = parentCells(parents, parent.columns, parent.levels);
    const counted: Cells = [...cells, new Float64Array(parents.rows)];
    const target = counted.length - 1;
    const random = stream(seed, name, "children", ref.name);
    const allowed = { missing: false, intervals: [ref.type.min, ref.type.max] };
    const codes: number[] = [];
    for (let row = 0; row < parents.rows; row++) {
      drawColumnAllowed(this.parts.counts, counted, target, row, allowed, random);
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
    const { ref, columns, levels, order, models, parent } = this.parts;
    return new ChildRows({
      ...{ columns, levels, order, models, counts },
      ref: { ...ref, optional: false },
      refLevels: refs.levels,
      parents: parentCells(parents, parent.columns, parent.levels),
      rowOfCode: rowsByKey(parents, parent.key),
    });
  }

  /** The model as data; real parents and children are not in it, but for values as in trees. */
  save(): SavedModel {
    const { ref, columns, levels, order, parent, counts, models } = this.parts;
    const arrays: Record<string, SavedArray> = {};
    saveColumn(arrays, parent.columns.length, counts);
    models.forEach((model, column) => {
      saveColumn(arrays, ownPlace(this.parts, column), model);
    });
    const json: SavedChildren = {
      ...{ kind: "children", ref, key: parent.key },
      own: shapeOf({ columns, levels, order }),
      parent: shapeOf({ columns: parent.columns, levels: parent.levels, order: [] }),
    };
    return { learner: "trees", version: 1, json, arrays };
  }
}

interface SavedChildren {
  readonly kind: "children";
  readonly ref: ChildrenRequest["ref"];
  readonly key: string;
  readonly own: ReturnType<typeof shapeOf>;
  readonly parent: ReturnType<typeof shapeOf>;
}

/** A model of children from what `save()` gave. */
export function loadChildren(saved: SavedModel): ChildrenModel {
  const { ref, key, own, parent } = saved.json as SavedChildren;
  const shape = shapeFrom(own);
  const above = shapeFrom(parent);
  const wide = [...above.levels, undefined, undefined, ...shape.levels, ...shape.levels];
  const parts = { ...shape, parent: { ...above, key } };
  return new ChildrenModel({
    ...{ ...parts, ref },
    counts: loadColumn(saved.arrays, above.columns.length, [...above.levels, undefined]),
    models: shape.columns.map((_, column) =>
      loadColumn(saved.arrays, ownPlace(parts, column), wide),
    ),
  });
}

/** Where a column of the children stands beside their parent's, as trees see it. */
function ownPlace(
  { columns, parent }: Pick<ChildrenParts, "columns" | "parent">,
  column: number,
): number {
  return parent.columns.length + 2 + columns.length + column;
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
