import type { ClauseBuilder } from "./clause.js";
import { differences } from "./difference.js";
import { gridValue, indexAtLeast, indexAtMost } from "./grid.js";
import type { Clause, LabelPair, Linear } from "./literal.js";
import {
  type Domain,
  isEmpty,
  type LabelDomain,
  labelBit,
  MISSING_BIT,
  type NumberDomain,
  OTHER,
  type Variable,
} from "./problem.js";
import type { State } from "./state.js";

/** Rounds of drawing in bounds before it is left at that: stopping early is sound. */
const ROUNDS = 24;

/** Draws conclusions until nothing more follows; every method says false when a contradiction is met. */
export class Propagator {
  private readonly variables: readonly Variable[];
  private readonly builder: ClauseBuilder;
  private readonly aids: readonly number[];
  private readonly labelPositions = new Map<number, ReadonlyMap<string, number>>();
  /** Steps taken; the search stops at its limit. */
  work = 0;

  constructor(builder: ClauseBuilder) {
    this.builder = builder;
    this.variables = builder.variables;
    this.aids = builder.variables.flatMap((v, i) => (v.formula === undefined ? [] : [i]));
  }

  /** Take a clause as true. */
  assert(state: State, clause: Clause): boolean {
    switch (clause.kind) {
      case "truth":
        return clause.value;
      case "and":
        return clause.parts.every((part) => this.assert(state, part));
      case "or":
        state.choices = [...state.choices, clause.parts];
        return true;
      case "mask": {
        const domain = state.domains[clause.variable] as LabelDomain;
        return this.set(state, clause.variable, {
          kind: "labels",
          mask: domain.mask & clause.mask,
        });
      }
      case "presence":
        return this.presence(state, clause.variable, clause.missing);
      case "linear":
        state.linear.push(clause);
        return true;
      case "pair":
        state.pairs.push(clause);
        return true;
      case "opaque":
        state.opaque.push(clause);
        return true;
    }
  }

  private presence(state: State, variable: number, missing: boolean): boolean {
    const domain = state.domains[variable] as NumberDomain;
    if (!missing) return this.set(state, variable, { ...domain, missing: false });
    return (
      domain.missing && this.set(state, variable, { ...domain, low: Infinity, high: -Infinity })
    );
  }

  private set(state: State, variable: number, domain: Domain): boolean {
    state.domains[variable] = domain;
    return !isEmpty(domain);
  }

  /** Conclude until nothing changes: bounds, labels, and choices with one way left. */
  run(state: State): boolean {
    for (;;) {
      if (!this.tighten(state)) return false;
      const settled = this.settle(state);
      if (settled === undefined) return false;
      if (!settled) return true;
    }
  }

  /** Look at each choice; true where one was decided. Undefined: none of its ways is left. */
  private settle(state: State): boolean | undefined {
    const open: (readonly Clause[])[] = [];
    const choices = state.choices;
    state.choices = [];
    let decided = false;
    for (const parts of choices) {
      const left = this.waysLeft(parts, state.domains);
      if (left === "holds") continue;
      const [only] = left;
      if (only === undefined) return undefined;
      if (left.length > 1) open.push(left);
      else {
        decided = true;
        if (!this.assert(state, only)) return undefined;
      }
    }
    state.choices = [...open, ...state.choices];
    return decided;
  }

  /** The ways of a choice that are not ruled out, or that one of them holds already. */
  private waysLeft(
    parts: readonly Clause[],
    domains: readonly Domain[],
  ): readonly Clause[] | "holds" {
    const left: Clause[] = [];
    for (const part of parts) {
      const status = this.status(part, domains);
      if (status === true) return "holds";
      if (status === undefined) left.push(part);
    }
    return left.length === parts.length ? parts : left;
  }

