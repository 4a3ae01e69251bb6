import type { ClauseBuilder } from "./clause.js";
import { evaluateIn, type Row, type Value } from "./evaluate-formula.js";
import { gridValue } from "./grid.js";
import { type Clause, variablesOf } from "./literal.js";
import {
  type Domain,
  isEmpty,
  type LabelDomain,
  labelBit,
  MISSING_BIT,
  type NumberDomain,
  OTHER,
} from "./problem.js";
import { Propagator } from "./propagate.js";
import { copyState, type State } from "./state.js";

/** What a search found: a row, the proof that there is none, or neither within its limit. */
export type Outcome = "row" | "none" | "unknown";

/** Numbers of a variable that are all tried; of more only the ends and the middle. */
const FEW = 64;
/** Combinations of values that a refutation looks through one by one. */
const SMALL = 2_000;

interface Candidates {
  readonly domains: readonly Domain[];
  /** False where there are values besides these. */
  readonly all: boolean;
}

/**
 * Search for a row under which all clauses hold: propagation, branching on choices (Davis, Putnam,
 * Logemann & Loveland 1962), then on values. Sound both ways; gives up after `limit` steps.
 */
export class Search {
  private readonly builder: ClauseBuilder;
  private readonly propagator: Propagator;
  private readonly limit: number;
  private readonly roots: readonly Clause[];
  /** The row that was found, one domain a variable. */
  found: readonly Domain[] | undefined;

  constructor(builder: ClauseBuilder, roots: readonly Clause[], limit: number) {
    this.builder = builder;
    this.propagator = new Propagator(builder);
    this.roots = roots;
    this.limit = limit;
  }

  /** Steps taken. */
  get work(): number {
    return this.propagator.work;
  }

  /** With `refute`, any hint that rows may exist ends the search as unknown. */
  run(refute: boolean): Outcome {
    const state: State = {
      domains: this.builder.variables.map((variable) => variable.domain),
      linear: [],
      pairs: [],
      opaque: [],
      choices: [],
    };
    if (state.domains.some(isEmpty)) return "none";
    if (!this.roots.every((root) => this.propagator.assert(state, root))) return "none";
    return this.branch(state, refute);
  }

  private branch(state: State, refute: boolean): Outcome {
    if (!this.propagator.run(state)) return "none";
    if (this.propagator.work > this.limit) return "unknown";
    let choice: readonly Clause[] | undefined;
    for (const parts of state.choices)
      if (choice === undefined || parts.length < choice.length) choice = parts;
    if (choice === undefined) return this.leaf(state, refute);
    state.choices = state.choices.filter((parts) => parts !== choice);
    let outcome: Outcome = "none";
    for (const part of choice) {
      const next = copyState(state);
      if (!this.propagator.assert(next, part)) continue;
      const result = this.branch(next, refute);
      if (result === "row") return result;
      if (result === "unknown") {
        if (refute) return result;
        outcome = result;
      }
      if (this.propagator.work > this.limit) return "unknown";
    }
    return outcome;
  }

  /** No choice is left; only values are open. */
  private leaf(state: State, refute: boolean): Outcome {
    if (refute && this.combinations(state) > SMALL) return "unknown";
    return this.dive(state, refute);
  }

  private involved(state: State): number[] {
    const open = new Set<number>();
    for (const literal of [...state.linear, ...state.pairs, ...state.opaque])
      variablesOf(literal, open);
    const { variables } = this.builder;
    for (const v of [...open]) {
      const formula = variables[v]?.formula;
      if (formula !== undefined) this.builder.reads(formula, open);
    }
    return [...open].filter(
      (v) => variables[v]?.formula === undefined && !isFixed(state.domains[v] as Domain),
    );
  }

  private combinations(state: State): number {
    let product = 1;
    for (const v of this.involved(state)) {
      product *= countOf(state.domains[v] as Domain, this.builder.variables[v]?.step);
      if (product > SMALL) return product;
    }
    return product;
  }

  private dive(state: State, refute: boolean): Outcome {
    const open = this.involved(state);
    if (open.length === 0)
      return this.verify(state) ? "row" : this.settled(state) ? "none" : "unknown";
    const size = (v: number): number =>
      countOf(state.domains[v] as Domain, this.builder.variables[v]?.step);
    const variable = open.reduce((best, v) => (size(v) < size(best) ? v : best));
    const { domains, all } = candidates(
      state.domains[variable] as Domain,
      this.builder.variables[variable]?.step,
    );
    let outcome: Outcome = all ? "none" : "unknown";
    for (const domain of domains) {
      const next = copyState(state);
      next.domains[variable] = domain;
      if (!this.propagator.run(next)) continue;
      const result = next.choices.length > 0 ? this.branch(next, refute) : this.dive(next, refute);
      if (result === "row") return result;
      if (result === "unknown") outcome = result;
      if (this.propagator.work > this.limit) return "unknown";
    }
    return outcome;
  }

  /** Whether nothing that the clauses speak of is open, so that a failed row is a proof. */
  private settled(state: State): boolean {
    return state.opaque.length === 0 && state.linear.every((linear) => linear.exact);
  }

