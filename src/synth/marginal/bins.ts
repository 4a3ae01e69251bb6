import type { Random } from "../../base/random.js";
import { type ColumnDomain, stepOf } from "../../table/domain.js";
import { CalendarDensity } from "./calendar-density.js";

/**
 * Values within bins. On a step the values of a bin are its grid points; otherwise a bin is an
 * interval. Density within a bin leans towards the heavier neighbour: linear, with the slope that the
 * neighbours' densities suggest, and the bin's own mass unchanged. An outer bin that is much thinner than
 * its neighbour is a tail: its density starts at the neighbour's and falls off exponentially. A bin all but
 * without width was cut around one value that many rows have: its shortest number stands for it. Dates lie in it as
 * their calendar says, where the domain tells it. Everything here is computed from released numbers.
 */
export class BinDrawer {
  private readonly edges: readonly number[];
  private readonly step: number | undefined;
  private readonly shapes: readonly Shape[];
  private readonly lowest: Float64Array;
  private readonly highest: Float64Array;
  /** Of bins all but without width the shortest number in them; NaN of the others. */
  private readonly points: Float64Array;
  private readonly calendar: CalendarDensity | undefined;

  constructor(domain: ColumnDomain, masses: Float64Array) {
    this.edges = domain.edges ?? [0, 0];
    this.step = stepOf(domain.type);
    this.shapes = shapesOf(this.edges, masses);
    const bins = this.edges.length - 1;
    this.lowest = Float64Array.from({ length: bins }, (_, bin) => this.lowOf(bin));
    this.highest = Float64Array.from({ length: bins }, (_, bin) => this.highOf(bin));
    const narrow = NARROW * ((this.edges[bins] as number) - (this.edges[0] as number));
    this.points = Float64Array.from({ length: bins }, (_, bin) => {
      const [low, high] = [this.edges[bin] as number, this.edges[bin + 1] as number];
      if (this.step !== undefined || high - low > narrow) return Number.NaN;
      return shortest(low, high, bin + 1 === bins);
    });
    const plain = this.shapes.map(({ below }, bin) => ({
      low: this.low(bin),
      high: this.high(bin),
      below,
    }));
    const timed = domain.type.kind === "datetime";
    this.calendar =
      domain.calendar === undefined
        ? undefined
        : new CalendarDensity(plain, masses, domain.calendar, timed);
  }

  /** The bin that a value falls into. */
  binOf(value: number): number {
    let low = 0;
    let high = this.edges.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.edges[middle] as number) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The share of a bin's mass inside the intervals (low, high, low, high …). */
  openShare(bin: number, intervals: readonly number[] | undefined): number {
    if (intervals === undefined) return 1;
    const low = this.low(bin);
    const high = this.high(bin);
    let share = 0;
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      if ((intervals[i] as number) > high || (intervals[i + 1] as number) < low) continue;
      const from = this.up(Math.max(low, intervals[i] as number));
      const to = this.down(Math.min(high, intervals[i + 1] as number));
      if (from <= to) share += this.massBetween(bin, from, to);
    }
    return Math.min(1, share);
  }

  /** A value of the bin, inside the intervals where the bin meets them. */
  draw(bin: number, intervals: readonly number[] | undefined, random: Random): number {
    if (intervals === undefined) {
      return this.drawBetween(bin, this.low(bin), this.high(bin), random);
    }
    const whole: [number, number] = [this.low(bin), this.high(bin)];
    const met = this.pieces(bin, intervals);
    const pieces = met.length > 0 ? met : [nearest(whole, intervals)];
    const masses = pieces.map(([from, to]) => this.massBetween(bin, from, to));
    let left = random.uniform() * masses.reduce((a, b) => a + b, 0);
    let chosen = 0;
    while (chosen + 1 < pieces.length && left >= (masses[chosen] as number)) {
      left -= masses[chosen++] as number;
    }
    const [from, to] = pieces[chosen] as [number, number];
    return this.drawBetween(bin, from, to, random);
  }

  /** Stretches of the bin inside the intervals; on a step, of grid points, both ends included. */
  private pieces(bin: number, intervals: readonly number[]): [number, number][] {
    const found: [number, number][] = [];
    for (let i = 0; i + 1 < intervals.length; i += 2) {
      const from = this.up(Math.max(this.low(bin), intervals[i] as number));
      const to = this.down(Math.min(this.high(bin), intervals[i + 1] as number));
      if (from <= to) found.push([from, to]);
    }
    return found;
  }

  private drawBetween(bin: number, from: number, to: number, random: Random): number {
    const point = this.points[bin] as number;
    if (from <= point && point <= to) return point;
    if (this.calendar !== undefined) return this.calendar.quantile(bin, from, to, random.uniform());
    const a = this.position(bin, from);
    const b = this.position(bin, to, true);
    const { below, quantile } = this.shapes[bin] as Shape;
    const low = below(a);
    const at = quantile(low + random.uniform() * (below(b) - low));
    const start = this.low(bin);
    const width = this.width(bin);
    if (this.step === undefined) return Math.min(to, Math.max(from, start + at * width));
    return Math.min(to, Math.max(from, this.down(start + at * width)));
  }

  private massBetween(bin: number, from: number, to: number): number {
    if (this.calendar !== undefined) {
      return Math.max(this.calendar.mass(bin, from, to), Number.MIN_VALUE);
    }
    const { below } = this.shapes[bin] as Shape;
    const mass = below(this.position(bin, to, true)) - below(this.position(bin, from));
    return Math.max(mass, Number.MIN_VALUE);
  }

  /** Where a value lies in its bin, 0..1; with `after`, the end of its grid cell. */
  private position(bin: number, value: number, after = false): number {
    const width = this.width(bin);
    if (width === 0) return after ? 1 : 0;
    const end = after && this.step !== undefined ? this.step : 0;
    return Math.min(1, Math.max(0, (value - this.low(bin) + end) / width));
  }

  private low(bin: number): number {
    return this.lowest[bin] as number;
  }

  private high(bin: number): number {
    return this.highest[bin] as number;
  }

  private lowOf(bin: number): number {
    return this.up(this.edges[bin] as number);
  }

  /** The highest value of the bin: on a step the last grid point before the next bin. */
  private highOf(bin: number): number {
    const edge = this.edges[bin + 1] as number;
    const closed = bin + 2 === this.edges.length;
    if (this.step === undefined || closed) return this.down(edge);
    return this.down(edge - this.step / 2);
  }

  private width(bin: number): number {
    return this.high(bin) - this.low(bin) + (this.step ?? 0);
  }

  private up(value: number): number {
    return this.step === undefined ? value : onGrid(Math.ceil(value / this.step - 1e-9), this.step);
  }

  private down(value: number): number {
    return this.step === undefined
      ? value
      : onGrid(Math.floor(value / this.step + 1e-9), this.step);
  }
}

