/** A smooth convex function at a point, and its second derivatives there. */
export interface Bend {
  readonly value: number;
  readonly gradient: Float64Array;
  /** About the second derivatives' inverse · `right`, symmetric and positive. */
  inverse(right: Float64Array): Float64Array;
  /** Second derivatives · `direction`. */
  times(direction: Float64Array): Float64Array;
}

/**
 * The least point of a smooth convex function by Newton's method, each step solved by conjugate
 * gradients only as well as it deserves (Nocedal & Wright 2006, algorithm 7.1): superlinear, to the
 * last digits. Ends when the gradient no longer falls.
 */
export function newton(smooth: (at: Float64Array) => Bend, start: Float64Array): Float64Array {
  let [point, here] = [start, smooth(start)];
  const first = length(here.gradient);
  for (let step = 0; step < MOST_STEPS; step++) {
    const size = length(here.gradient);
    if (size <= ENOUGH * first) break;
    const share = Math.min(0.3, Math.sqrt(size / first));
    const down = here.gradient.map((part) => -part);
    const next = lineSearch(smooth, point, here, conjugateGradients(here, down, share * share));
    if (next === undefined) break;
    [point, here] = [next.at, next.bend];
  }
  return point;
}

const MOST_STEPS = 100;
/** A gradient so many times below the first one is hardly more than rounding. */
const ENOUGH = 1e-13;

/** The point that is lower; where values are too alike to tell, the one with the smaller gradient. */
function lineSearch(
  smooth: (at: Float64Array) => Bend,
  point: Float64Array,
  here: Bend,
  direction: Float64Array,
) {
  const slope = product(direction, here.gradient);
  if (!(slope < 0)) return undefined;
  const alike = 1e-12 * Math.abs(here.value);
  for (let share = 1; share > 1e-10; share /= 2) {
    const at = point.map((x, i) => x + share * (direction[i] as number));
    const bend = smooth(at);
    const isBetter =
      Math.abs(share * slope) > alike
        ? bend.value <= here.value + 1e-4 * share * slope
        : length(bend.gradient) < length(here.gradient);
    if (isBetter) return { at, bend };
    if (Math.abs(share * slope) <= alike) return undefined;
  }
  return undefined;
}

/**
 * x with A·x = `right` for a positive semidefinite A, by conjugate gradients (Hestenes & Stiefel 1952)
 * preconditioned by `inverse`, until what is left · inverse · what is left falls below `enough` of the first.
 */
export function conjugateGradients(
  { times, inverse }: Pick<Bend, "times" | "inverse">,
  right: Float64Array,
  enough: number,
): Float64Array {
  const found = new Float64Array(right.length);
  const residual = right.slice();
  let direction = inverse(residual);
  let left = product(residual, direction);
  const last = left * enough;
  for (let made = 0; made < MOST_PRODUCTS && left > last; made++) {
    const image = times(direction);
    const curvature = product(direction, image);
    if (!(curvature > 0)) break;
    const step = left / curvature;
    for (let i = 0; i < found.length; i++) {
      found[i] = (found[i] as number) + step * (direction[i] as number);
      residual[i] = (residual[i] as number) - step * (image[i] as number);
    }
    const next = inverse(residual);
    const now = product(residual, next);
    direction = next.map((value, i) => value + (now / left) * (direction[i] as number));
    left = now;
  }
  return found;
}

const MOST_PRODUCTS = 1_000;

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function length(vector: Float64Array): number {
  return Math.sqrt(product(vector, vector));
}
