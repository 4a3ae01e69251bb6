import { stream } from "../base/random.js";
import type { BinnedColumn, Compared } from "./binned.js";
import { similarity } from "./similarity.js";

/** Triples that are compared at most; beyond that a seeded sample of them. */
const MOST = 500;

export interface Triple {
  readonly columns: readonly [BinnedColumn, BinnedColumn, BinnedColumn];
  readonly found: Compared;
}

/** How alike the joint shares of three columns are, for all triples or a sample of them. */
export function compareTriples(
  columns: readonly BinnedColumn[],
  seed: number | string,
): readonly Triple[] {
  const all: [number, number, number][] = [];
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) {
      for (let c = b + 1; c < columns.length; c++) all.push([a, b, c]);
    }
  }
  const order = Uint32Array.from(all.keys());
  if (all.length > MOST) stream(seed, "triples").shuffle(order);
  return [...order.slice(0, MOST)]
    .sort((a, b) => a - b)
    .map((at) => {
      const [a, b, c] = all[at] as [number, number, number];
      const three = [columns[a], columns[b], columns[c]] as [
        BinnedColumn,
        BinnedColumn,
        BinnedColumn,
      ];
      return { columns: three, found: compareThree(three) };
    });
}

function compareThree(columns: readonly [BinnedColumn, BinnedColumn, BinnedColumn]): Compared {
  const real = count(columns, (column) => column.real);
  const found = similarity(
    real,
    count(columns, (column) => column.synthetic),
  );
  if (columns.some((column) => column.holdout === undefined)) return found;
  const held = count(columns, (column) => column.holdout as Uint8Array);
  return { ...found, reference: similarity(real, held) };
}

function count(
  columns: readonly [BinnedColumn, BinnedColumn, BinnedColumn],
  of: (column: BinnedColumn) => Uint8Array,
): Float64Array {
  const [x, y, z] = columns.map(of) as [Uint8Array, Uint8Array, Uint8Array];
  const [, ySize, zSize] = columns.map((column) => column.bins.labels.length) as [
    number,
    number,
    number,
  ];
  const counts = new Float64Array((columns[0].bins.labels.length as number) * ySize * zSize);
  for (let row = 0; row < x.length; row++) {
    const cell = ((x[row] as number) * ySize + (y[row] as number)) * zSize + (z[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}
