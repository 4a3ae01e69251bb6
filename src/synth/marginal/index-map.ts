import type { Clique } from "./junction-tree.js";

/**
 * For each cell of a table over `from` (row-major, last attribute fastest) the cell of the table over
 * `onto` that it falls into; `onto` must be a subset of `from`, in any order.
 */
export function projection(from: Clique, onto: Clique, sizes: readonly number[]): Int32Array {
  return mapOf(from, stridesOf(onto, sizes), sizes);
}

/** How far apart neighbouring codes of each attribute lie in a table. */
function stridesOf(attributes: Clique, sizes: readonly number[]): Map<number, number> {
  const strides = new Map<number, number>();
  let step = 1;
  for (let i = attributes.length - 1; i >= 0; i--) {
    strides.set(attributes[i] as number, step);
    step *= sizes[attributes[i] as number] as number;
  }
  return strides;
}

function mapOf(
  from: Clique,
  strides: ReadonlyMap<number, number>,
  sizes: readonly number[],
): Int32Array {
  let map: Int32Array = Int32Array.of(0);
  for (const attribute of from) {
    const size = sizes[attribute] as number;
    const weight = strides.get(attribute) ?? 0;
    const wider = new Int32Array(map.length * size);
    for (let i = 0, at = 0; i < map.length; i++) {
      const base = map[i] as number;
      for (let value = 0; value < size; value++) wider[at++] = base + value * weight;
    }
    map = wider;
  }
  return map;
}

/** Sum `values` into `target` along a map; `target` is cleared first. */
export function sumInto(values: Float64Array, map: Int32Array, target: Float64Array): void {
  target.fill(0);
  for (let i = 0; i < values.length; i++) {
    const to = map[i] as number;
    target[to] = (target[to] as number) + (values[i] as number);
  }
}

/** A projection in runs: cells of the innermost axes that go to equally spaced cells. */
export interface RunProjection {
  /** Where each run begins in the sub-table. */
  readonly offsets: Int32Array;
  /** Cells of a run. */
  readonly length: number;
  /** Spacing in the sub-table: 0 when a run falls into one cell. */
  readonly stride: number;
}

/** The same map as `projection`, in runs as long as they can be. */
export function runProjection(from: Clique, onto: Clique, sizes: readonly number[]): RunProjection {
  const strides = stridesOf(onto, sizes);
  let inner = from.length;
  let length = 1;
  let stride = 0;
  while (inner > 0) {
    const attribute = from[inner - 1] as number;
    const own = strides.get(attribute) ?? 0;
    if (length > 1 && own !== stride * length) break;
    if (length === 1) stride = own;
    length *= sizes[attribute] as number;
    inner--;
  }
  return { offsets: mapOf(from.slice(0, inner), strides, sizes), length, stride };
}
