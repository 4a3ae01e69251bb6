import type { Random } from "../../base/random.js";
import type { CheckedTable } from "../../ir/checked.js";
import type { CodeColumn, Table } from "../../table/table.js";
import { chosenColumn } from "./choose-parents.js";
import { type Above, type FurtherRef, inRows, parentCells, rowsByKey } from "./family.js";
import { drawPopularity, drawWishes, type LinkModel } from "./links.js";
import { RefTests } from "./ref-tests.js";

/** Children whose leading parents are settled. */
export interface FurtherRequest {
  readonly table: CheckedTable;
  /** The children's leading ref, siblings together. */
  readonly refs: CodeColumn;
  /** The tables that were drawn before. */
  readonly parents: ReadonlyMap<string, Table>;
  readonly random: Random;
}

interface FurtherParts {
  readonly ref: { readonly name: string; readonly type: { readonly table: string } };
  readonly parent: Above;
  readonly further: readonly {
    readonly ref: FurtherRef["ref"];
    readonly parent: Above;
    readonly link: LinkModel;
  }[];
}

/** Settle the further parents, one ref after the other, under the rules and keys that name refs alone. */
export function drawFurther(
  { ref, parent, further }: FurtherParts,
  { table, refs, parents, random }: FurtherRequest,
): ReadonlyMap<string, CodeColumn> {
  const settled = new Map<string, CodeColumn>();
  const { siblings, place } = placesOf(refs.codes);
  const known: (Float64Array | Int32Array)[] = [];
  const tests = new RefTests(table, refs.codes.length);
  const settle = (column: CodeColumn, above: Table, { columns, levels, key }: Above): void => {
    const rowOf = rowsByKey(above, key);
    const rows = rowOf === undefined ? column.codes : column.codes.map((code) => rowOf[code] ?? -1);
    for (const values of parentCells(above, columns, levels)) known.push(inRows(values, rows));
    tests.settle(column, above, key);
  };
  settle(refs, parents.get(ref.type.table) as Table, parent);
  for (const { ref: own, parent: to, link } of further) {
    const above = parents.get(own.type.table) as Table;
    const cells = parentCells(above, to.columns, to.levels);
    const { optional, type, name } = own;
    const wishes = drawWishes(link, [...known, siblings, place], to.levels, { optional, random });
    const column = chosenColumn(own, above, to.key, wishes, {
      ...{ cells, random, optional, table: table.name, tests: tests.of(name, above, to.key) },
      ...{ min: type.min, max: type.max, isFirst: (child) => place[child] === 1 },
      popularity: drawPopularity(link, cells, above.rows, random),
    });
    settled.set(name, column);
    settle(column, above, to);
  }
  return settled;
}

/** Number of siblings and place among them, from 1; siblings stand together. */
function placesOf(codes: Int32Array) {
  const counts = new Map<number, number>();
  const place = Float64Array.from(codes, (code) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count;
  });
  return { siblings: Float64Array.from(codes, (code) => counts.get(code) as number), place };
}
