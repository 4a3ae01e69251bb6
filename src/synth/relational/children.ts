import { breathe } from "../../base/progress.js";
import { stream } from "../../base/random.js";
import type { Cells } from "../../constraint/guide.js";
import { TreeGrower } from "../../kernels/tree-grower.js";
import type { CodeColumn, Table } from "../../table/table.js";
import { addUpTo, parentOfRows } from "../cardinality.js";
import { findGap, type NumbersAt } from "../gaps/find-gaps.js";
import { type Gap, GapColumn, sayGap, typeOfGap } from "../gaps/gap.js";
import type { LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import type { Training } from "../training.js";
import { type ColumnModel, drawColumnAllowed } from "../tree/column-model.js";
import { fitColumn } from "../tree/fit-column.js";
import { type Predictor, prepare } from "../tree/predictors.js";
import { type SavedArray, type Shape, shapeFrom, shapeOf } from "../tree/save-parts.js";
import { loadColumn, saveColumn } from "../tree/tree-rows.js";
import { growOptions } from "../tree/trees.js";
import { type BoundRef, ChildRows } from "./child-rows.js";
import {
  type Above,
  type ChildrenRequest,
  type Family,
  type FurtherRef,
  familyOf,
  type ParentTable,
  parentCells,
  rowsByKey,
} from "./family.js";
import { drawFurther, type FurtherRequest } from "./further.js";
import { fitLast, fitLink, type LinkModel, loadLink, saveLink } from "./links.js";
import { refColumn } from "./ref-tests.js";

/**
 * Learn children given their parents, by trees: first how many a parent has, from the parent's columns;
 * then each column of a child from its parent, the number and position among its siblings, the sibling
 * before it, and the child's columns before. Throws P0914 when no child names a known parent.
 */
export async function fitChildren(request: ChildrenRequest): Promise<ChildrenModel> {
  const family = familyOf(request);
  const options = growOptions(request.options);
  const counts = fitLast(family.counting, options);
  const { order } = family;
  const { training, gaps } = gapsOf(family);
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
  const { ref, columns, parent, further = [] } = request;
  const above = (source: ParentTable, at: number) => {
    const levels = family.parentLevels[at] as Shape["levels"];
    return { key: source.key, columns: source.columns, levels };
  };
  return new ChildrenModel({
    ref: { name: ref.name, type: ref.type },
    columns,
    levels: columns.map((_, at) => family.levelsOf(at)),
    order,
    parent: above(parent, 0),
    further: further.map((each, at) => ({
      ref: each.ref,
      parent: above(each.parent, at + 1),
      link: fitLink(family, at, each, options),
    })),
    perParent: family.perParent,
    ...{ counts, models, gaps },
  });
}

/**
 * The training with gaps in place of columns that lie near a parent's or one of the row's own. Measured from the sibling
 * before, dates would drift away, row after row.
 */
function gapsOf(family: Family): { readonly training: Training; readonly gaps: readonly Gap[] } {
  const { training, order, above } = family;
  const first = family.own(0);
  const numbersAt = (at: number): NumbersAt[] => {
    const { type } = training.columns[at] as LearnedColumn;
    const values = training.cells[at];
    const isNear = at < above || at >= first;
    return values instanceof Float64Array && isNear ? [{ at, type, values }] : [];
  };
  const columns = [...training.columns];
  const cells = [...training.cells];
  const gaps = order.flatMap((column, turn): Gap[] => {
    const own = family.own(column);
    const [target] = numbersAt(own);
    const found = target && findGap(target, family.visible(turn).flatMap(numbersAt));
    if (target === undefined || found === undefined) return [];
    const frame = new GapColumn(found, target.type);
    const from = training.cells[found.from] as Float64Array;
    cells[own] = target.values.map((value, row) => frame.gapOf(value, from[row] as number));
    columns[own] = { ...(columns[own] as LearnedColumn), type: typeOfGap(target.type, found) };
    return [{ ...found, column }];
  });
  return { training: { ...training, columns, cells }, gaps };
}

/** All that drawing needs, and what is kept in a file. */
interface ChildrenParts extends Shape {
  readonly ref: ChildrenRequest["ref"];
  readonly parent: Above;
  readonly further: readonly {
    readonly ref: FurtherRef["ref"];
    readonly parent: Above;
    readonly link: LinkModel;
  }[];
  /** How many children a parent has on average. */
  readonly perParent: number;
  /** How many children a parent has. */
  readonly counts: ColumnModel;
  /** By column of the children. */
  readonly models: readonly ColumnModel[];
  readonly gaps: readonly Gap[];
}

/** Parents that a further ref leads to, and the column that does. */
export interface BoundParents {
  readonly parents: Table;
  readonly refs: CodeColumn;
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

  /** How many children a parent has on average. */
  get perParent(): number {
    return this.parts.perParent;
  }

  /** What learning has to say, as sentences for the report. */
  get notes(): readonly string[] {
    const { columns, parent, further, gaps } = this.parts;
    const above = [parent, ...further.map((each) => each.parent)].flatMap((each) => each.columns);
    return gaps.map(({ column, from }) => {
      const own = columns[from - above.length - 2 - columns.length];
      return sayGap(columns, column, (own ?? above[from])?.name);
    });
  }

  /**
   * How many children each drawn parent has, as the children's ref column: codes of the parents' keys,
   * siblings together, in the parents' order. Each number is within the ref's declared bounds; with `total`
   * they add up to it.
   *
   * @throws Failure P1409 where no numbers within the bounds do.
   */
  drawRefs(
    { table, parents, total }: { table: string; parents: Table; total?: number | undefined },
    name: string,
    seed: number | string,
  ): CodeColumn {
    const { ref, parent } = this.parts;
    const cells = parentCells(parents, parent.columns, parent.levels);
    const counted: Cells = [...cells, new Float64Array(parents.rows)];
    const target = counted.length - 1;
    const random = stream(seed, name, "children", ref.name);
    const allowed = { missing: false, intervals: [ref.type.min, ref.type.max] };
    for (let row = 0; row < parents.rows; row++) {
      drawColumnAllowed(this.parts.counts, counted, target, row, allowed, random);
    }
    const counts = Uint32Array.from(counted[target] as Float64Array);
    const names = { child: table, parent: parents.name };
    if (total !== undefined) addUpTo(total, counts, ref.type, names, random);
    return refColumn(ref, parents, parent.key, parentOfRows(counts));
  }

  /** The further parents of children whose leading ones are settled; by name of the ref column. */
  drawFurther(request: FurtherRequest): ReadonlyMap<string, CodeColumn> {
    return drawFurther(this.parts, request);
  }

  /** The model of the children of these parents; the driver fixes its ref columns, the leading one and the further ones. */
  under(parents: Table, refs: CodeColumn, further: readonly BoundParents[] = []): RowModel {
    const counts = new Map<number, number>();
    for (const code of refs.codes) counts.set(code, (counts.get(code) ?? 0) + 1);
    const { ref, columns, levels, order, models, gaps, parent } = this.parts;
    const bound = (known: Above, to: Table, column: CodeColumn, optional: boolean): BoundRef => ({
      ref: { name: column.name, type: column.type, optional },
      refLevels: column.levels,
      cells: parentCells(to, known.columns, known.levels),
      rowOfCode: rowsByKey(to, known.key),
    });
    return new ChildRows({
      ...{ columns, levels, order, models, gaps, counts },
      refs: [
        bound(parent, parents, { ...refs, name: ref.name }, false),
        ...this.parts.further.map((each, at) => {
          const { parents: to, refs: column } = further[at] as BoundParents;
          return bound(each.parent, to, column, each.ref.optional);
        }),
      ],
    });
  }

  /** The model as data; real parents and children are not in it, but for values as in trees. */
  save(): SavedModel {
    const { ref, columns, levels, order, parent, further, perParent, counts, models, gaps } =
      this.parts;
    const arrays: Record<string, SavedArray> = {};
    saveColumn(arrays, parent.columns.length, counts);
    models.forEach((model, column) => {
      saveColumn(arrays, ownPlace(this.parts, column), model);
    });
    for (const [at, { link }] of further.entries()) saveLink(arrays, `further ${at}`, link);
    const above = ({ columns: own, levels: known }: Above) =>
      shapeOf({ columns: own, levels: known, order: [] });
    const json: SavedChildren = {
      ...{ kind: "children", ref, key: parent.key, perParent, gaps },
      own: shapeOf({ columns, levels, order }),
      parent: above(parent),
      further: further.map((each) => ({
        ...{ ref: each.ref, key: each.parent.key, parent: above(each.parent) },
      })),
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
  /** Not in files of earlier versions. */
  readonly perParent?: number;
  readonly gaps?: readonly Gap[];
  readonly further?: readonly {
    readonly ref: FurtherRef["ref"];
    readonly key: string;
    readonly parent: ReturnType<typeof shapeOf>;
  }[];
}

/** A model of children from what `save()` gave. */
export function loadChildren(saved: SavedModel): ChildrenModel {
  const { ref, key, own, parent, further = [], perParent, gaps = [] } = saved.json as SavedChildren;
  const { arrays } = saved;
  const shape = shapeFrom(own);
  const above = { ...shapeFrom(parent), key };
  const others = further.map((each) => ({
    ...each,
    parent: { ...shapeFrom(each.parent), key: each.key },
  }));
  const head = [...above.levels, ...others.flatMap((each) => each.parent.levels)];
  const wide = [...head, undefined, undefined, ...shape.levels, ...shape.levels];
  const parts = { ...shape, parent: above, further: others };
  return new ChildrenModel({
    ...{ ...parts, ref, gaps },
    further: others.map((each, at) => ({
      ...{ ref: each.ref, parent: each.parent },
      link: loadLink(arrays, `further ${at}`, each.parent.levels, head.length + 3),
    })),
    perParent: perParent ?? Math.max(1, (ref.type.min + ref.type.max) / 2),
    counts: loadColumn(arrays, above.columns.length, [...above.levels, undefined]),
    models: shape.columns.map((_, column) => loadColumn(arrays, ownPlace(parts, column), wide)),
  });
}

/** Where a column of the children stands beside their parents', as trees see it. */
function ownPlace(
  {
    columns,
    parent,
    further,
  }: Pick<ChildrenParts, "columns"> & {
    readonly parent: Pick<Above, "columns">;
    readonly further: readonly { readonly parent: Pick<Above, "columns"> }[];
  },
  column: number,
): number {
  const above = further.reduce(
    (sum, each) => sum + each.parent.columns.length,
    parent.columns.length,
  );
  return above + 2 + columns.length + column;
}
