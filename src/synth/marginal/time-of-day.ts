/** Weights of hours, minutes and seconds, each alike within the others: how a day's mass lies in it. */
export class TimeOfDay {
  readonly hours: Float64Array;
  private readonly minutes: Float64Array;
  private readonly seconds: Float64Array;
  private readonly beforeHour: Float64Array;
  private readonly beforeMinute: Float64Array;
  private readonly beforeSecond: Float64Array;

  /** Weights of 24 hours, 60 minutes and 60 seconds, all above 0. */
  constructor(hours: Float64Array, minutes: Float64Array, seconds: Float64Array) {
    this.hours = ofMean1(hours);
    this.minutes = ofMean1(minutes);
    this.seconds = ofMean1(seconds);
    this.beforeHour = running(this.hours);
    this.beforeMinute = running(this.minutes);
    this.beforeSecond = running(this.seconds);
  }

  /** Mass before a second of the day, 0 .. 86,400: in seconds of a day without a shape, 86,400 in all. */
  before(second: number): number {
    const hour = Math.min(23, Math.floor(second / 3600));
    const minute = Math.min(59, Math.floor((second - 3600 * hour) / 60));
    const rest = second - 3600 * hour - 60 * minute;
    const inMinute = (this.minutes[minute] as number) * (this.beforeSecond[rest] as number);
    const inHour = 60 * (this.beforeMinute[minute] as number) + inMinute;
    return 3600 * (this.beforeHour[hour] as number) + (this.hours[hour] as number) * inHour;
  }

  /** The second of the day in which so much mass is reached. */
  at(mass: number): number {
    const hour = reached(this.beforeHour, mass / 3600);
    const inHour = (mass - 3600 * (this.beforeHour[hour] as number)) / (this.hours[hour] as number);
    const minute = reached(this.beforeMinute, inHour / 60);
    const inMinute =
      (inHour - 60 * (this.beforeMinute[minute] as number)) / (this.minutes[minute] as number);
    return 3600 * hour + 60 * minute + reached(this.beforeSecond, inMinute);
  }
}

function ofMean1(weights: Float64Array): Float64Array {
  const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

/** What lies before each, and in the end all of it. */
function running(weights: Float64Array): Float64Array {
  const sums = new Float64Array(weights.length + 1);
  for (let i = 0; i < weights.length; i++)
    sums[i + 1] = (sums[i] as number) + (weights[i] as number);
  return sums;
}

/** The last place before which at most so much lies. */
function reached(before: Float64Array, mass: number): number {
  let low = 0;
  let high = before.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((before[middle] as number) <= mass) low = middle;
    else high = middle - 1;
  }
  return low;
}
