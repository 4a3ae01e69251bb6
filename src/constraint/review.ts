import type { CheckedRule, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type Demand, FAILS, HOLDS, RowSolver, SURELY } from "./satisfy.js";

/** A rule about single rows. */
export type RowRule = Extract<CheckedRule, { kind: "always" }>;

/** What can be proved about the rules of a table before there are any rows. */
export interface RuleReview {
  /** Sets of rules that leave no row; no two share a rule. */
  readonly clashes: readonly RuleClash[];
  /** Rules that the types and computed columns guarantee. */
  readonly always: readonly RowRule[];
  /** Rules that follow from others, with those. */
  readonly implied: readonly { readonly rule: RowRule; readonly by: readonly RowRule[] }[];
  /** Listed values that no row can have, with the rules that see to it. */
  readonly emptied: readonly {
    readonly column: string;
    readonly value: string;
    readonly by: readonly RowRule[];
  }[];
}

export interface RuleClash {
  readonly rules: readonly RowRule[];
  /** Proved: no smaller set of these columns' rules clashes. */
  readonly smallest: boolean;
  /** Proved: without any one of them, the others of the set leave rows. */
  readonly needed: boolean;
}

/**
 * Steps for all questions of a review together, shared out evenly: about half a second on a table of
 * 200 columns and 100 rules. What a question always gets, and the most that one can get.
 */
const TOTAL = 400_000;
const LEAST = 500;
const MOST = 20_000;
/** Steps for showing that no smaller set clashes; a tenth of a second or two. */
const PATIENCE = 200_000;
/** Clashes of one table that are looked for; a person mends a few at a time. */
const SHOWN = 5;

/** Answers questions about the rows that a table's rules leave. */
export class RuleBook {
  readonly rules: readonly RowRule[];
  private readonly table: CheckedTable;
  private readonly solver: RowSolver;
  private readonly groups: (readonly RowRule[])[];
  private readonly touched: ReadonlyMap<Formula, ReadonlySet<number>>;
  private readonly groupOf: ReadonlyMap<number, readonly RowRule[]>;
  private readonly limit: number;

  constructor(table: CheckedTable, tables: readonly CheckedTable[], more: readonly Formula[] = []) {
    this.table = table;
    this.rules = table.rules.filter((rule): rule is RowRule => rule.kind === "always");
    this.solver = new RowSolver(table, tables, [
      ...this.rules.map((rule) => rule.formula),
      ...more,
    ]);
    this.touched = new Map(
      this.rules.map((rule) => [rule.formula, this.solver.touches(demandOf(rule))]),
    );
    this.groups = connected(this.rules, this.touched);
    this.groupOf = new Map(
      this.groups.flatMap((group) =>
        group.flatMap((rule) =>
          [...(this.touched.get(rule.formula) ?? [])].map((v) => [v, group] as const),
        ),
      ),
    );
    const values = table.columns.reduce(
      (sum, { type }) => sum + (type.kind === "category" ? type.values.length : 0),
      0,
    );
    const questions = 2 * this.rules.length + values;
    this.limit = Math.min(MOST, Math.max(LEAST, Math.floor(TOTAL / Math.max(1, questions))));
  }

  /** Rules that share columns, directly or through others, with the formula. */
  private near(formula: Formula): readonly RowRule[] {
    const reached = this.touched.get(formula) ?? this.solver.touches({ formula, want: SURELY });
    const met = new Set([...reached].map((variable) => this.groupOf.get(variable)));
    return this.groups.filter((group) => met.has(group)).flat();
  }

  /** The rules that leave no row where the formula is true; undefined where such rows may exist. */
  blockers(formula: Formula): readonly RowRule[] | undefined {
    return this.blockersAmong(this.near(formula), formula);
  }

  /** True where it is proved that no row that keeps the rules has both formulas true. */
  leavesNone(formula: Formula, given?: Formula): boolean {
    const asked = given === undefined ? [formula] : [formula, given];
    const near = new Set(asked.flatMap((one) => this.near(one)));
    const demands = asked.map((one): Demand => ({ formula: one, want: SURELY }));
    return this.solver.refutes([...[...near].map(demandOf), ...demands], this.limit);
  }

  private blockersAmong(
    rules: readonly RowRule[],
    formula: Formula,
  ): readonly RowRule[] | undefined {
    const asked: Demand = { formula, want: SURELY };
    const demands = rules.map(demandOf);
    if (!this.solver.refutes([...demands, asked], this.limit)) return undefined;
    const core = new Set(
      this.solver.clash([asked, ...demands], this.limit).map((demand) => demand.formula),
    );
    return rules.filter((rule) => core.has(rule.formula));
  }

