import type { Clique } from "./junction-tree.js";

/**
 * For each cell of a table over `from` (row-major, last attribute fastest) the cell of the table over
 * `onto` that it falls into; `onto` must be a subset of `from`, in any order.
 */
export function projection(from: Clique, onto: Clique, sizes: readonly number[]): Int32Array {
  const stride = new Map<number, number>();
  let step = 1;
  for (let i = onto.length - 1; i >= 0; i--) {
    stride.set(onto[i] as number, step);
    step *= sizes[onto[i] as number] as number;
  }
  let map: Int32Array = Int32Array.of(0);
  for (const attribute of from) {
    const size = sizes[attribute] as number;
    const weight = stride.get(attribute) ?? 0;
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
