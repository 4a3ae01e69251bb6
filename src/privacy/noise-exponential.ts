import { ceilDivide } from "./rational.js";

/** A real number between two whole multiples of 2^−bits: low · 2^−bits ≤ x ≤ high · 2^−bits. */
export interface Enclosure {
  readonly low: bigint;
  readonly high: bigint;
}

const GUARD = 48n;

/** e^(−num/den) to `bits` binary places, for num ≥ 0: a rigorous enclosure a few units wide. */
export function enclosedExp(num: bigint, den: bigint, bits: number): Enclosure {
  const halvings = BigInt(Math.max(0, (num / den).toString(2).length + 1));
  const precision = BigInt(bits) + GUARD + halvings;
  const one = 1n << precision;
  const argument = (num * one) / (den << halvings);
  let low = taylor(argument + 1n, precision).low;
  let high = taylor(argument, precision).high;
  for (let i = 0n; i < halvings; i++) {
    low = (low * low) >> precision;
    high = -((-high * high) >> precision);
  }
  const drop = precision - BigInt(bits);
  return { low: low >> drop, high: -(-high >> drop) };
}

/** e^(−y) for y = argument · 2^−precision in [0, 1): the series cut where its terms vanish. */
function taylor(argument: bigint, precision: bigint): Enclosure {
  let term = 1n << precision;
  let sum = term;
  let terms = 1n;
  while (term > 0n) {
    term = ((term * argument) >> precision) / terms;
    sum = (terms & 1n) === 1n ? sum - term : sum + term;
    terms++;
  }
  const error = 3n * terms + 4n;
  const low = sum - error;
  return { low: low > 0n ? low : 0n, high: sum + error };
}

/** The cumulative distribution of |X| for a discrete Gaussian X, enclosed: P(|X| ≤ m), m = 0 … */
export interface EnclosedDistribution {
  readonly bits: bigint;
  readonly cumulative: readonly Enclosure[];
}

/**
 * P(|X| ≤ m) for m = 0 .. last, X discrete Gaussian of variance parameter num/den, each enclosed to
 * within a few multiples of (last + 2) · 2^−bits. The normalising sum beyond `last` is bounded by a
 * geometric series.
 */
export function enclosedGaussian(
  num: bigint,
  den: bigint,
  last: number,
  bits: number,
): EnclosedDistribution {
  const precision = BigInt(bits);
  const one = 1n << precision;
  const up = (a: bigint, b: bigint) => -((-a * b) >> precision);
  const q = enclosedExp(den, 2n * num, bits);
  const square = { low: (q.low * q.low) >> precision, high: up(q.high, q.high) };
  let weight: Enclosure = { low: one, high: one };
  let ratio: Enclosure = q;
  let sum: Enclosure = { low: one, high: one };
  const sums: Enclosure[] = [sum];
  for (let m = 1; m <= last; m++) {
    weight = { low: (weight.low * ratio.low) >> precision, high: up(weight.high, ratio.high) };
    ratio = { low: (ratio.low * square.low) >> precision, high: up(ratio.high, square.high) };
    sum = { low: sum.low + 2n * weight.low, high: sum.high + 2n * weight.high };
    sums.push(sum);
  }
  const beyond = ceilDivide(2n * up(weight.high, ratio.high) * one, one - ratio.high);
  const total = { low: sum.low, high: sum.high + beyond };
  const cumulative = sums.map((part) => {
    const high = ceilDivide(part.high << precision, total.low);
    return { low: (part.low << precision) / total.high, high: high < one ? high : one };
  });
  return { bits: precision, cumulative };
}
