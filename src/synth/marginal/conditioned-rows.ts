import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import type { Box } from "../../constraint/boxes.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { BatchState, Conditioned, RowModel, SavedModel } from "../synthesizer.js";

/** A model of rows inside one box of a condition. */
export interface BoxRows extends RowModel {
  /** `drawFree` for rows that need not stand together. */
  drawRows(cells: Cells, column: number, rows: Int32Array, random: Random): void;
  /** The model inside each of some disjoint boxes that has a probability. */
  split(boxes: readonly Box[]): readonly BoxPart[];
}

/** One box of a condition: its probability, and the model inside it. */
export interface BoxPart {
  readonly share: number;
  readonly model: BoxRows;
}

/** So many boxes at a time; more are left to weights. */
const MOST_PARTS = 256;

/** The mixture of a model's boxes; see `RowModel.condition`. */
export function mixtureOf(parts: readonly BoxPart[], of: RowModel): Conditioned | undefined {
  if (parts.length > MOST_PARTS) return undefined;
  if (parts.length === 0) return { model: of, probability: 0 };
  const probability = Math.min(
    1,
    parts.reduce((sum, { share }) => sum + share, 0),
  );
  return { model: new ConditionedRows(parts), probability };
}

/**
 * Rows under a condition that is a union of disjoint boxes: each row belongs to one box, as often as its
 * share says (rounded counts, systematic sampling), and follows the model inside it.
 */
class ConditionedRows implements RowModel {
  readonly learner: string;
  readonly isBound = true;
  readonly columns: RowModel["columns"];
  readonly levels: RowModel["levels"];
  readonly order: readonly number[];
  private readonly parts: readonly BoxPart[];

  constructor(parts: readonly BoxPart[]) {
    const { learner, columns, levels, order } = (parts[0] as BoxPart).model;
    this.learner = learner;
    this.columns = columns;
    this.levels = levels;
    this.order = order;
    this.parts = parts;
  }

  condition(boxes: readonly Box[]): Conditioned | undefined {
    const total = this.parts.reduce((sum, { share }) => sum + share, 0);
    const parts = this.parts.flatMap(({ share, model }) =>
      model.split(boxes).map((part) => ({ ...part, share: (part.share * share) / total })),
    );
    return mixtureOf(parts, this);
  }

  /** The box of each row of a batch. */
  begin(rows: number, random: Random): Int32Array {
    const boxes = new Int32Array(rows);
    const total = this.parts.reduce((sum, { share }) => sum + share, 0);
    let point = random.uniform();
    let cumulated = 0;
    let at = 0;
    for (const [box, { share }] of this.parts.entries()) {
      cumulated += (share / total) * rows;
      for (; point < cumulated && at < rows; point++) boxes[at++] = box;
    }
    boxes.fill(this.parts.length - 1, at);
    random.shuffle(boxes);
    return boxes;
  }

  drawFree(
    state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const boxes = state as Int32Array;
    const members: number[][] = this.parts.map(() => []);
    for (let row = from; row < to; row++) members[boxes[row] as number]?.push(row);
    for (const [box, rows] of members.entries()) {
      if (rows.length === 0) continue;
      this.inside(box).drawRows(cells, column, Int32Array.from(rows), random);
    }
  }

  drawAllowed(
    state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const box = (state as Int32Array)[row] as number;
    return this.inside(box).drawAllowed(undefined, cells, column, row, allowed, random);
  }

  save(): SavedModel {
    throw impossible("a model under a condition is never saved", this.columns);
  }

  private inside(box: number): BoxRows {
    return (this.parts[box] as BoxPart).model;
  }
}
