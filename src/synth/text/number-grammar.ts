import { gridValue, indexAtLeast, indexAtMost } from "../../constraint/grid.js";
import { anyOf, type Gbnf, literal, oneOf } from "./gbnf.js";

/** Multiples of steps up to this many units are kept apart digit by digit; larger steps are listed. */
const LARGEST_STEP = 200;

/**
 * Decimal numbers of some intervals, and nothing else: digits are walked from the left, minding whether
 * the prefix still equals that of a bound and which remainder it leaves by the step. A number without a
 * step gets as many decimals as tell ten thousand values of its range apart.
 */
export function numberGrammar(
  grammar: Gbnf,
  spans: readonly number[],
  step: number | undefined,
): string {
  const bodies: string[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    bodies.push(...spanBodies(grammar, spans[i] as number, spans[i + 1] as number, step));
  }
  return anyOf(bodies);
}

function spanBodies(
  grammar: Gbnf,
  low: number,
  high: number,
  step: number | undefined,
): readonly string[] {
  const decimals = step === undefined ? decimalsFor(low, high) : decimalsOf(step);
  const scale = 10 ** decimals;
  const unit = step === undefined ? 1 : Math.round(step * scale);
  const grid = step ?? 1 / scale;
  const first = indexAtLeast(low, grid);
  const last = indexAtMost(high, grid);
  if (last < first) return step === undefined ? [literal(String(low))] : [];
  // Trailing zeros of the step are written, not reckoned with.
  const zeros = decimals === 0 ? trailingZeros(unit) : 0;
  const walked = unit / 10 ** zeros;
  if (walked > LARGEST_STEP && last - first < 4096) {
    const all = Array.from({ length: last - first + 1 }, (_, i) => gridValue(first + i, grid));
    return all.map((value) => literal(value.toFixed(decimals)));
  }
  const modulus = walked > LARGEST_STEP ? 1 : walked;
  const walk = { grammar, decimals, modulus };
  const [a, b] = [first * walked, last * walked];
  const tail = zeros === 0 ? "" : ` ${literal("0".repeat(zeros))}`;
  const bodies: string[] = [];
  if (a <= 0 && b >= 0 && zeros > 0) bodies.push(literal("0"));
  const positive = zeros > 0 ? Math.max(1, a) : Math.max(0, a);
  if (b >= positive) bodies.push(...magnitudes(walk, positive, b).map((body) => body + tail));
  if (a < 0) {
    const negative = magnitudes(walk, Math.max(1, -Math.min(-1, b)), -a);
    bodies.push(...negative.map((body) => `"-" ${body}${tail}`));
  }
  return bodies;
}

interface Walk {
  readonly grammar: Gbnf;
  /** Digits after the point. */
  readonly decimals: number;
  readonly modulus: number;
}

/** Whole numbers `low..high` (not negative) that the modulus divides, with the point put in. */
function magnitudes(walk: Walk, low: number, high: number): readonly string[] {
  const least = walk.decimals + 1;
  const bodies: string[] = [];
  const digits = (value: number) => Math.max(least, String(value).length);
  for (let length = digits(low); length <= digits(high); length++) {
    const from = length === least ? low : Math.max(low, 10 ** (length - 1));
    const to = Math.min(high, 10 ** length - 1);
    if (from > to) continue;
    const body = new Digits(walk, pad(from, length), pad(to, length)).from(0, 0, true, true);
    if (body !== undefined) bodies.push(body);
  }
  return bodies;
}

const pad = (value: number, length: number): string => String(value).padStart(length, "0");

/** Digit strings of one length between two others, whose number the modulus divides. */
class Digits {
  private readonly walk: Walk;
  private readonly low: string;
  private readonly high: string;
  private readonly known = new Map<string, string | undefined>();

  constructor(walk: Walk, low: string, high: string) {
    this.walk = walk;
    this.low = low;
    this.high = high;
  }

  /** The rest of the digits from a position on; undefined where there is none. */
  from(at: number, remainder: number, atLow: boolean, atHigh: boolean): string | undefined {
    if (at === this.low.length) return remainder === 0 ? '""' : undefined;
    const key = `${at} ${remainder} ${atLow} ${atHigh}`;
    if (!this.known.has(key)) this.known.set(key, this.body(at, remainder, atLow, atHigh));
    return this.known.get(key);
  }

  private body(at: number, remainder: number, atLow: boolean, atHigh: boolean): string | undefined {
    const { grammar, decimals, modulus } = this.walk;
    const from = atLow ? Number(this.low[at]) : 0;
    const to = atHigh ? Number(this.high[at]) : 9;
    const rests = new Map<string, string[]>();
    for (let digit = from; digit <= to; digit++) {
      const next = (remainder * 10 + digit) % modulus;
      const rest = this.from(at + 1, next, atLow && digit === from, atHigh && digit === to);
      if (rest === undefined) continue;
      const digits = rests.get(rest);
      if (digits === undefined) rests.set(rest, [String(digit)]);
      else digits.push(String(digit));
    }
    if (rests.size === 0) return undefined;
    const point = decimals > 0 && at === this.low.length - decimals ? '"." ' : "";
    const bodies = [...rests].map(([rest, digits]) => {
      const one = `${point}${oneOf(digits)}`;
      return rest === '""' ? one : `${one} ${rest}`;
    });
    return bodies.length === 1 ? (bodies[0] as string) : grammar.rule(bodies.join(" | "), "n");
  }
}

function trailingZeros(unit: number): number {
  let zeros = 0;
  for (let rest = unit; rest > 0 && rest % 10 === 0; rest /= 10) zeros++;
  return zeros;
}

function decimalsOf(step: number): number {
  const [digits = "", exponent = "0"] = String(step).split("e");
  const point = digits.indexOf(".");
  return Math.max(0, (point < 0 ? 0 : digits.length - point - 1) - Number(exponent));
}

function decimalsFor(low: number, high: number): number {
  const width = high - low;
  return width <= 0 ? 0 : Math.min(12, Math.max(0, 4 - Math.floor(Math.log10(width))));
}