  review(): RuleReview {
    const clashes = this.groups.flatMap((group) => this.clashesOf(group));
    const broken = new Set(
      clashes.flatMap(
        ({ rules }) => this.groups.find((g) => g.includes(rules[0] as RowRule)) ?? [],
      ),
    );
    const sound = this.rules.filter((rule) => !broken.has(rule));
    const always = sound.filter((rule) =>
      this.solver.refutes([{ formula: rule.formula, want: FAILS }], this.limit),
    );
    const left = sound.filter((rule) => !always.includes(rule));
    return { clashes, always, implied: this.impliedAmong(left), emptied: this.emptied(broken) };
  }

  /** Clash after clash: what is left of the group without one may hold another. */
  private clashesOf(group: readonly RowRule[]): readonly RuleClash[] {
    const clashes: RuleClash[] = [];
    let rest = group;
    while (clashes.length < SHOWN) {
      const demands = rest.map(demandOf);
      if (!this.solver.refutes(demands, MOST)) break;
      const { core, smallest } = this.solver.smallestClash(demands, MOST, PATIENCE);
      const formulas = new Set(core.map(({ formula }) => formula));
      const rules = rest.filter(({ formula }) => formulas.has(formula));
      clashes.push({ rules, smallest, needed: core.every((one) => this.frees(one, core)) });
      if (rules.length === 0) break;
      rest = rest.filter((rule) => !rules.includes(rule));
    }
    return clashes;
  }

  /** Whether rows surely exist once this one is left out. */
  private frees(one: Demand, core: readonly Demand[]): boolean {
    const others = core.filter((other) => other !== one);
    return this.solver.answer(others, MOST).kind === "satisfiable";
  }

  /** Later rules are looked at first, so that of two equal ones the second is called superfluous. */
  private impliedAmong(rules: readonly RowRule[]): RuleReview["implied"] {
    const kept = new Set(rules);
    const found: RuleReview["implied"][number][] = [];
    for (const rule of [...rules].reverse()) {
      const others = this.near(rule.formula).filter((other) => other !== rule && kept.has(other));
      if (others.length === 0) continue;
      const fails: Demand = { formula: rule.formula, want: FAILS };
      if (!this.solver.refutes([...others.map(demandOf), fails], this.limit)) continue;
      const core = new Set(
        this.solver.clash([fails, ...others.map(demandOf)], this.limit).map((d) => d.formula),
      );
      kept.delete(rule);
      found.push({ rule, by: others.filter((other) => core.has(other.formula)) });
    }
    return found.reverse();
  }

  private emptied(broken: ReadonlySet<RowRule>): RuleReview["emptied"] {
    const named = new Set(
      this.rules
        .filter((rule) => !broken.has(rule))
        .flatMap((rule) => [...columnsOf(rule.formula)]),
    );
    return this.table.columns.flatMap((column) => {
      if (!named.has(column.name) || column.type.kind !== "category" || column.type.learned)
        return [];
      if (column.origin.kind === "computed") return [];
      return column.type.values.flatMap((value) => {
        const formula: Formula = {
          op: "eq",
          left: { op: "column", name: column.name },
          right: { op: "text", value },
        };
        const near = this.near(formula);
        const by = near.some((rule) => broken.has(rule))
          ? undefined
          : this.blockersAmong(near, formula);
        return by === undefined ? [] : [{ column: column.name, value, by }];
      });
    });
  }
}

const demandOf = (rule: RowRule): Demand => ({ formula: rule.formula, want: HOLDS });

function meet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const v of a) if (b.has(v)) return true;
  return false;
}

/** Rules joined where they speak of the same columns. */
function connected(
  rules: readonly RowRule[],
  touched: ReadonlyMap<Formula, ReadonlySet<number>>,
): RowRule[][] {
  let groups: { rules: RowRule[]; variables: Set<number> }[] = [];
  for (const rule of rules) {
    const variables = new Set(touched.get(rule.formula) ?? []);
    const near = groups.filter((group) => meet(group.variables, variables));
    const joined = { rules: [...near.flatMap((group) => group.rules), rule], variables };
    for (const group of near) for (const v of group.variables) variables.add(v);
    groups = [...groups.filter((group) => !near.includes(group)), joined];
  }
  return groups.map((group) => rules.filter((rule) => group.rules.includes(rule)));
}

/** The columns of the row's own table that a formula reads. */
export function columnsOf(formula: Formula, into: Set<string> = new Set()): Set<string> {
  if (formula.op === "column" && formula.via === undefined) into.add(formula.name);
  if ("arg" in formula) columnsOf(formula.arg, into);
  if ("args" in formula) for (const arg of formula.args) columnsOf(arg, into);
  if ("left" in formula) {
    columnsOf(formula.left, into);
    columnsOf(formula.right, into);
  }
  return into;
}
