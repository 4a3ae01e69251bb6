import { impossible } from "../base/failure.js";
import type { Random } from "../base/random.js";
import type { Box } from "../constraint/boxes.js";
import type { Allowed, Cells } from "../constraint/guide.js";
import type {
  BatchState,
  Conditioned,
  LearnedColumn,
  RowModel,
  SavedModel,
} from "./synthesizer.js";

/**
 * One model that draws the columns of several, one model after the other. A part may name columns that
 * an earlier part draws: it reads them. A column that two parts could draw is drawn by the first.
 */
export function combineModels(parts: readonly RowModel[]): RowModel {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  return only?.condition === undefined
    ? new CombinedModel(parts)
    : new ConditionableModel(parts, only);
}

interface Place {
  readonly part: number;
  readonly column: number;
}

class CombinedModel implements RowModel {
  readonly learner: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: RowModel["levels"];
  readonly order: readonly number[];
  readonly isBound: boolean;
  readonly isSlow: boolean;
  readonly gaps: NonNullable<RowModel["gaps"]>;
  private readonly parts: readonly RowModel[];
  /** For each part, the positions of its columns among all. */
  private readonly positions: readonly (readonly number[])[];
  private readonly places = new Map<number, Place>();
  private seen: { cells: Cells; own: readonly Cells[] } | undefined;

  constructor(parts: readonly RowModel[]) {
    this.parts = parts;
    this.isBound = parts.some((part) => part.isBound === true);
    this.isSlow = parts.some((part) => part.isSlow === true);
    this.gaps = parts.flatMap((part) => part.gaps ?? []);
    this.learner = parts.map((part) => part.learner).join(" + ");
    const byName = new Map<string, { column: LearnedColumn; levels: RowModel["levels"][number] }>();
    for (const part of parts) {
      for (const [i, column] of part.columns.entries()) {
        if (!byName.has(column.name)) byName.set(column.name, { column, levels: part.levels[i] });
      }
    }
    const names = [...byName.keys()];
    this.columns = [...byName.values()].map(({ column }) => column);
    this.levels = [...byName.values()].map(({ levels }) => levels);
    this.positions = parts.map((part) => part.columns.map(({ name }) => names.indexOf(name)));
    const order: number[] = [];
    for (const [part, model] of parts.entries()) {
      for (const column of model.order) {
        const position = this.positions[part]?.[column] as number;
        if (this.places.has(position)) continue;
        this.places.set(position, { part, column });
        order.push(position);
      }
    }
    this.order = order;
  }

  begin(rows: number, random: Random, spent?: BatchState): BatchState {
    const before = spent as readonly BatchState[] | undefined;
    return this.parts.map((part, at) => part.begin(rows, random, before?.[at]));
  }

  drawFree(
    state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const { part, column: inner } = this.placeOf(column);
    const states = state as readonly BatchState[];
    const own = this.ownCells(cells, part);
    this.partAt(part).drawFree(states[part], own, inner, from, to, random);
  }

  drawAllowed(
    state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const { part, column: inner } = this.placeOf(column);
    const states = state as readonly BatchState[];
    const own = this.ownCells(cells, part);
    return this.partAt(part).drawAllowed(states[part], own, inner, row, allowed, random);
  }

  save(): SavedModel {
    const saved = this.parts.map((part) => part.save());
    const arrays = saved.flatMap((model, i) =>
      Object.entries(model.arrays).map(([name, array]) => [`${i}/${name}`, array] as const),
    );
    const parts = saved.map((model) => ({ ...model, arrays: {} }));
    const json = { kind: "combined", parts };
    return { learner: this.learner, version: 1, json, arrays: Object.fromEntries(arrays) };
  }

  protected placeOf(column: number): Place {
    const place = this.places.get(column);
    if (place === undefined) throw impossible("a column that no part draws", { column });
    return place;
  }

  private partAt(part: number): RowModel {
    return this.parts[part] as RowModel;
  }

  private ownCells(cells: Cells, part: number): Cells {
    if (this.seen?.cells !== cells) {
      const own = this.positions.map((positions) =>
        positions.map((position) => cells[position] as Float64Array | Int32Array),
      );
      this.seen = { cells, own };
    }
    return this.seen.own[part] as Cells;
  }
}

/** Parts of which the first can be conditioned: exactly, as long as a condition is on its columns alone. */
class ConditionableModel extends CombinedModel {
  private readonly first: RowModel;
  private readonly others: readonly RowModel[];

  constructor(parts: readonly RowModel[], first: RowModel) {
    super(parts);
    this.first = first;
    this.others = parts.slice(1);
  }

  condition(boxes: readonly Box[]): Conditioned | undefined {
    const named = boxes.flatMap((box) => [...box.keys()]);
    if (named.some((column) => this.placeOf(column).part !== 0)) return undefined;
    const inner = boxes.map(
      (box) => new Map([...box].map(([column, own]) => [this.placeOf(column).column, own])),
    );
    const found = this.first.condition?.(inner);
    if (found === undefined) return undefined;
    return { ...found, model: combineModels([found.model, ...this.others]) };
  }
}

/** The parts of what a combined model's `save()` gave. */
export function savedParts({ json, arrays }: SavedModel): SavedModel[] {
  const { parts } = json as { readonly parts: readonly SavedModel[] };
  return parts.map((part, i) => {
    const own = Object.entries(arrays).flatMap(([name, array]) =>
      name.startsWith(`${i}/`) ? [[name.slice(`${i}/`.length), array] as const] : [],
    );
    return { ...part, arrays: Object.fromEntries(own) };
  });
}
