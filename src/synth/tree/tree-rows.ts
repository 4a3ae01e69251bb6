import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { LeafSampler } from "../../kernels/leaf-sample.js";
import { ShapedRows } from "../shaped-rows.js";
import type { BatchState, RowModel, SavedModel } from "../synthesizer.js";
import { type ColumnModel, drawColumn, drawColumnAllowed, drawnFrom } from "./column-model.js";
import {
  loadObserved,
  loadShape,
  loadTree,
  type SavedArray,
  type Shape,
  saveObserved,
  saveTree,
  shapeOf,
} from "./save-parts.js";

/** What `trees` and `independent` have learned: a model for each column given those before it. */
export class TreeRows extends ShapedRows implements RowModel {
  readonly learner: string;
  private readonly models: readonly ColumnModel[];
  private readonly sampler: LeafSampler;

  constructor(learner: string, shape: Shape, models: readonly ColumnModel[]) {
    super(shape);
    this.learner = learner;
    this.models = models;
    this.sampler = new LeafSampler(models.flatMap(drawnFrom));
  }

  begin(): BatchState {
    return undefined;
  }

  drawFree(
    _state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const model = this.models[column] as ColumnModel;
    drawColumn(model, cells, column, from, to, random, this.sampler);
  }

  drawAllowed(
    _state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const model = this.models[column] as ColumnModel;
    return drawColumnAllowed(model, cells, column, row, allowed, random);
  }

  save(): SavedModel {
    const arrays: Record<string, SavedArray> = {};
    this.models.forEach((model, column) => {
      saveColumn(arrays, column, model);
    });
    return { learner: this.learner, version: 1, json: shapeOf(this), arrays };
  }
}

/** A column's model as arrays under its position. */
export function saveColumn(
  arrays: Record<string, SavedArray>,
  column: number,
  { missing, present }: ColumnModel,
): void {
  if (missing !== undefined) {
    saveTree(arrays, `${column}.missing`, missing.tree);
    arrays[`${column}.missing.share`] = missing.share;
  }
  saveTree(arrays, `${column}.value`, present.tree);
  saveObserved(arrays, column, present.observed);
}

/** A column's model from its arrays. */
export function loadColumn(
  arrays: SavedModel["arrays"],
  column: number,
  levels: readonly (readonly string[] | undefined)[],
): ColumnModel {
  const share = arrays[`${column}.missing.share`] as Float64Array | undefined;
  const present = {
    tree: loadTree(arrays, `${column}.value`, levels.length),
    observed: loadObserved(arrays, column, levels[column]),
  };
  if (share === undefined) return { present };
  return {
    missing: { tree: loadTree(arrays, `${column}.missing`, levels.length), share },
    present,
  };
}

/** A model of this family from what `save()` gave. */
export function loadTreeRows(saved: SavedModel): TreeRows {
  const shape = loadShape(saved);
  const { levels } = shape;
  const models = shape.columns.map((_, column) => loadColumn(saved.arrays, column, levels));
  return new TreeRows(saved.learner, shape, models);
}
