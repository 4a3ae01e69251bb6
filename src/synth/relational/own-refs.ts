import type { Random } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import type { RefType } from "../../table/column-type.js";
import { columnOf, gather, type Table } from "../../table/table.js";
import type { LearnedColumn, LearnerOptions, SavedModel } from "../synthesizer.js";
import { type ColumnModel, drawColumn } from "../tree/column-model.js";
import { type SavedArray, shapeFrom, shapeOf } from "../tree/save-parts.js";
import { loadColumn, saveColumn } from "../tree/tree-rows.js";
import { growOptions } from "../tree/trees.js";
import { chooseParents } from "./choose-parents.js";
import { inRows, labelAt, parentCells } from "./family.js";
import { hierarchyOf, levelsBelow } from "./hierarchy.js";
import { fitLast, OTHER } from "./links.js";
import { refColumn } from "./ref-tests.js";

/** A table whose rows lead to others of it: staff to whom they report. */
export interface OwnRefRequest {
  /** The rows to learn from. */
  readonly table: Table;
  /** All rows, held out or not: who stands above whom is not told by a part of them. Only key and ref are looked at. */
  readonly whole: Table;
  readonly key: string;
  readonly ref: { readonly name: string; readonly type: RefType };
  /** Another ref whose rows keep to themselves, where there is one: staff of one company. */
  readonly group?: string;
  readonly columns: readonly LearnedColumn[];
  readonly options: LearnerOptions;
}

interface OwnRefParts {
  readonly ref: string;
  readonly key: string;
  readonly group?: string;
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  /** How many rows stand above a row, from its columns. */
  readonly depth: ColumnModel;
  /** The columns of the row that it leads to, from its own and its depth. */
  readonly wanted: readonly ColumnModel[];
  /** How many rows lead to it. */
  readonly popularity: ColumnModel;
}

/** Fewer rows that lead to others tell nothing. */
const fewestLinks = 10;
/** A ref that this share of the links agree on holds them together. */
const sameGroup = 0.98;

/**
 * Learn by trees which rows lead to which: how deep a row stands from its columns, the columns of the one above from those
 * and the row's own, and how many rows lead to it. Undefined where too few rows lead to another that is known.
 */
export function fitOwnRef(request: OwnRefRequest): OwnRefModel | undefined {
  const { table, key, ref, columns, group } = request;
  const { above, depth, counts } = hierarchyOf(request.whole, table, key, ref.name);
  const linked = Int32Array.from(above.keys()).filter((row) => (above[row] as number) >= 0);
  if (linked.length < fewestLinks || columns.length === 0) return undefined;
  const levels = columns.map(({ name }) => {
    const column = columnOf(table, name);
    return column?.kind === "code" ? column.levels : undefined;
  });
  const own = parentCells(table, columns, levels);
  const options = growOptions(request.options);
  const number: LearnedColumn = { name: "", type: { kind: "int", learned: true }, optional: false };
  const training = (cells: Cells, more: readonly LearnedColumn[], kinds: typeof levels) => ({
    rows: cells[0]?.length ?? 0,
    columns: [...columns, ...more],
    cells,
    levels: [...levels, ...kinds],
  });
  const below = own.map((values) => inRows(values, linked));
  const under = linked.map((row) => above[row] as number);
  const high = own.map((values) => inRows(values, under));
  const depths = inRows(depth, linked);
  return new OwnRefModel({
    ...{ ref: ref.name, key, columns, levels },
    ...(group !== undefined && holdsTogether(table, group, linked, above) ? { group } : {}),
    depth: fitLast(training([...own, depth], [number], [undefined]), options),
    wanted: columns.map((_, at) => {
      const cells = [...below, depths, ...high.slice(0, at + 1)];
      const more = [number, ...columns.slice(0, at + 1)];
      return fitLast(training(cells, more, [undefined, ...levels.slice(0, at + 1)]), options);
    }),
    popularity: fitLast(
      training([...own, depth, counts], [number, number], [undefined, undefined]),
      options,
    ),
  });
}

function holdsTogether(
  table: Table,
  group: string,
  linked: Int32Array,
  above: Int32Array,
): boolean {
  const column = columnOf(table, group);
  if (column === undefined) return false;
  const same = linked.filter(
    (row) => labelAt(column, row) === labelAt(column, above[row] as number),
  );
  return same.length >= sameGroup * linked.length;
}

