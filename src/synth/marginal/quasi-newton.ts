/** A point of a smooth convex function. */
export interface Point {
  readonly at: Float64Array;
  readonly value: number;
  readonly slope: Float64Array;
  /** About the curvature along each coordinate, > 0. */
  readonly curvature: Float64Array;
}

/** A step and how it changed the slope. */
interface Change {
  readonly moved: Float64Array;
  readonly turned: Float64Array;
  readonly product: number;
}

const REMEMBERED = 8;
const FIRST = 0.3;
const TRIES = 20;
/** Of the decrease that the slope promises, a step must make this share (Armijo's rule). */
const ENOUGH = 1e-4;

/**
 * L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5), whose first guess of the inverse Hessian is the
 * diagonal of curvatures at each point, with backtracking by quadratic interpolation. Deterministic.
 */
export class QuasiNewton<P extends Point> {
  place: P;
  private readonly evaluate: (at: Float64Array) => P;
  private readonly settle: (way: Float64Array) => void;
  private changes: Change[] = [];

  /**
   * `settle` projects a way, in place, onto those along which the function is not known in closed form: at
   * the start, and so everywhere on the way, it has its least value along the others.
   */
  constructor(
    start: P,
    evaluate: (at: Float64Array) => P,
    settle: (way: Float64Array) => void = () => undefined,
  ) {
    this.place = start;
    this.evaluate = evaluate;
    this.settle = settle;
  }

  /** One step down; false where none can be made. */
  step(): boolean {
    const next = this.search(this.direction());
    if (next !== undefined) {
      this.remember(next);
      this.place = next;
      return true;
    }
    if (this.changes.length === 0) return false;
    this.changes = [];
    return this.step();
  }

  private search(direction: Float64Array): P | undefined {
    const { at, value, slope } = this.place;
    const promised = dot(slope, direction);
    if (!(promised < 0)) return undefined;
    let length = this.changes.length === 0 ? FIRST : 1;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const next = this.evaluate(at.map((x, i) => x + length * (direction[i] as number)));
      const rise = next.value - value;
      if (rise <= ENOUGH * length * promised) return next;
      const best = (-promised * length) / (2 * (rise - promised * length));
      length *= Math.max(0.1, Math.min(0.5, Number.isFinite(best) ? best : 0.1));
    }
    return undefined;
  }

  private remember(next: P): void {
    const moved = next.at.map((x, i) => x - (this.place.at[i] as number));
    const turned = next.slope.map((x, i) => x - (this.place.slope[i] as number));
    const product = dot(moved, turned);
    if (!(product > 0)) return;
    this.changes.push({ moved, turned, product });
    if (this.changes.length > REMEMBERED) this.changes.shift();
  }

  private direction(): Float64Array {
    const way = this.place.slope.map((x) => -x);
    const shares = new Float64Array(this.changes.length);
    for (let k = this.changes.length - 1; k >= 0; k--) {
      const { moved, turned, product } = this.changes[k] as Change;
      shares[k] = dot(moved, way) / product;
      add(way, turned, -(shares[k] as number));
    }
    const scale = this.scale();
    const { curvature } = this.place;
    for (let i = 0; i < way.length; i++) {
      way[i] = ((way[i] as number) * scale) / (curvature[i] as number);
    }
    this.settle(way);
    for (const [k, { moved, turned, product }] of this.changes.entries()) {
      add(way, moved, (shares[k] as number) - dot(turned, way) / product);
    }
    return way;
  }

  /** How much longer steps may be than the curvatures say, by the last change. */
  private scale(): number {
    const last = this.changes.at(-1);
    if (last === undefined) return 1;
    const { curvature } = this.place;
    let bent = 0;
    for (let i = 0; i < curvature.length; i++) {
      bent += (last.turned[i] as number) ** 2 / (curvature[i] as number);
    }
    return last.product / bent;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** into += factor · from. */
function add(into: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = (into[i] as number) + factor * (from[i] as number);
  }
}