  /** Whether a clause surely holds or surely fails whatever the open values; else undefined. */
  status(clause: Clause, domains: readonly Domain[]): boolean | undefined {
    this.work++;
    switch (clause.kind) {
      case "truth":
        return clause.value;
      case "mask": {
        const { mask } = domains[clause.variable] as LabelDomain;
        if ((mask & clause.mask) === 0n) return false;
        return (mask & ~clause.mask) === 0n ? true : undefined;
      }
      case "presence": {
        const { low, high, missing } = domains[clause.variable] as NumberDomain;
        const [can, cannot] = clause.missing ? [missing, low > high] : [low <= high, !missing];
        return can ? (cannot ? true : undefined) : false;
      }
      case "linear":
        return linearStatus(clause, domains);
      case "pair":
      case "opaque":
        return undefined;
      case "and":
      case "or":
        return this.manyStatus(clause.kind, clause.parts, domains);
    }
  }

  private manyStatus(
    kind: "and" | "or",
    parts: readonly Clause[],
    domains: readonly Domain[],
  ): boolean | undefined {
    const decisive = kind === "or";
    let open = false;
    for (const part of parts) {
      const status = this.status(part, domains);
      if (status === decisive) return decisive;
      if (status === undefined) open = true;
    }
    return open ? undefined : !decisive;
  }

  private tighten(state: State): boolean {
    if (state.linear.length > 1 && !differences(state, this.variables)) return false;
    let changed = true;
    for (let round = 0; changed && round < ROUNDS; round++) {
      changed = false;
      for (const linear of state.linear) {
        const step = this.tightenLinear(state, linear);
        if (step === undefined) return false;
        changed ||= step;
      }
      for (const pair of state.pairs) {
        const step = this.tightenPair(state, pair);
        if (step === undefined) return false;
        changed ||= step;
      }
      for (const aid of this.aids) {
        const step = this.tightenAid(state, aid);
        if (step === undefined) return false;
        changed ||= step;
      }
    }
    return true;
  }

  /** Bounds of each variable of Σ a·x ≤ b from the bounds of the others (bounds consistency). */
  private tightenLinear(state: State, linear: Linear): boolean | undefined {
    const { variables, coefficients, bound, slack } = linear;
    this.work += variables.length;
    let least = 0;
    let endless = 0;
    for (const [i, v] of variables.entries()) {
      const end = lowEnd(state.domains[v] as NumberDomain, coefficients[i] as number);
      if (end === -Infinity) endless++;
      else least += end;
    }
    if (endless === 0 && beyond(least, linear)) return undefined;
    let changed = false;
    for (const [i, v] of variables.entries()) {
      const a = coefficients[i] as number;
      const domain = state.domains[v] as NumberDomain;
      const own = lowEnd(domain, a);
      const others = own === -Infinity ? endless - 1 : endless;
      if (others > 0) continue;
      const limit = (bound + slack - (own === -Infinity ? least : least - own)) / a;
      const next = cut(domain, limit, a > 0, this.variables[v]?.step);
      if (next === undefined) continue;
      changed = true;
      if (!this.set(state, v, next)) return undefined;
      if (own !== -Infinity) least += lowEnd(next, a) - own;
    }
    return changed;
  }

  private tightenPair(state: State, { relation, left, right }: LabelPair): boolean | undefined {
    this.work++;
    const l = (state.domains[left] as LabelDomain).mask;
    const r = (state.domains[right] as LabelDomain).mask;
    const [nextL, nextR] =
      relation === "eq" || relation === "ne"
        ? this.matched(relation, left, right, l, r)
        : ranked(relation === "lt", l, r);
    if (nextL === l && nextR === r) return false;
    const fine =
      this.set(state, left, { kind: "labels", mask: nextL }) &&
      this.set(state, right, { kind: "labels", mask: nextR });
    return fine ? true : undefined;
  }

  private matched(
    relation: "eq" | "ne",
    left: number,
    right: number,
    l: bigint,
    r: bigint,
  ): [bigint, bigint] {
    if (relation === "eq")
      return [l & this.translate(right, left, r), r & this.translate(left, right, l)];
    const [soleL, soleR] = [this.sole(left, l), this.sole(right, r)];
    return [
      soleR === undefined ? l : l & ~this.bitOf(left, soleR),
      soleL === undefined ? r : r & ~this.bitOf(right, soleL),
    ];
  }

  private positionsOf(variable: number): ReadonlyMap<string, number> {
    const known = this.labelPositions.get(variable);
    if (known !== undefined) return known;
    const made = new Map((this.variables[variable]?.labels ?? []).map((label, i) => [label, i]));
    this.labelPositions.set(variable, made);
    return made;
  }

