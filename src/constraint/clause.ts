import type { Formula } from "../ir/formula.js";
import { isBare } from "./compare.js";
import { wholeValued } from "./functions.js";
import { everything, type Interval, intervalOf } from "./interval.js";
import { atMostZero, type LinearForm, scaled, sum } from "./linear-form.js";
import { always, type Clause, combine, never } from "./literal.js";
import {
  type Columns,
  type Domain,
  labelBit,
  MISSING_BIT,
  type NumberDomain,
  type Variable,
} from "./problem.js";

/**
 * What is wanted of a formula: that it comes out true or false; `weak` accepts that it is unknown for
 * want of a value too. A rule holds unless it is false: `{ value: true, weak: true }`.
 */
export interface Want {
  readonly value: boolean;
  readonly weak: boolean;
}

type ComparisonOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
const FLIPPED = { eq: "ne", ne: "eq", lt: "ge", le: "gt", gt: "le", ge: "lt" } as const;

/** Turns formulas of one table into clauses over its variables; the same column is the same variable. */
export class ClauseBuilder {
  readonly variables: Variable[] = [];
  private readonly columns: Columns;
  private readonly positions = new Map<string, number>();

  constructor(columns: Columns) {
    this.columns = columns;
  }

  /** The variable of a column, or −1 where the table has no such column. */
  position(name: string, via?: string): number {
    const key = via === undefined ? name : `${via}.${name}`;
    const known = this.positions.get(key);
    if (known !== undefined) return known;
    const variable = this.columns.variable(name, via);
    return variable === undefined ? -1 : this.add(variable);
  }

  /** What must hold of the variables for `formula` to come out as wanted. */
  clause(formula: Formula, want: Want): Clause {
    switch (formula.op) {
      case "truth":
        return formula.value === want.value ? always : never;
      case "not":
        return this.clause(formula.arg, { ...want, value: !want.value });
      case "and":
      case "or": {
        const kind = (formula.op === "and") === want.value ? "and" : "or";
        return combine(
          kind,
          formula.args.map((arg) => this.clause(arg, want)),
        );
      }
      case "missing":
        return this.missing(formula.arg, want.value);
      case "column":
        return this.labelTest(formula, ["true"], want) ?? this.opaque(formula, want);
      case "in":
        return this.inSet(formula, want);
      case "eq":
      case "ne":
      case "lt":
      case "le":
      case "gt":
      case "ge":
        return this.compared(
          want.value ? formula.op : FLIPPED[formula.op],
          formula.left,
          formula.right,
          want,
        );
      default:
        return this.opaque(formula, want);
    }
  }

  private add(variable: Variable): number {
    this.positions.set(variable.key, this.variables.length);
    this.variables.push(variable);
    return this.variables.length - 1;
  }

  private at(position: number): Variable {
    return this.variables[position] as Variable;
  }

  /** Every column that a formula reads. */
  reads(formula: Formula, into: Set<number> = new Set()): Set<number> {
    if (formula.op === "column") {
      const position = this.position(formula.name, formula.via);
      if (position >= 0) into.add(position);
    }
    if ("arg" in formula) this.reads(formula.arg, into);
    if ("args" in formula) for (const arg of formula.args) this.reads(arg, into);
    if ("left" in formula) {
      this.reads(formula.left, into);
      this.reads(formula.right, into);
    }
    return into;
  }

  private isMissing(position: number, missing: boolean): Clause {
    const { domain } = this.at(position);
    if (domain.kind === "number") {
      if (!domain.missing) return missing ? never : always;
      return { kind: "presence", variable: position, missing };
    }
    if ((domain.mask & MISSING_BIT) === 0n) return missing ? never : always;
    const mask = missing ? MISSING_BIT : domain.mask & ~MISSING_BIT;
    return { kind: "mask", variable: position, mask };
  }

  /** A formula is missing where any column that it reads is. */
  private missing(formula: Formula, value: boolean): Clause {
    if (this.isPartial(formula))
      return this.opaque({ op: "missing", arg: formula }, { value, weak: false });
    const parts = [...this.reads(formula)].map((position) => this.isMissing(position, value));
    return combine(value ? "or" : "and", parts);
  }

