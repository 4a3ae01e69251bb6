import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { ObservedCodes } from "../observed-codes.js";
import { type NumberFacts, ObservedNumbers } from "../observed-numbers.js";
import type { BatchState, LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import { type ColumnModel, drawColumn, drawColumnAllowed } from "./column-model.js";
import { parentsOf, type Tree } from "./tree.js";

/** What `trees` and `independent` have learned: a model for each column given those before it. */
export class TreeRows implements RowModel {
  readonly learner: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  private readonly models: readonly ColumnModel[];

  constructor(
    learner: string,
    columns: readonly LearnedColumn[],
    levels: readonly (readonly string[] | undefined)[],
    order: readonly number[],
    models: readonly ColumnModel[],
  ) {
    this.learner = learner;
    this.columns = columns;
    this.levels = levels;
    this.order = order;
    this.models = models;
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
    drawColumn(this.models[column] as ColumnModel, cells, column, from, to, random);
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
    const arrays: Record<string, Arrays> = {};
    this.models.forEach((model, column) => {
      if (model.missing !== undefined) {
        saveTree(arrays, `${column}.missing`, model.missing.tree);
        arrays[`${column}.missing.share`] = model.missing.share;
      }
      const { present } = model;
      saveTree(arrays, `${column}.value`, present.tree);
      arrays[`${column}.entries`] = present.observed.entries;
      if (present.observed instanceof ObservedNumbers) {
        const { distinct, rare, step, roundness } = present.observed.facts;
        arrays[`${column}.distinct`] = distinct;
        arrays[`${column}.rare`] = rare;
        arrays[`${column}.steps`] = Float64Array.of(step, roundness);
      }
    });
    const json = { columns: this.columns, levels: this.levels.map(orNull), order: this.order };
    return { learner: this.learner, version: 1, json, arrays };
  }
}

type Arrays = Float64Array | Int32Array | Uint8Array;
type SavedArrays = SavedModel["arrays"];

function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

function saveTree(arrays: Record<string, Arrays>, name: string, tree: Tree): void {
  arrays[`${name}.feature`] = tree.feature;
  arrays[`${name}.threshold`] = tree.threshold;
  arrays[`${name}.missingLeft`] = tree.missingLeft;
  arrays[`${name}.child`] = tree.child;
  arrays[`${name}.start`] = tree.start;
  arrays[`${name}.end`] = tree.end;
  tree.ranks.forEach((rank, column) => {
    if (rank !== undefined) arrays[`${name}.rank.${column}`] = rank;
  });
}

/** A model of this family from what `save()` gave. */
export function loadTreeRows(saved: SavedModel): TreeRows {
  const json = saved.json as {
    readonly columns: readonly LearnedColumn[];
    readonly levels: readonly (readonly string[] | null)[];
    readonly order: readonly number[];
  };
  const levels = json.levels.map((labels) => labels ?? undefined);
  const models = json.columns.map((_, column) => loadColumn(saved.arrays, column, levels));
  return new TreeRows(saved.learner, json.columns, levels, json.order, models);
}

function loadColumn(
  arrays: SavedArrays,
  column: number,
  levels: readonly (readonly string[] | undefined)[],
): ColumnModel {
  const share = arrays[`${column}.missing.share`];
  const missing =
    share === undefined
      ? undefined
      : {
          tree: loadTree(arrays, `${column}.missing`, levels.length),
          share: share as Float64Array,
        };
  const entries = arrays[`${column}.entries`] as Int32Array;
  const labels = levels[column];
  const observed =
    labels === undefined
      ? new ObservedNumbers(entries, loadFacts(arrays, column))
      : new ObservedCodes(entries, labels.length);
  const present = { tree: loadTree(arrays, `${column}.value`, levels.length), observed };
  return missing === undefined ? { present } : { missing, present };
}

function loadFacts(arrays: SavedArrays, column: number): NumberFacts {
  const [step, roundness] = arrays[`${column}.steps`] as Float64Array;
  return {
    distinct: arrays[`${column}.distinct`] as Float64Array,
    rare: arrays[`${column}.rare`] as Int32Array,
    step: step ?? 0,
    roundness: roundness ?? 0,
  };
}

function loadTree(arrays: SavedArrays, name: string, columns: number): Tree {
  const child = arrays[`${name}.child`] as Int32Array | undefined;
  if (child === undefined) throw impossible("a saved model lacks a tree", name);
  const ranks = Array.from(
    { length: columns },
    (_, column) => arrays[`${name}.rank.${column}`] as Int32Array | undefined,
  );
  return {
    feature: arrays[`${name}.feature`] as Int32Array,
    threshold: arrays[`${name}.threshold`] as Float64Array,
    missingLeft: arrays[`${name}.missingLeft`] as Uint8Array,
    child,
    parent: parentsOf(child),
    start: arrays[`${name}.start`] as Int32Array,
    end: arrays[`${name}.end`] as Int32Array,
    ranks,
  };
}
