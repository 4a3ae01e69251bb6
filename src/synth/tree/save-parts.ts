import { impossible } from "../../base/failure.js";
import { parentsOf, type Tree } from "../../kernels/decision-tree.js";
import type { Observed } from "../observed.js";
import { ObservedCodes } from "../observed-codes.js";
import { type NumberFacts, ObservedNumbers } from "../observed-numbers.js";
import type { LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";

export type SavedArray = SavedModel["arrays"][string];
type SavedArrays = SavedModel["arrays"];

/** What every model says of its columns. */
export interface Shape {
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
}

/** The shape as JSON. */
export function shapeOf({ columns, levels, order }: Shape | RowModel) {
  return { columns, levels: levels.map((labels) => labels ?? null), order };
}

export function loadShape(saved: SavedModel): Shape {
  return shapeFrom(saved.json as ReturnType<typeof shapeOf>);
}

/** What `shapeOf` gave, and whatever stands beside it. */
export function shapeFrom(json: ReturnType<typeof shapeOf>): Shape {
  return { ...json, levels: json.levels.map((labels) => labels ?? undefined) };
}

export function saveTree(arrays: Record<string, SavedArray>, name: string, tree: Tree): void {
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

export function loadTree(arrays: SavedArrays, name: string, columns: number): Tree {
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

export function saveObserved(
  arrays: Record<string, SavedArray>,
  column: number,
  observed: Observed,
): void {
  arrays[`${column}.entries`] = observed.entries;
  if (observed instanceof ObservedNumbers) saveFacts(arrays, column, observed.facts);
}

export function loadObserved(
  arrays: SavedArrays,
  column: number,
  labels: readonly string[] | undefined,
): Observed {
  const entries = arrays[`${column}.entries`] as Int32Array;
  return labels === undefined
    ? new ObservedNumbers(entries, loadFacts(arrays, column))
    : new ObservedCodes(entries, labels.length);
}

export function saveFacts(
  arrays: Record<string, SavedArray>,
  column: number,
  { distinct, rare, step, roundness }: NumberFacts,
): void {
  arrays[`${column}.distinct`] = distinct;
  arrays[`${column}.rare`] = rare;
  arrays[`${column}.steps`] = Float64Array.of(step, roundness);
}

export function loadFacts(arrays: SavedArrays, column: number): NumberFacts {
  const [step, roundness] = arrays[`${column}.steps`] as Float64Array;
  return {
    distinct: arrays[`${column}.distinct`] as Float64Array,
    rare: arrays[`${column}.rare`] as Int32Array,
    step: step ?? 0,
    roundness: roundness ?? 0,
  };
}
