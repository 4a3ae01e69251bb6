import type { Evaluate } from "../../constraint/expression.js";
import {
  boundsOf,
  gridValue,
  indexAtLeast,
  indexAtMost,
  snap,
  stepOf,
} from "../../constraint/grid.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { ColumnType } from "../../table/column-type.js";
import type { Law, LawMaker } from "./law.js";
import { plainLaws, pointLaw } from "./law.js";

/**
 * Draws one column by inverting its cdf, truncated to the declared range: shares of [0, 1] stand for
 * values, so cutting to any set of intervals is exact.
 */
export class Sampler {
  readonly missingShare: number;
  private readonly low: number;
  private readonly high: number;
  private readonly step: number | undefined;
  private readonly make: LawMaker | undefined;
  private readonly parameters: readonly Evaluate[];
  private readonly fixed: readonly number[] | undefined;
  private readonly constant: Truncated | undefined;
  private readonly flat: Truncated;
  private readonly refuse: ((parameters: readonly number[]) => Error) | undefined;
  /** Shares of restrictions seen before, where the law is the same for every row. */
  private readonly seen = new WeakMap<Allowed, number[]>();

  constructor(request: {
    readonly type: ColumnType;
    readonly levels: number | undefined;
    readonly missingShare: number;
    /** Absent: uniform. */
    readonly make?: LawMaker | undefined;
    readonly parameters?: readonly Evaluate[];
    /** Constant parameters. */
    readonly fixed?: readonly number[] | undefined;
    /** What is thrown where the parameters of a row make no law. */
    readonly refuse?: (parameters: readonly number[]) => Error;
  }) {
    this.refuse = request.refuse;
    const { type, levels } = request;
    this.missingShare = request.missingShare;
    this.step = levels === undefined ? stepOf(type) : 1;
    const [low, high] = levels === undefined ? boundsOf(type) : [0, levels - 1];
    const step = this.step;
    this.low =
      step === undefined || !Number.isFinite(low) ? low : gridValue(indexAtLeast(low, step), step);
    this.high =
      step === undefined || !Number.isFinite(high)
        ? high
        : gridValue(indexAtMost(high, step), step);
    this.make = request.make;
    this.parameters = request.parameters ?? [];
    this.flat = this.flatten();
    const { fixed } = request;
    this.fixed = fixed;
    this.constant =
      request.make === undefined
        ? this.flat
        : fixed === undefined
          ? undefined
          : this.truncate(request.make(fixed));
  }

  /** Why nothing can be drawn from a law that is the same for every row: it is none, or has no mass in the range. */
  get emptiness(): "no law" | "no mass" | undefined {
    if (this.constant !== this.flat || this.make === undefined || this.fixed === undefined) {
      return undefined;
    }
    return this.make(this.fixed) === undefined ? "no law" : "no mass";
  }

  /** Uniform over the declared range. */
  private flatten(): Truncated {
    const half = (this.step ?? 0) / 2;
    const [low, high] = [
      Number.isFinite(this.low) ? this.low : 0,
      Number.isFinite(this.high) ? this.high : Math.max(1, this.low),
    ];
    const law = plainLaws["uniform"]?.([low - half, high + half]) as Law;
    return { law, from: 0, to: 1 };
  }

  private truncate(law: Law | undefined): Truncated {
    if (law === undefined) return this.flat;
    const from = this.below(law, this.low);
    const to = this.upTo(law, this.high);
    return to > from ? { law, from, to } : this.flat;
  }

  private at(cells: Cells, row: number): Truncated {
    if (this.constant !== undefined) return this.constant;
    const values = this.parameters.map((evaluate) => evaluate(cells, row));
    const law = values.some(Number.isNaN) ? undefined : this.make?.(values);
    if (law === undefined && this.refuse !== undefined) throw this.refuse(values);
    const cut = this.truncate(law);
    return law === undefined || cut !== this.flat ? cut : this.endNear(law);
  }

  /** The end of the range on whose side all of the law lies: what its truncation comes to as its mass there goes to 0. */
  private endNear(law: Law): Truncated {
    const isBelow = this.below(law, this.low) > 0.5;
    return { law: pointLaw(isBelow ? this.low : this.high) ?? law, from: 0, to: 1 };
  }

  private below(law: Law, low: number): number {
    if (low === -Infinity) return 0;
    if (law.point !== undefined && this.step === undefined) return law.point < low ? 1 : 0;
    return law.discrete ? law.cdf(Math.ceil(low) - 1) : law.cdf(low - (this.step ?? 0) / 2);
  }

  private upTo(law: Law, high: number): number {
    if (high === Infinity) return 1;
    return law.discrete ? law.cdf(high) : law.cdf(high + (this.step ?? 0) / 2);
  }

  /** Shares of [0, 1] that the allowed present values take, as low, high, low, high … */
  ranges(allowed: Allowed, cells: Cells, row: number): readonly number[] {
    if (this.constant === undefined) return this.sharesOf(allowed, cells, row);
    const known = this.seen.get(allowed);
    if (known !== undefined) return known;
    const shares = this.sharesOf(allowed, cells, row);
    this.seen.set(allowed, shares);
    return shares;
  }

  private sharesOf(allowed: Allowed, cells: Cells, row: number): number[] {
    const cut = this.at(cells, row);
    const spans = allowed.intervals ?? runs(allowed.codes);
    const width = cut.to - cut.from;
    const shares: number[] = [];
    for (let i = 0; i < spans.length; i += 2) {
      const from = (this.below(cut.law, spans[i] as number) - cut.from) / width;
      const to = (this.upTo(cut.law, spans[i + 1] as number) - cut.from) / width;
      const [a, b] = [Math.max(0, from), Math.min(1, to)];
      if (b > a) shares.push(a, b);
    }
    return shares;
  }

  /** The value at a share of the (truncated) distribution. */
  value(share: number, cells: Cells, row: number): number {
    const { law, from, to } = this.at(cells, row);
    const p = Math.min(Math.max(from + share * (to - from), 1e-300), 1 - 2 ** -53);
    const drawn = snap(law.quantile(p), this.step);
    return Math.min(Math.max(drawn, this.low), this.high);
  }
}

interface Truncated {
  readonly law: Law;
  /** The cdf at the ends of the declared range. */
  readonly from: number;
  readonly to: number;
}

/** Runs of allowed codes as inclusive intervals. */
function runs(codes: Uint8Array | undefined): number[] {
  if (codes === undefined) return [0, Infinity];
  const found: number[] = [];
  codes.forEach((bit, code) => {
    if (bit !== 1) return;
    if (found[found.length - 1] === code - 1) found[found.length - 1] = code;
    else found.push(code, code);
  });
  return found;
}

/** Any value of what is allowed, each interval alike: where the law gives them no mass. */
export function anyAllowed(allowed: Allowed, isCode: boolean, uniform: number): number {
  const spans = allowed.intervals ?? runs(allowed.codes);
  if (spans.length === 0) return isCode ? -1 : Number.NaN;
  const place = (uniform * spans.length) / 2;
  const pick = Math.floor(place);
  const [low, high] = [spans[2 * pick] as number, spans[2 * pick + 1] as number];
  if (isCode) return low + Math.floor((place - pick) * (high - low + 1));
  if (!Number.isFinite(low)) return Number.isFinite(high) ? high : 0;
  return Number.isFinite(high) ? low + (place - pick) * (high - low) : low;
}
