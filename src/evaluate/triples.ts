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
  const crossed = crossing();
  return [...order.slice(0, MOST)]
    .sort((a, b) => a - b)
    .map((at) => {
      const [a, b, c] = all[at] as [number, number, number];
      const three = [columns[a], columns[b], columns[c]] as [
        BinnedColumn,
        BinnedColumn,
        BinnedColumn,
      ];
      return { columns: three, found: compareThree(three, crossed) };
    });
}

function compareThree(
  columns: readonly [BinnedColumn, BinnedColumn, BinnedColumn],
  crossed: Crossing,
): Compared {
  const real = crossed("real", columns) as Float64Array;
  const found = similarity(real, crossed("synthetic", columns) as Float64Array);
  const held = crossed("holdout", columns);
  return held === undefined ? found : { ...found, reference: similarity(real, held) };
}

type Side = "real" | "synthetic" | "holdout";
type Crossing = (
  side: Side,
  columns: readonly [BinnedColumn, BinnedColumn, BinnedColumn],
) => Float64Array | undefined;

/** Counts of three columns; the codes of the first two together are kept for the triples that share them. */
function crossing(): Crossing {
  const kept = new Map<Side, { of: readonly BinnedColumn[]; codes: Uint32Array }>();
  return (side, [x, y, z]) => {
    const [first, second, third] = [x[side], y[side], z[side]];
    if (first === undefined || second === undefined || third === undefined) return undefined;
    const [ySize, zSize] = [y.bins.labels.length, z.bins.labels.length];
    let known = kept.get(side);
    if (known === undefined || known.of[0] !== x || known.of[1] !== y) {
      const codes = new Uint32Array(first.length);
      for (let row = 0; row < codes.length; row++) {
        codes[row] = (first[row] as number) * ySize + (second[row] as number);
      }
      known = { of: [x, y], codes };
      kept.set(side, known);
    }
    return tally(known.codes, third, zSize, x.bins.labels.length * ySize * zSize);
  };
}

function tally(pairs: Uint32Array, third: Uint8Array, size: number, cells: number): Float64Array {
  const counts = new Uint32Array(cells);
  for (let row = 0; row < pairs.length; row++) {
    const cell = (pairs[row] as number) * size + (third[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return Float64Array.from(counts);
}
