import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { backgroundOf } from "./background.js";
import { type Clash, neededOf, smallestClash } from "./clash.js";
import { ClauseBuilder as Builder, type ClauseBuilder, type Want } from "./clause.js";
import { type Clause, combine, variablesOf } from "./literal.js";
import { Columns, OTHER } from "./problem.js";
import { type Outcome, rowOf, Search } from "./search.js";

/** Steps after which the solver says that it does not know; about a tenth of a second. */
const LIMIT = 60_000;

export const HOLDS: Want = { value: true, weak: true };
export const SURELY: Want = { value: true, weak: false };
export const FAILS: Want = { value: false, weak: false };

/** Something asked of a row: a formula and how it should come out. */
export interface Demand {
  readonly formula: Formula;
  readonly want: Want;
}

/** Whether rows exist that meet the demands. `row` has a value for each column that they speak of; null is missing. */
export type Answer =
  | {
      readonly kind: "satisfiable";
      readonly row: Readonly<Record<string, number | string | boolean | null>>;
    }
  | { readonly kind: "unsatisfiable" }
  | { readonly kind: "unknown" };

/**
 * Reasons about the rows of one table: which combinations of values its types, its computed columns
 * and given demands leave. Never calls something impossible that a row can meet; says `unknown` where
 * it cannot tell within its bound.
 */
export class RowSolver {
  private readonly builder: ClauseBuilder;
  private readonly background: readonly Clause[];
  private readonly clauses = new Map<Formula, Map<string, Clause>>();
  private readonly spoken = new Map<Clause, ReadonlySet<number>>();
  /** Steps of all searches so far. */
  private spent = 0;

  constructor(table: CheckedTable, tables: readonly CheckedTable[], formulas: readonly Formula[]) {
    this.builder = new Builder(new Columns(table, tables, formulas));
    for (const formula of formulas) {
      this.clause({ formula, want: HOLDS });
      this.clause({ formula, want: FAILS });
    }
    this.background = backgroundOf(table, this.builder);
  }

  /** The clause of a demand; the same one for the same formula. */
  private clause({ formula, want }: Demand): Clause {
    const key = `${want.value} ${want.weak}`;
    const known = this.clauses.get(formula) ?? new Map<string, Clause>();
    this.clauses.set(formula, known);
    const made = known.get(key) ?? this.builder.clause(formula, want);
    known.set(key, made);
    return made;
  }

  /** The demands, and what the computed columns among them imply, as clauses about connected variables only. */
  private roots(demands: readonly Demand[]): readonly Clause[] {
    const asked = demands.map((demand) => this.clause(demand));
    const reached = new Set<number>();
    const reach = (clause: Clause): void => {
      for (const variable of this.spokenOf(clause)) reached.add(variable);
    };
    for (const clause of asked) reach(clause);
    let roots: Clause[] = [];
    for (let size = -1; size !== reached.size; ) {
      size = reached.size;
      this.reachParts(reached);
      roots = this.background.filter((clause) => meets(this.spokenOf(clause), reached));
      for (const clause of roots) reach(clause);
    }
    return [...roots, ...asked];
  }

  /** The variables of a clause that is asked about again and again. */
  private spokenOf(clause: Clause): ReadonlySet<number> {
    const known = this.spoken.get(clause);
    if (known !== undefined) return known;
    const made = variablesOf(clause);
    this.spoken.set(clause, made);
    return made;
  }

  /** A part of a formula that stands for itself brings along the columns that it is made of. */
  private reachParts(reached: Set<number>): void {
    for (const v of [...reached]) {
      const formula = this.builder.variables[v]?.formula;
      if (formula !== undefined)
        for (const column of this.builder.reads(formula)) reached.add(column);
    }
  }

  /** True where it is proved that no row meets all demands. */
  refutes(demands: readonly Demand[], limit = LIMIT): boolean {
    return this.search(demands, true, limit).outcome === "none";
  }

  /** Whether a row meets all demands. */
  answer(demands: readonly Demand[], limit = LIMIT): Answer {
    const { outcome, search } = this.search(demands, false, limit);
    if (outcome === "none") return { kind: "unsatisfiable" };
    if (outcome !== "row" || search.found === undefined) return { kind: "unknown" };
    const row = rowOf(this.builder, search.found);
    const values: Record<string, number | string | boolean | null> = {};
    for (const variable of this.builder.variables) {
      if (variable.formula !== undefined) continue;
      const [first = "", second] = variable.key.split(".");
      const value = second === undefined ? row.value(first, undefined) : row.value(second, first);
      values[variable.key] = value === OTHER ? "any other value" : (value ?? null);
    }
    return { kind: "satisfiable", row: values };
  }

  private search(
    demands: readonly Demand[],
    refute: boolean,
    limit: number,
  ): { outcome: Outcome; search: Search } {
    const roots = this.roots(demands);
    const search = new Search(this.builder, [combine("and", roots)], limit);
    const outcome = search.run(refute);
    this.spent += search.work;
    return { outcome, search };
  }

  /** The variables that a demand speaks of, for splitting rules into groups that do not touch. */
  touches(demand: Demand): ReadonlySet<number> {
    const reached = new Set<number>();
    for (const clause of this.roots([demand]))
      for (const variable of this.spokenOf(clause)) reached.add(variable);
    this.reachParts(reached);
    return reached;
  }

  /**
   * A clashing set each of whose demands is needed, given that all of them together clash. Where the
   * search gives up, a demand stays.
   */
  clash(demands: readonly Demand[], limit = LIMIT): readonly Demand[] {
    return neededOf(demands, (some) => this.refutes(some, limit));
  }

  /** A clashing set with as few demands as `patience` steps of search can prove. */
  smallestClash(demands: readonly Demand[], limit: number, patience: number): Clash<Demand> {
    const end = this.spent + patience;
    return smallestClash(demands, {
      refutes: (some) => this.refutes(some, limit),
      holds: (some) => this.answer(some, limit).kind === "satisfiable",
      goesOn: () => this.spent < end,
    });
  }
}

function meets(some: ReadonlySet<number>, all: ReadonlySet<number>): boolean {
  for (const one of some) if (all.has(one)) return true;
  return false;
}
