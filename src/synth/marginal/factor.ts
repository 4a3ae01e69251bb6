import { projection } from "./index-map.js";
import { type Clique, cellsOf } from "./junction-tree.js";

/** A non-negative table over some attributes, row-major. */
export interface Factor {
  readonly attributes: Clique;
  readonly values: Float64Array;
}

/** Sum a factor down to `keep` (a subset of its attributes, in the order wanted). */
export function sumTo(factor: Factor, keep: Clique, sizes: readonly number[]): Factor {
  const map = projection(factor.attributes, keep, sizes);
  const values = new Float64Array(cellsOf(keep, sizes));
  for (let i = 0; i < map.length; i++) {
    const to = map[i] as number;
    values[to] = (values[to] as number) + (factor.values[i] as number);
  }
  return { attributes: keep, values };
}

/** The same factor with its attributes in another order. */
export function reorder(factor: Factor, order: Clique, sizes: readonly number[]): Factor {
  const same = order.every((attribute, i) => factor.attributes[i] === attribute);
  return same ? factor : sumTo(factor, order, sizes);
}

/**
 * Multiply two factors and sum out what is not kept, as one matrix product per value of the shared
 * kept attributes: the joint table is never built.
 */
export function contract(
  left: Factor,
  right: Factor,
  keep: Clique,
  sizes: readonly number[],
): Factor {
  const kept = new Set(keep);
  const inRight = new Set(right.attributes);
  const inLeft = new Set(left.attributes);
  const batch = left.attributes.filter((a) => inRight.has(a) && kept.has(a));
  const summed = left.attributes.filter((a) => inRight.has(a) && !kept.has(a));
  const leftFree = left.attributes.filter((a) => !inRight.has(a) && kept.has(a));
  const rightFree = right.attributes.filter((a) => !inLeft.has(a) && kept.has(a));
  const a = sumTo(left, [...batch, ...leftFree, ...summed], sizes).values;
  const b = sumTo(right, [...batch, ...summed, ...rightFree], sizes).values;
  const shape = {
    batches: cellsOf(batch, sizes),
    rows: cellsOf(leftFree, sizes),
    inner: cellsOf(summed, sizes),
    columns: cellsOf(rightFree, sizes),
  };
  const values = multiply(a, b, shape);
  return reorder({ attributes: [...batch, ...leftFree, ...rightFree], values }, keep, sizes);
}

interface Shape {
  readonly batches: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function multiply(a: Float64Array, b: Float64Array, shape: Shape): Float64Array {
  const { batches, rows, inner, columns } = shape;
  const out = new Float64Array(batches * rows * columns);
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0; row < rows; row++) {
      const outStart = (batch * rows + row) * columns;
      for (let k = 0; k < inner; k++) {
        const weight = a[(batch * rows + row) * inner + k] as number;
        if (weight === 0) continue;
        const from = (batch * inner + k) * columns;
        for (let column = 0; column < columns; column++) {
          out[outStart + column] =
            (out[outStart + column] as number) + weight * (b[from + column] as number);
        }
      }
    }
  }
  return out;
}
