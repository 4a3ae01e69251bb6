import type { Design } from "./design.js";

/** Designs wider than this are solved by their diagonal alone. */
const MOST_DENSE = 512;

/**
 * A solver, in place of `part` at `offset`, of (Xᵀ W X + P)·x = part: W one weight a row, X the design
 * with an intercept last, P 1 for each place but the intercept. By Cholesky's factor; of a design too
 * wide for that by its diagonal, which is near enough where one searches on.
 */
export function normalSolver(
  design: Design,
  weightOf: (row: number) => number,
): (part: Float64Array, offset: number) => void {
  const size = design.width + 1;
  if (size > MOST_DENSE) {
    const diagonal = new Float64Array(size).fill(1, 0, design.width);
    eachRow(design, weightOf, (places, values, count, weight) => {
      for (let i = 0; i < count; i++) {
        const at = places[i] as number;
        diagonal[at] = (diagonal[at] as number) + weight * (values[i] as number) ** 2;
      }
    });
    return (part, offset) => {
      for (let i = 0; i < size; i++) {
        part[offset + i] = (part[offset + i] as number) / ((diagonal[i] as number) || 1);
      }
    };
  }
  const lower = new Float64Array(size * size);
  for (let i = 0; i < design.width; i++) lower[i * size + i] = 1;
  eachRow(design, weightOf, (places, values, count, weight) => {
    for (let i = 0; i < count; i++) {
      const line = (places[i] as number) * size;
      const times = weight * (values[i] as number);
      for (let j = 0; j <= i; j++) {
        const at = line + (places[j] as number);
        lower[at] = (lower[at] as number) + times * (values[j] as number);
      }
    }
  });
  factor(lower, size);
  return (part, offset) => solve(lower, size, part, offset);
}

/** Rows as the places that are not 0, ascending, with their values; the intercept is the last. */
function eachRow(
  design: Design,
  weightOf: (row: number) => number,
  visit: (places: Int32Array, values: Float64Array, count: number, weight: number) => void,
): void {
  const places = new Int32Array(design.denseWidth + design.hotWidth + 1);
  const values = new Float64Array(places.length);
  for (let row = 0; row < design.rows; row++) {
    let count = 0;
    for (let i = 0; i < design.denseWidth; i++) {
      const value = design.dense[row * design.denseWidth + i] as number;
      if (value === 0) continue;
      places[count] = i;
      values[count++] = value;
    }
    for (let i = 0; i < design.hotWidth; i++) {
      const place = design.hot[row * design.hotWidth + i] as number;
      if (place < 0) continue;
      places[count] = place;
      values[count++] = 1;
    }
    places[count] = design.width;
    values[count++] = 1;
    visit(places, values, count, weightOf(row));
  }
}

/** Cholesky's factor in place of the lower triangle; a pivot lost to rounding counts as a speck of its diagonal. */
function factor(lower: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const line = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = lower[line + j] as number;
      const least = 1e-14 * sum;
      for (let k = 0; k < j; k++) {
        sum -= (lower[line + k] as number) * (lower[other + k] as number);
      }
      lower[line + j] =
        i === j ? Math.sqrt(Math.max(sum, least) || 1) : sum / (lower[other + j] as number);
    }
  }
}

function solve(lower: Float64Array, size: number, part: Float64Array, offset: number): void {
  for (let i = 0; i < size; i++) {
    let sum = part[offset + i] as number;
    for (let k = 0; k < i; k++) {
      sum -= (lower[i * size + k] as number) * (part[offset + k] as number);
    }
    part[offset + i] = sum / (lower[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = (part[offset + i] as number) / (lower[i * size + i] as number);
    part[offset + i] = value;
    for (let k = 0; k < i; k++) {
      part[offset + k] = (part[offset + k] as number) - value * (lower[i * size + k] as number);
    }
  }
}
