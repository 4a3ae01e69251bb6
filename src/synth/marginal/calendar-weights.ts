import type { CalendarCounts, CalendarPart } from "../../base/calendar.js";
import { sizeOfPart } from "../../base/calendar.js";
import { DAY, type Days, dayWeigher, OF_DAYS, running, timeOf } from "./calendar-days.js";
import { sharesOf } from "./singles.js";
import type { TimeOfDay } from "./time-of-day.js";

type Weights = Map<CalendarPart, Float64Array>;

/** Of shares, squared: smaller slopes are hardly followed. */
const DAMPING = 1e-6;
/** Turns of moving the weights of each part, and the most that a turn moves the logarithm of one. */
const TURNS = 25;
const STRIDE = 2;
/** Weights may differ by e^±12 at most. */
const FARTHEST = 12;
/** Spreads of weights, as standard deviations of their logarithms, among which the likeliest is taken. */
const SPREADS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];
/** A spread must be so much likelier than none, in nats. */
const EVIDENCE = 2;

/**
 * Weights of the values of each part of the calendar that was counted, such that the bins, with their masses as they
 * are, give its counts back as far as these are more than noise. To first order the counts of a part are
 * y = N·(E + s·ln w) + noise of σ, where E and s are the shares that the bins alone give and how they move; with a normal
 * prior on ln w, whose spread is the likeliest one for these counts, what y tells of N·E is drawn to what the bins
 * tell (empirical Bayes; Efron & Morris 1973). So counts that noise explains, or bins that tell the calendar already,
 * move nothing. Weights that give these shares are then found by damped Newton steps on the diagonal, part after part.
 *
 * @param masses of the bins, to any scale.
 */
export function calendarWeights(
  bins: readonly Days[],
  masses: ArrayLike<number>,
  calendar: readonly CalendarCounts[],
  seconds: boolean,
): Weights {
  const weights: Weights = new Map();
  for (const { part } of calendar) weights.set(part, new Float64Array(sizeOfPart(part)).fill(1));
  const expect = (part: CalendarPart) => expected(bins, masses, weights, seconds, part);
  const targets = calendar.flatMap((counts) => {
    const plain = expect(counts.part);
    const spread = likeliestSpread(counts, plain);
    if (spread === 0) return [];
    return [{ part: counts.part, shares: targetOf(counts, plain, spread) }];
  });
  for (let turn = 0; turn < TURNS; turn++) {
    let moved = 0;
    for (const { part, shares } of targets) {
      const own = weights.get(part) as Float64Array;
      moved = Math.max(moved, move(own, shares, expect(part)));
    }
    if (moved < 1e-3) break;
  }
  return weights;
}

/** What bins and weights give for a part: its shares, and how far each moves with the logarithm of its weight. */
interface Expected {
  readonly shares: Float64Array;
  readonly slopes: Float64Array;
}

function totalOf(counts: readonly number[]): number {
  return Math.max(
    1,
    counts.reduce((a, b) => a + b, 0),
  );
}

/** The spread of ln w under which these counts are likeliest, to first order around equal weights; 0 where none is. */
function likeliestSpread({ counts, sigma }: CalendarCounts, { shares, slopes }: Expected): number {
  const total = totalOf(counts);
  const likelihood = (spread: number): number =>
    counts.reduce((sum, count, i) => {
      const variance = sigma ** 2 + (spread * total * (slopes[i] as number)) ** 2;
      const rest = count - total * (shares[i] as number);
      return sum - (Math.log(variance) + rest ** 2 / variance) / 2;
    }, 0);
  let best = 0;
  let most = likelihood(0) + EVIDENCE;
  for (const spread of SPREADS) {
    const own = likelihood(spread);
    if (own <= most) continue;
    most = own;
    best = spread;
  }
  return best;
}