  /** Put a value to every variable and evaluate the clauses themselves. */
  private verify(state: State): boolean {
    const domains = state.domains.map((domain, v) =>
      firstOf(domain, this.builder.variables[v]?.step),
    );
    const row = rowOf(this.builder, domains);
    for (const [v, variable] of this.builder.variables.entries()) {
      if (variable.formula === undefined) continue;
      const value = evaluateIn(variable.formula, row);
      const number = typeof value === "number" ? value : Number.NaN;
      domains[v] = { kind: "number", low: number, high: number, missing: false };
    }
    if (!this.roots.every((root) => this.holds(root, domains, row))) return false;
    this.found = domains;
    return true;
  }

  private holds(clause: Clause, domains: readonly Domain[], row: Row): boolean {
    switch (clause.kind) {
      case "and":
        return clause.parts.every((part) => this.holds(part, domains, row));
      case "or":
        return clause.parts.some((part) => this.holds(part, domains, row));
      case "opaque": {
        const value = evaluateIn(clause.formula, row);
        return value === undefined ? clause.weak : value === clause.want;
      }
      case "linear": {
        const status = this.propagator.status(clause, domains);
        return status === true || (status === undefined && !clause.strict);
      }
      case "pair": {
        const [left, right] = [
          labelOf(this.builder, clause.left, domains),
          labelOf(this.builder, clause.right, domains),
        ];
        if (left === undefined || right === undefined) return false;
        if (clause.relation === "eq") return left === right;
        if (clause.relation === "ne") return left !== right || left === OTHER;
        const labels = this.builder.variables[clause.left]?.labels ?? [];
        const [a, b] = [labels.indexOf(left), labels.indexOf(right)];
        return clause.relation === "lt" ? a < b : a <= b;
      }
      default:
        return this.propagator.status(clause, domains) === true;
    }
  }
}

function isFixed(domain: Domain): boolean {
  if (domain.kind === "labels") return (domain.mask & (domain.mask - 1n)) === 0n;
  return domain.low === domain.high ? !domain.missing : domain.low > domain.high;
}

function bitsIn(mask: bigint): number {
  let count = 0;
  for (let rest = mask; rest !== 0n; rest &= rest - 1n) count++;
  return count;
}

function countOf(domain: Domain, step: number | undefined): number {
  if (domain.kind === "labels") return bitsIn(domain.mask);
  if (domain.low === domain.high) return domain.missing ? 2 : 1;
  if (step === undefined) return Infinity;
  return Math.round((domain.high - domain.low) / step) + (domain.missing ? 2 : 1);
}

const exactly = (value: number): NumberDomain => ({
  kind: "number",
  low: value,
  high: value,
  missing: false,
});
const absent: NumberDomain = { kind: "number", low: Infinity, high: -Infinity, missing: true };

function candidates(domain: Domain, step: number | undefined): Candidates {
  if (domain.kind === "labels") return { domains: labelCandidates(domain), all: true };
  const gap = domain.missing ? [absent] : [];
  const count = countOf(domain, step);
  if (step !== undefined && count <= FEW) {
    const first = Math.round(domain.low / step);
    const last = Math.round(domain.high / step);
    const values: NumberDomain[] = [];
    for (let i = first; i <= last; i++) values.push(exactly(gridValue(i, step)));
    return { domains: [...values, ...gap], all: true };
  }
  const low = Number.isFinite(domain.low) ? domain.low : Math.min(0, domain.high);
  const high = Number.isFinite(domain.high) ? domain.high : Math.max(0, low);
  const middle =
    step === undefined ? (low + high) / 2 : gridValue(Math.round((low + high) / 2 / step), step);
  const values = [...new Set([low, high, middle])].map(exactly);
  return { domains: [...values, ...gap], all: false };
}

function labelCandidates(domain: LabelDomain): LabelDomain[] {
  const single: LabelDomain[] = [];
  for (let bit = 1n, rest = domain.mask; rest !== 0n; bit <<= 1n, rest >>= 1n) {
    if ((rest & 1n) === 1n) single.push({ kind: "labels", mask: bit });
  }
  return single;
}

/** One value of a domain; present where it can be. */
function firstOf(domain: Domain, step: number | undefined): Domain {
  if (domain.kind === "number") {
    if (domain.low > domain.high) return absent;
    const low = Number.isFinite(domain.low) ? domain.low : Math.min(0, domain.high);
    return exactly(step === undefined ? low : gridValue(Math.round(low / step), step));
  }
  const present = domain.mask & ~MISSING_BIT;
  const rest = present === 0n ? domain.mask : present;
  return { kind: "labels", mask: rest & -rest };
}

function labelOf(
  builder: ClauseBuilder,
  variable: number,
  domains: readonly Domain[],
): string | undefined {
  const { mask } = domains[variable] as LabelDomain;
  return builder.variables[variable]?.labels.find((_, i) => labelBit(i) === mask);
}

/** A row of fixed domains, for evaluating formulas. */
export function rowOf(builder: ClauseBuilder, domains: readonly Domain[]): Row {
  const value = (name: string, via: string | undefined): Value => {
    const position = builder.position(name, via);
    const variable = builder.variables[position];
    const domain = domains[position];
    if (variable === undefined || domain === undefined) return undefined;
    if (domain.kind === "number") return domain.low > domain.high ? undefined : domain.low;
    const label = labelOf(builder, position, domains);
    return variable.column?.type.kind === "bool" && label !== undefined ? label === "true" : label;
  };
  return {
    value,
    rank: (column, label) =>
      builder.variables[builder.position(column.name, column.via)]?.labels.indexOf(label) ?? -1,
    seconds: (column) =>
      builder.variables[builder.position(column.name, column.via)]?.seconds ?? false,
  };
}
