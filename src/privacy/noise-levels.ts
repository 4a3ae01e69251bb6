import { belowBig, type Entropy } from "./entropy.js";
import { type Enclosure, enclosedExp } from "./noise-exponential.js";
import { ceilDivide, type Rational, toNumber } from "./rational.js";

/**
 * The exponential mechanism over very many candidates that share few scores, exactly. Level j holds
 * `counts[j]` candidates with score −j; a level is drawn with probability ∝ counts[j] · e^(−rate·j).
 * Bits of a uniform real are revealed until rigorous enclosures of the distribution leave one level.
 */
export function levelChoice(counts: Float64Array, rate: Rational, entropy: Entropy): number {
  let known = 0n;
  let revealed = 0;
  for (;;) {
    known = (known << 64n) | belowBig(1n << 64n, entropy);
    revealed += 64;
    const level = decide(counts, rate, known, revealed);
    if (level !== undefined) return level;
  }
}

function decide(
  counts: Float64Array,
  rate: Rational,
  known: bigint,
  revealed: number,
): number | undefined {
  const bits = revealed + 96;
  const reach = Math.min(counts.length, Math.ceil((bits * Math.LN2) / toNumber(rate)) + 2);
  const { sums, total } = enclosedSums(counts, rate, reach, bits);
  const least = known * total.low;
  const most = (known + 1n) * total.high;
  const level = sums.findIndex((sum) => most <= sum.low << BigInt(revealed));
  if (level < 0) return undefined;
  if (level === 0) return 0;
  const before = sums[level - 1] as Enclosure;
  return before.high << BigInt(revealed) <= least ? level : undefined;
}

/** Running sums of counts[j] · e^(−rate·j) for j < reach, and the total over all levels. */
function enclosedSums(
  counts: Float64Array,
  rate: Rational,
  reach: number,
  bits: number,
): { sums: Enclosure[]; total: Enclosure } {
  const precision = BigInt(bits);
  const q = enclosedExp(rate.num, rate.den, bits);
  let power: Enclosure = { low: 1n << precision, high: 1n << precision };
  let sum: Enclosure = { low: 0n, high: 0n };
  const sums: Enclosure[] = [];
  for (let j = 0; j < reach; j++) {
    const count = BigInt(counts[j] as number);
    sum = { low: sum.low + count * power.low, high: sum.high + count * power.high };
    sums.push(sum);
    power = {
      low: (power.low * q.low) >> precision,
      high: ceilDivide(power.high * q.high, 1n << precision),
    };
  }
  let beyond = 0;
  for (let j = reach; j < counts.length; j++) beyond += counts[j] as number;
  return { sums, total: { low: sum.low, high: sum.high + BigInt(beyond) * power.high } };
}