/** The shares of a part's values that its counts and the bins tell together. */
function targetOf(
  { counts, sigma }: CalendarCounts,
  { shares, slopes }: Expected,
  spread: number,
): Float64Array {
  const total = totalOf(counts);
  const told = Float64Array.from(counts, (count, i) => {
    const plain = total * (shares[i] as number);
    const real = (spread * total * (slopes[i] as number)) ** 2;
    return plain + ((count - plain) * real) / (real + sigma ** 2);
  });
  return sharesOf({ counts: told, weights: new Float64Array(told.length).fill(1) }, total);
}

/** A Newton step on the diagonal; gives the farthest that a weight's logarithm moved. */
function move(weights: Float64Array, target: Float64Array, { shares, slopes }: Expected): number {
  let moved = 0;
  for (let i = 0; i < weights.length; i++) {
    const before = Math.log(weights[i] as number);
    const slope = slopes[i] as number;
    const rest = (target[i] as number) - (shares[i] as number);
    const after = clamp(before + clamp((slope * rest) / (slope ** 2 + DAMPING), STRIDE), FARTHEST);
    weights[i] = Math.exp(after);
    moved = Math.max(moved, Math.abs(after - before));
  }
  return moved;
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}

function expected(
  bins: readonly Days[],
  masses: ArrayLike<number>,
  weights: Weights,
  seconds: boolean,
  part: CalendarPart,
): Expected {
  const own = weights.get(part) as Float64Array;
  // Bins are hardly ever as narrow as an hour: within it minutes and seconds lie as they weigh.
  if (part === "minute" || part === "second") {
    const shares = sharesIn(own);
    return { shares, slopes: shares.map((share) => share * (1 - share)) };
  }
  const time = timeOf(weights);
  const weigh = dayWeigher(weights, time, seconds);
  const ofDay = OF_DAYS.indexOf(part);
  const all = bins.reduce((sum, _, bin) => sum + (masses[bin] as number), 0);
  const scale = 1 / own.reduce((a, b) => a + b, 0);
  const shares = new Float64Array(own.length);
  const slopes = new Float64Array(own.length);
  for (const [bin, days] of bins.entries()) {
    const inBin = new Float64Array(own.length);
    let uncut = 0;
    const before = running(days, weigh);
    for (let day = 0; day < days.trend.length; day++) {
      const mass = (before[day + 1] as number) - (before[day] as number);
      if (ofDay >= 0) add(inBin, days.places[ofDay]?.[day] as number, mass);
      else uncut += addHours(days, day, mass, time, inBin);
    }
    if (uncut > 0) for (const [i, weight] of own.entries()) add(inBin, i, uncut * weight * scale);
    const whole = before.at(-1) as number;
    const share = (masses[bin] as number) / (all > 0 ? all : 1);
    for (let i = 0; i < inBin.length; i++) {
      const within = (inBin[i] as number) / whole;
      add(shares, i, share * within);
      add(slopes, i, share * within * (1 - within));
    }
  }
  return { shares, slopes };
}

function add(sums: Float64Array, at: number, mass: number): void {
  sums[at] = (sums[at] as number) + mass;
}

function sharesIn(masses: Float64Array): Float64Array {
  const all = masses.reduce((a, b) => a + b, 0);
  return masses.map((mass) => mass / all);
}

/** Adds the hours of a day that a bin cuts; gives the mass of one that it does not. */
function addHours(
  { first, starts }: Days,
  day: number,
  mass: number,
  time: TimeOfDay,
  hours: Float64Array,
): number {
  const dawn = (first + day) * DAY;
  const [from, to] = [(starts[day] as number) - dawn, (starts[day + 1] as number) - dawn];
  if (to - from === DAY) return mass;
  const scale = mass / (time.before(to) - time.before(from));
  for (let hour = Math.floor(from / 3600); hour * 3600 < to; hour++) {
    const [start, end] = [Math.max(from, hour * 3600), Math.min(to, (hour + 1) * 3600)];
    add(hours, hour, scale * (time.before(end) - time.before(start)));
  }
  return 0;
}