  private bitOf(variable: number, label: string): bigint {
    const position = this.positionsOf(variable).get(label);
    return position === undefined ? 0n : labelBit(position);
  }

  /** The only label left, unless it is the one that stands for all others. */
  private sole(variable: number, mask: bigint): string | undefined {
    if (mask === 0n || (mask & (mask - 1n)) !== 0n || mask === MISSING_BIT) return undefined;
    const label = this.variables[variable]?.labels.find((_, i) => labelBit(i) === mask);
    return label === OTHER ? undefined : label;
  }

  /** The labels of `from` that are left, as bits of `to`. */
  private translate(from: number, to: number, mask: bigint): bigint {
    let result = 0n;
    for (const [i, label] of (this.variables[from]?.labels ?? []).entries()) {
      if ((mask & labelBit(i)) !== 0n) result |= this.bitOf(to, label);
    }
    return result;
  }

  /** A part of a formula that stands for itself lies within the interval of what it is made of. */
  private tightenAid(state: State, aid: number): boolean | undefined {
    const formula = this.variables[aid]?.formula;
    if (formula === undefined) return false;
    this.work++;
    const { low, high } = this.builder.interval(formula, state.domains);
    const domain = state.domains[aid] as NumberDomain;
    const margin = (value: number): number =>
      Number.isFinite(value) ? 1e-9 * Math.max(1, Math.abs(value)) : 0;
    const next = {
      ...domain,
      low: Math.max(domain.low, low - margin(low)),
      high: Math.min(domain.high, high + margin(high)),
    };
    if (!(next.low > domain.low || next.high < domain.high)) return false;
    return this.set(state, aid, next) ? true : undefined;
  }
}

/** The smallest that `a · x` can be. */
function lowEnd({ low, high }: NumberDomain, a: number): number {
  return a > 0 ? a * low : a * high;
}

function beyond(least: number, { bound, strict, slack: rounding, exact }: Linear): boolean {
  const slack = exact ? 0 : rounding;
  return strict ? least >= bound + slack : least > bound + slack;
}

function linearStatus(linear: Linear, domains: readonly Domain[]): boolean | undefined {
  const { variables, coefficients, bound, strict } = linear;
  const slack = linear.exact ? 0 : linear.slack;
  let least = 0;
  let most = 0;
  for (const [i, v] of variables.entries()) {
    const a = coefficients[i] as number;
    const domain = domains[v] as NumberDomain;
    if (domain.low > domain.high) return false;
    least += lowEnd(domain, a);
    most += a > 0 ? a * domain.high : a * domain.low;
  }
  if (beyond(least, linear)) return false;
  return strict
    ? most < bound - slack
      ? true
      : undefined
    : most <= bound - slack
      ? true
      : undefined;
}

/** The domain cut at `limit`, from above or below; undefined where nothing falls away. */
function cut(
  domain: NumberDomain,
  limit: number,
  above: boolean,
  step: number | undefined,
): NumberDomain | undefined {
  if (above) {
    const high =
      step === undefined || !Number.isFinite(limit)
        ? limit
        : gridValue(indexAtMost(limit, step), step);
    return high < domain.high ? { ...domain, high } : undefined;
  }
  const low =
    step === undefined || !Number.isFinite(limit)
      ? limit
      : gridValue(indexAtLeast(limit, step), step);
  return low > domain.low ? { ...domain, low } : undefined;
}

/** Labels by rank: `left < right` (or ≤) takes away what is too high on the left, too low on the right. */
function ranked(strict: boolean, l: bigint, r: bigint): [bigint, bigint] {
  const labelsL = l & ~MISSING_BIT;
  const labelsR = r & ~MISSING_BIT;
  if (labelsL === 0n || labelsR === 0n) return [0n, 0n];
  const highest = BigInt(labelsR.toString(2).length - 1);
  const lowest = BigInt((labelsL & -labelsL).toString(2).length - 1);
  const below = (1n << (strict ? highest : highest + 1n)) - 1n;
  const above = ~((1n << (strict ? lowest + 1n : lowest)) - 1n);
  return [labelsL & below, labelsR & above];
}