  /** `clause` where all columns of the formulas are present; where one is missing, what `want` says of unknown. */
  private guarded(clause: Clause, formulas: readonly Formula[], want: Want): Clause {
    const reads = new Set<number>();
    for (const formula of formulas) this.reads(formula, reads);
    const gaps = [...reads].map((position) => this.isMissing(position, true));
    const present = combine("and", [
      ...[...reads].map((position) => this.isMissing(position, false)),
      clause,
    ]);
    return want.weak ? combine("or", [...gaps, present]) : present;
  }

  private opaque(formula: Formula, want: Want): Clause {
    const variables = [...this.reads(formula)];
    const literal: Clause = {
      kind: "opaque",
      variables,
      formula,
      want: want.value,
      weak: want.weak,
    };
    return literal;
  }

  /** Whether the formula may have no value though all its columns are present: 1/0, a root of −1. */
  private isPartial(formula: Formula): boolean {
    if ("args" in formula && formula.args.some((arg) => this.isPartial(arg))) return true;
    if ("arg" in formula) return this.isPartial(formula.arg);
    if ("left" in formula && (this.isPartial(formula.left) || this.isPartial(formula.right)))
      return true;
    const within = (part: Formula | undefined): Interval =>
      part === undefined ? everything : this.interval(part, []);
    if (formula.op === "div") {
      const { low, high } = within(formula.right);
      return low <= 0 && high >= 0;
    }
    if (formula.op === "pow") return true;
    if (formula.op !== "call") return false;
    const { low, high } = within(formula.args[0]);
    if (formula.name === "sqrt") return low < 0;
    if (formula.name.startsWith("log")) return low <= 0;
    return formula.name === "exp" ? high > 700 : formula.name === "mod";
  }

  /** A label column is, or is not, one of the texts; undefined where it is no label column. */
  private labelTest(formula: Formula, texts: readonly string[], want: Want): Clause | undefined {
    if (formula.op !== "column") return undefined;
    const position = this.position(formula.name, formula.via);
    const variable = position < 0 ? undefined : this.at(position);
    if (variable?.domain.kind !== "labels") return undefined;
    let mask = 0n;
    for (const [i, label] of variable.labels.entries()) {
      if (texts.includes(label) === want.value) mask |= labelBit(i);
    }
    if (want.weak) mask |= MISSING_BIT;
    return this.masked(position, mask);
  }

  private masked(position: number, mask: bigint): Clause {
    const { domain } = this.at(position);
    const own = domain.kind === "labels" ? domain.mask : 0n;
    if ((own & mask) === 0n) return never;
    return (own & ~mask) === 0n ? always : { kind: "mask", variable: position, mask };
  }

  private inSet(formula: Extract<Formula, { op: "in" }>, want: Want): Clause {
    const texts = formula.values.map(String);
    const labels = this.labelTest(formula.arg, texts, want);
    if (labels !== undefined) return labels;
    const tests = formula.values.map((value): Clause => {
      const right: Formula =
        typeof value === "number" ? { op: "number", value } : { op: "text", value };
      return this.compared(want.value ? "eq" : "ne", formula.arg, right, want);
    });
    return combine(want.value ? "or" : "and", tests);
  }

  private compared(op: ComparisonOp, left: Formula, right: Formula, want: Want): Clause {
    return (
      this.againstText(op, left, right, want) ??
      this.againstText(
        op === "lt" || op === "le" || op === "gt" || op === "ge" ? MIRRORED[op] : op,
        right,
        left,
        want,
      ) ??
      this.pair(op, left, right, want) ??
      this.numbers(op, left, right, want) ??
      this.opaque({ op, left, right }, { ...want, value: true })
    );
  }

  private againstText(
    op: ComparisonOp,
    left: Formula,
    right: Formula,
    want: Want,
  ): Clause | undefined {
    if (right.op !== "text" || left.op !== "column") return undefined;
    if (op === "eq") return this.labelTest(left, [right.value], { value: true, weak: want.weak });
    if (op === "ne") return this.labelTest(left, [right.value], { value: false, weak: want.weak });
    const position = this.position(left.name, left.via);
    const labels = position < 0 ? [] : this.at(position).labels;
    const rank = labels.indexOf(right.value);
    if (rank < 0) return undefined;
    const fits = labels.filter((_, i) => ordered(op, i, rank));
    return this.labelTest(left, fits, { value: true, weak: want.weak });
  }

