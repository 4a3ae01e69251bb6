import type { ColumnType } from "./column-type.js";
import { numberFormat } from "./format-value.js";

/** Where a number column is cut into groups of rows. */
export interface Cuts {
  readonly column: string;
  /** Groups that were asked for, at most. */
  readonly most: number;
  /** A value is in the group whose number is how many edges lie at or below it. */
  readonly edges: readonly number[];
  /** The values of each group as they were found, `17 to 27`. */
  readonly labels: readonly string[];
}

/** How many groups fairness makes of a number of many values. */
export const GROUPS = { across: 4, strata: 4, influence: 10 } as const;

/** Groups of a mediator: fewer where they are crossed. */
export const mediatorGroups = (mediators: number): number =>
  mediators > 1 ? GROUPS.strata : GROUPS.influence;

/** A number of so many values, or fewer, is grouped by each of them; for influences, whose groups are crossed, by ten. */
const fewOf = (most: number): number => (most === GROUPS.influence ? most : 20);

/** Each value by itself where they are few, else at most `most` groups of about equally many rows. */
export function cutsOf(
  { name, type }: { readonly name: string; readonly type: ColumnType },
  values: Float64Array,
  most: number,
): Cuts {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = distinctAfterFirst(sorted, fewOf(most)) ?? quantiles(sorted, most);
  return { column: name, most, edges, labels: labelsOf(sorted, edges, writerOf(type)) };
}

const writerOf = (type: ColumnType): ((value: number) => string) =>
  type.kind === "bool" ? (value) => String(value !== 0) : numberFormat(type);

/** The group of a value that is present. */
export function cutOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= (edges[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The distinct values but the least; undefined where they are many. */
function distinctAfterFirst(sorted: Float64Array, few: number): readonly number[] | undefined {
  const found: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) continue;
    found.push(sorted[i] as number);
    if (found.length === few) return undefined;
  }
  return found;
}

/** Inner edges of groups of about equally many values. */
function quantiles(sorted: Float64Array, most: number): readonly number[] {
  const edges: number[] = [];
  for (let part = 1; part < most; part++) {
    const edge = sorted[Math.floor((part * sorted.length) / most)];
    if (edge !== undefined && edge > (edges.at(-1) ?? (sorted[0] as number))) edges.push(edge);
  }
  return edges;
}

function labelsOf(
  sorted: Float64Array,
  edges: readonly number[],
  write: (value: number) => string,
): readonly string[] {
  const ends = Array.from({ length: edges.length + 1 }, () => [Number.NaN, Number.NaN]);
  for (const value of sorted) {
    const end = ends[cutOf(edges, value)] as number[];
    if (Number.isNaN(end[0])) end[0] = value;
    end[1] = value;
  }
  return ends.map(([low, high]) =>
    low === high ? write(low as number) : `${write(low as number)} to ${write(high as number)}`,
  );
}