/** What was learned of rows that lead to others of their table. */
export class OwnRefModel {
  private readonly parts: OwnRefParts;

  constructor(parts: OwnRefParts) {
    this.parts = parts;
  }

  get ref(): string {
    return this.parts.ref;
  }

  /**
   * The table with its ref anew: each row leads to one that stands a step above it, so none leads round to itself. With
   * `sorted`, rows stand below those that they lead to.
   */
  linked(table: Table, type: RefType, random: Random, sorted: boolean): Table {
    const { ref, key, columns, levels, group } = this.parts;
    const own = parentCells(table, columns, levels);
    const depth = new Float64Array(table.rows);
    drawColumn(this.parts.depth, [...own, depth], own.length, 0, table.rows, random);
    const wide: (Float64Array | Int32Array)[] = [...own, depth];
    this.parts.wanted.forEach((wanted, at) => {
      wide.push(
        levels[at] === undefined ? new Float64Array(table.rows) : new Int32Array(table.rows),
      );
      drawColumn(wanted, wide, own.length + 1 + at, 0, table.rows, random);
    });
    const wishes = wide.slice(own.length + 1);
    const popularity = new Float64Array(table.rows);
    const counted = [...own, depth, popularity];
    drawColumn(this.parts.popularity, counted, own.length + 1, 0, table.rows, random);
    const groups = group === undefined ? undefined : columnOf(table, group);
    const codes = groups?.kind === "code" ? groups.codes : new Int32Array(table.rows);
    const parents = new Int32Array(table.rows).fill(-1);
    const steps = new Int32Array(table.rows);
    for (const { upper, lower, step } of levelsBelow(depth, codes)) {
      for (const row of lower) steps[row] = step;
      const chosen = chooseParents(
        {
          states: new Int32Array(lower.length).fill(OTHER),
          columns: wishes.map((values) => inRows(values, lower)),
        },
        {
          cells: own.map((values) => inRows(values, upper)),
          popularity: inRows(popularity, upper) as Float64Array,
          ...{ min: 0, max: type.max, optional: true, random, table: table.name },
          tests: { fits: () => true, take: () => undefined },
          isFirst: () => true,
        },
      );
      chosen?.forEach((parent, at) => {
        if (parent >= 0) parents[lower[at] as number] = upper[parent] as number;
      });
    }
    const column = refColumn({ name: ref, type }, table, key, parents);
    const made = {
      ...table,
      columns: table.columns.map((each) => (each.name === ref ? column : each)),
    };
    if (!sorted) return made;
    const order = Uint32Array.from(steps.keys()).sort(
      (a, b) => (steps[a] as number) - (steps[b] as number) || a - b,
    );
    return gather(made, order);
  }

  /** The model as data. */
  save(): SavedModel {
    const { ref, key, group, columns, levels, depth, wanted, popularity } = this.parts;
    const arrays: Record<string, SavedArray> = {};
    for (const [at, part] of [depth, popularity, ...wanted].entries()) saveColumn(arrays, at, part);
    const json: SavedOwnRef = {
      ...{ ref, key, shape: shapeOf({ columns, levels, order: [] }) },
      ...(group === undefined ? {} : { group }),
    };
    return { learner: "trees", version: 1, json, arrays };
  }
}

interface SavedOwnRef {
  readonly ref: string;
  readonly key: string;
  readonly group?: string;
  readonly shape: ReturnType<typeof shapeOf>;
}

/** A model from what `save()` gave. */
export function loadOwnRef({ json, arrays }: SavedModel): OwnRefModel {
  const { shape, ...rest } = json as SavedOwnRef;
  const { columns, levels } = shapeFrom(shape);
  const wide = [...levels, undefined, ...levels, undefined, undefined];
  // A part stands in the file by its number; its values' labels are those of the column that it draws.
  const part = (at: number, labels: (typeof levels)[number]) => {
    const all: (readonly string[] | undefined)[] = [...wide, ...Array(at + 1).fill(undefined)];
    all[at] = labels;
    return loadColumn(arrays, at, all);
  };
  return new OwnRefModel({
    ...{ ...rest, columns, levels },
    depth: part(0, undefined),
    popularity: part(1, undefined),
    wanted: levels.map((labels, at) => part(at + 2, labels)),
  });
}