  private pair(op: ComparisonOp, left: Formula, right: Formula, want: Want): Clause | undefined {
    if (left.op !== "column" || right.op !== "column") return undefined;
    const [l, r] = [this.position(left.name, left.via), this.position(right.name, right.via)];
    if (
      l < 0 ||
      r < 0 ||
      this.at(l).domain.kind !== "labels" ||
      this.at(r).domain.kind !== "labels"
    )
      return undefined;
    const literal: Clause =
      op === "gt" || op === "ge"
        ? { kind: "pair", relation: op === "gt" ? "lt" : "le", left: r, right: l }
        : { kind: "pair", relation: op, left: l, right: r };
    return this.guarded(literal, [left, right], want);
  }

  private numbers(op: ComparisonOp, left: Formula, right: Formula, want: Want): Clause | undefined {
    if (this.isPartial(left) || this.isPartial(right)) return undefined;
    const form = this.linear({ op: "sub", left, right });
    if (form === undefined) return undefined;
    const bare = isBare(left) && isBare(right);
    return this.guarded(this.relation(op, form, bare), [left, right], want);
  }

  /** A linear form against zero; `bare` where values are compared as they stand. */
  private relation(op: ComparisonOp, form: LinearForm, bare: boolean): Clause {
    const step = (variable: number) => this.at(variable).step;
    const below = (strict: boolean) => atMostZero(form, { strict, bare, step });
    const above = (strict: boolean) => atMostZero(scaled(form, -1), { strict, bare, step });
    switch (op) {
      case "le":
        return below(false);
      case "lt":
        return below(true);
      case "ge":
        return above(false);
      case "gt":
        return above(true);
      case "eq":
        return combine("and", [below(false), above(false)]);
      case "ne":
        return combine("or", [below(true), above(true)]);
    }
  }

  private linear(formula: Formula): LinearForm | undefined {
    switch (formula.op) {
      case "number":
        return { terms: new Map(), constant: formula.value };
      case "column":
        return this.single(this.position(formula.name, formula.via));
      case "neg":
        return scaled(this.linear(formula.arg), -1);
      case "add":
      case "sub": {
        const [left, right] = [this.linear(formula.left), this.linear(formula.right)];
        return sum(left, scaled(right, formula.op === "add" ? 1 : -1));
      }
      case "mul":
        if (formula.left.op === "number")
          return scaled(this.linear(formula.right), formula.left.value);
        if (formula.right.op === "number")
          return scaled(this.linear(formula.left), formula.right.value);
        return this.stand(formula);
      case "div":
        if (formula.right.op !== "number" || formula.right.value === 0) return this.stand(formula);
        return scaled(this.linear(formula.left), 1 / formula.right.value);
      case "call":
      case "pow":
        return this.stand(formula);
      default:
        return undefined;
    }
  }

  private single(position: number): LinearForm | undefined {
    if (position < 0 || this.at(position).domain.kind !== "number") return undefined;
    return { terms: new Map([[position, 1]]), constant: 0 };
  }

  /** A part that is not linear becomes a variable of its own, between its interval's bounds. */
  private stand(formula: Formula): LinearForm {
    const key = JSON.stringify(formula);
    const known = this.positions.get(key);
    if (known !== undefined) return { terms: new Map([[known, 1]]), constant: 0 };
    const { low, high } = this.interval(
      formula,
      this.variables.map((v) => v.domain),
    );
    const whole =
      formula.op === "call" &&
      (wholeValued.has(formula.name) || (formula.name === "round" && formula.args.length === 1));
    const position = this.add({
      key,
      domain: { kind: "number", low, high, missing: false },
      labels: [],
      open: false,
      step: whole ? 1 : undefined,
      seconds: false,
      formula,
    });
    return { terms: new Map([[position, 1]]), constant: 0 };
  }

  /** Bounds of a formula where the variables are as `domains` say. */
  interval(formula: Formula, domains: readonly Domain[]): { low: number; high: number } {
    return intervalOf(formula, (column) => {
      const position = this.position(column.name, column.via);
      const variable = position < 0 ? undefined : this.at(position);
      const domain = (domains[position] ?? variable?.domain) as NumberDomain | undefined;
      const open = domain?.kind === "number" && domain.low <= domain.high;
      const interval = open ? domain : everything;
      return { interval, seconds: variable?.seconds ?? false };
    });
  }
}

const MIRRORED = { lt: "gt", le: "ge", gt: "lt", ge: "le" } as const;

function ordered(op: "lt" | "le" | "gt" | "ge", a: number, b: number): boolean {
  if (op === "lt") return a < b;
  if (op === "le") return a <= b;
  return op === "gt" ? a > b : a >= b;
}