/** Beside the whole range: some cells of the finest grid on which quantiles are cut. */
const NARROW = 2 ** -20;

/**
 * The number from `low` up to below `high`, or up to it where the bin is `closed`, that is written with the fewest
 * digits; of several the lowest.
 */
function shortest(low: number, high: number, closed: boolean): number {
  if (low <= 0 && high > 0) return 0;
  const top = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  for (let power = top; power > top - 17; power--) {
    const found = Number(`${Math.ceil(Number((low / 10 ** power).toPrecision(15)))}e${power}`);
    if (low <= found && (found < high || (closed && found === high))) return found;
  }
  return low;
}

function onGrid(count: number, step: number): number {
  const inverse = Math.round(1 / step);
  return step < 1 && Math.abs(1 / step - inverse) < 1e-9 * inverse ? count / inverse : count * step;
}

/** The end of an interval nearest to a bin that meets none: a last resort the driver checks again. */
function nearest(whole: readonly [number, number], intervals: readonly number[]): [number, number] {
  let best = intervals[0] ?? whole[0];
  for (const end of intervals) {
    if (Math.abs(end - whole[0]) < Math.abs(best - whole[0])) best = end;
  }
  return [best, best];
}

/** A density on [0, 1]: the mass below a point, and the point below which a mass lies. */
interface Shape {
  readonly below: (t: number) => number;
  readonly quantile: (mass: number) => number;
}

/** An outer bin whose neighbour is this many times denser is a tail. */
const TAIL = 1.5;
/** Beyond this the nearest of a tail's ends is all there is of it. */
const STEEPEST = 700;

function shapesOf(edges: readonly number[], masses: Float64Array): Shape[] {
  const bins = edges.length - 1;
  const density = (bin: number): number => {
    const width = (edges[bin + 1] as number) - (edges[bin] as number);
    return width > 0 ? Math.max(0, masses[bin] as number) / width : Number.NaN;
  };
  return Array.from({ length: bins }, (_, bin) => {
    const own = density(bin);
    const below = bin > 0 ? density(bin - 1) : own;
    const above = bin + 1 < bins ? density(bin + 1) : own;
    const [first, last] = [bin === 0, bin === bins - 1];
    if (last && !first && below / own > TAIL) return tail(below / own);
    if (first && !last && above / own > TAIL) return mirrored(tail(above / own));
    const lean = 1 + (below - above) / (4 * own);
    return linear(Number.isFinite(lean) ? Math.min(1.5, Math.max(0.5, lean)) : 1);
  });
}

/** The density lean + 2(1 − lean)t. */
function linear(lean: number): Shape {
  const curve = 1 - lean;
  const below = (t: number): number => lean * t + curve * t * t;
  const quantile = (mass: number): number => {
    if (Math.abs(curve) < 1e-12) return mass;
    const root = Math.sqrt(Math.max(0, lean * lean + 4 * curve * mass));
    return Math.min(1, Math.max(0, (root - lean) / (2 * curve)));
  };
  return { below, quantile };
}

/** The density that starts at `start` > 1 and falls off as e^(−rate t): rate / (1 − e^(−rate)) = start. */
function tail(start: number): Shape {
  const first = Math.min(start, STEEPEST);
  let rate = first;
  for (let i = 0; i < 200; i++) rate = first * -Math.expm1(-rate);
  const whole = -Math.expm1(-rate);
  return {
    below: (t) => -Math.expm1(-rate * t) / whole,
    quantile: (mass) => Math.min(1, Math.max(0, -Math.log1p(-mass * whole) / rate)),
  };
}

function mirrored({ below, quantile }: Shape): Shape {
  return { below: (t) => 1 - below(1 - t), quantile: (mass) => 1 - quantile(1 - mass) };
}
