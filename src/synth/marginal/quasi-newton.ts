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

/** The most vectors that a way down takes at once: steps and turns, the way, and two points. */
export const mostVectors: number = 2 * REMEMBERED + 1 + 2 * 3;

/** Vectors of one length, and the two things that take time with them. */
export interface Vectors {
  /** A vector of anything. */
  take(): Float64Array;
  /** It is not looked at any more. */
  give(vector: Float64Array): void;
  dot(a: Float64Array, b: Float64Array): number;
  /** into += factor · from. */
  add(into: Float64Array, from: Float64Array, factor: number): void;
}

/** What a way down may be told. */
export interface WayOptions {
  /**
   * Projects a way, in place, onto those along which the function is not known in closed form: at the start,
   * and so everywhere on the way, it has its least value along the others.
   */
  readonly settle?: (way: Float64Array) => void;
  readonly vectors: Vectors;
}

/**
 * L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5), whose first guess of the inverse Hessian is the
 * diagonal of curvatures at each point, with backtracking by quadratic interpolation. Deterministic.
 */
export class QuasiNewton<P extends Point> {
  place: P;
  private readonly evaluate: (at: Float64Array) => P;
  private readonly settle: (way: Float64Array) => void;
  private readonly vectors: Vectors;
  private changes: Change[] = [];

  /** `evaluate` makes a point at a vector, which is the point's from then on as its slope and curvature are. */
  constructor(start: P, evaluate: (at: Float64Array) => P, options: WayOptions) {
    this.place = start;
    this.evaluate = evaluate;
    this.settle = options.settle ?? (() => undefined);
    this.vectors = options.vectors;
  }

  /** One step down; false where none can be made. */
  step(): boolean {
    const direction = this.direction();
    const next = this.search(direction);
    this.vectors.give(direction);
    if (next !== undefined) {
      this.remember(next);
      this.drop(this.place);
      this.place = next;
      return true;
    }
    if (this.changes.length === 0) return false;
    while (this.changes.length > 0) this.forget();
    return this.step();
  }

  private drop({ at, slope, curvature }: Point): void {
    for (const vector of [at, slope, curvature]) this.vectors.give(vector);
  }

  private search(direction: Float64Array): P | undefined {
    const { at, value, slope } = this.place;
    const promised = this.vectors.dot(slope, direction);
    if (!(promised < 0)) return undefined;
    let length = this.changes.length === 0 ? FIRST : 1;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const trial = this.vectors.take();
      trial.set(at);
      this.vectors.add(trial, direction, length);
      const next = this.evaluate(trial);
      const rise = next.value - value;
      if (rise <= ENOUGH * length * promised) return next;
      this.drop(next);
      const best = (-promised * length) / (2 * (rise - promised * length));
      length *= Math.max(0.1, Math.min(0.5, Number.isFinite(best) ? best : 0.1));
    }
    return undefined;
  }

  private remember(next: P): void {
    if (this.changes.length === REMEMBERED) this.forget();
    const moved = this.difference(next.at, this.place.at);
    const turned = this.difference(next.slope, this.place.slope);
    const product = this.vectors.dot(moved, turned);
    this.changes.push({ moved, turned, product });
    if (!(product > 0)) this.forget(this.changes.length - 1);
  }

  private difference(a: Float64Array, b: Float64Array): Float64Array {
    const found = this.vectors.take();
    found.set(a);
    this.vectors.add(found, b, -1);
    return found;
  }

  private forget(which = 0): void {
    for (const { moved, turned } of this.changes.splice(which, 1)) {
      for (const vector of [moved, turned]) this.vectors.give(vector);
    }
  }

  private direction(): Float64Array {
    const { vectors } = this;
    const { curvature, slope } = this.place;
    const way = vectors.take();
    for (let i = 0; i < way.length; i++) way[i] = -(slope[i] as number);
    const shares = new Float64Array(this.changes.length);
    for (let k = this.changes.length - 1; k >= 0; k--) {
      const { moved, turned, product } = this.changes[k] as Change;
      shares[k] = vectors.dot(moved, way) / product;
      vectors.add(way, turned, -(shares[k] as number));
    }
    const scale = this.scale();
    for (let i = 0; i < way.length; i++) {
      way[i] = ((way[i] as number) * scale) / (curvature[i] as number);
    }
    this.settle(way);
    for (const [k, { moved, turned, product }] of this.changes.entries()) {
      vectors.add(way, moved, (shares[k] as number) - vectors.dot(turned, way) / product);
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
