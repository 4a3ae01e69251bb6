import erfcx from "@stdlib/math-base-special-erfcx";
import gammaln from "@stdlib/math-base-special-gammaln";

/** ln erfc(x), without underflow. */
export function logErfc(x: number): number {
  if (x >= 0) return Math.log(erfcx(x)) - x * x;
  return Math.log(2 - Math.exp(-x * x) * erfcx(-x));
}

/** ln(e^a + e^b). */
export function logAdd(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === Number.NEGATIVE_INFINITY) return high;
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** ln |n over i| for real n and whole i ≥ 0. */
export function logBinomial(n: number, i: number): number {
  return gammaln(n + 1) - gammaln(i + 1) - gammaln(n - i + 1);
}

/** e^(x²) erfc(x). */
export function scaledErfc(x: number): number {
  return erfcx(x);
}
