/** A smooth function: its value, with the gradient written into `gradient`. */
export type Smooth = (at: Float64Array, gradient: Float64Array) => number;

interface Step {
  readonly moved: Float64Array;
  readonly turned: Float64Array;
  readonly curvature: number;
}

/**
 * Minimise by L-BFGS with ten pairs and a backtracking line search (Nocedal & Wright 2006, algorithms
 * 7.4 and 3.1). Stops when the largest part of the gradient is below `tolerance`.
 */
export function minimise(
  smooth: Smooth,
  start: Float64Array,
  { iterations = 200, tolerance = 1e-6 } = {},
): Float64Array {
  let point = start.slice();
  let gradient = new Float64Array(point.length);
  let value = smooth(point, gradient);
  const memory: Step[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (largest(gradient) < tolerance) break;
    const direction = descent(gradient, memory);
    const slope = product(direction, gradient);
    if (!(slope < 0)) {
      if (memory.length === 0) break;
      memory.length = 0;
      continue;
    }
    let length = memory.length === 0 ? Math.min(1, 1 / largest(gradient)) : 1;
    let next = point;
    let nextValue = value;
    const nextGradient = new Float64Array(point.length);
    for (let tries = 0; tries < 40; tries++, length /= 2) {
      next = point.map((x, i) => x + length * (direction[i] as number));
      nextValue = smooth(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) break;
    remember(memory, point, next, gradient, nextGradient);
    point = next;
    gradient = nextGradient;
    value = nextValue;
  }
  return point;
}

/** The two-loop recursion: −H·gradient for the remembered curvature. */
function descent(gradient: Float64Array, memory: readonly Step[]): Float64Array {
  const direction = gradient.map((part) => -part);
  const weights: number[] = [];
  for (const step of [...memory].reverse()) {
    const weight = product(step.moved, direction) / step.curvature;
    weights.push(weight);
    addTo(direction, step.turned, -weight);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / product(last.turned, last.turned);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale;
  }
  for (const step of memory) {
    const back = product(step.turned, direction) / step.curvature;
    addTo(direction, step.moved, (weights.pop() as number) - back);
  }
  return direction;
}

function remember(
  memory: Step[],
  from: Float64Array,
  to: Float64Array,
  before: Float64Array,
  after: Float64Array,
): void {
  const moved = to.map((x, i) => x - (from[i] as number));
  const turned = after.map((x, i) => x - (before[i] as number));
  const curvature = product(moved, turned);
  if (curvature <= 1e-12) return;
  memory.push({ moved, turned, curvature });
  if (memory.length > 10) memory.shift();
}

/** The inner product. */
export function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function addTo(sum: Float64Array, part: Float64Array, times: number): void {
  for (let i = 0; i < sum.length; i++) {
    sum[i] = (sum[i] as number) + times * (part[i] as number);
  }
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
