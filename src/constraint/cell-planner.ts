import type { CellDomain, Restriction } from "./cell-domain.js";
import type { Allowed, Cells } from "./guide.js";
import type { Board } from "./measure.js";
import type { TestNode } from "./nodes.js";
import { type Goal, project } from "./project.js";

/** A rule ready for propagation. */
export interface RuleNode {
  readonly test: TestNode;
  readonly goal: Goal;
}

type OpenRule = { readonly rule: RuleNode; readonly open: readonly number[] };

/** What it takes to answer for one column when a certain set of others is known. */
interface CellPlan {
  /** Rules with one unknown cell: what they say never changes on the way. */
  readonly single: readonly OpenRule[];
  /** Rules with several, to be gone over until nothing changes. */
  readonly several: TiedRules;
  /** Unknown columns whose domains are narrowed on the way, the asked one included. */
  readonly open: readonly number[];
  readonly fixed: readonly number[];
  /** The known bits of the component for which this plan was made. */
  readonly known: Uint8Array;
  readonly memo: Memo | undefined;
}

/** Rules with several unknown cells, and which of them are to be gone over again. */
interface TiedRules {
  readonly rules: readonly OpenRule[];
  /** By column: the rules that it is unknown in. */
  readonly touching: ReadonlyMap<number, readonly number[]>;
  /** 1 for the rules that may say something new at the start. */
  readonly first: Uint8Array;
  /** Likewise, on the way. */
  readonly due: Uint8Array;
}

/** Answers already given, by the known cells as one number. */
interface Memo {
  readonly radices: readonly number[];
  readonly offsets: readonly number[];
  readonly steps: readonly number[];
  readonly answers: Map<number, Allowed | undefined>;
}

const mostRemembered = 50_000;
const mostRounds = 12;

/** Propagates bounds over the rules that tie columns together, and remembers what it found. */
export class CellPlanner {
  readonly restricted: boolean[];
  readonly components: readonly (readonly number[])[];
  /** No row at all can obey the rules. */
  readonly impossible: boolean;
  /** With no cell known, no rule narrows the roots any further. */
  private readonly atRest: boolean;
  private readonly bases: readonly CellDomain[];
  private readonly roots: readonly CellDomain[];
  private readonly rules: readonly RuleNode[];
  private readonly board: Board;
  private readonly plans: (CellPlan[] | undefined)[];
  private readonly componentOf: Int32Array;

  /** `implied`: what is known beforehand of what the rules together leave. */
  constructor(
    bases: readonly CellDomain[],
    rules: readonly RuleNode[],
    implied: ReadonlyMap<number, Restriction> = new Map(),
  ) {
    this.bases = bases;
    this.rules = rules;
    this.plans = bases.map(() => undefined);
    this.board = {
      domains: bases.map((base) => base.clone()),
      bases,
      cells: bases.map((base) => (base.numeric ? new Float64Array(1) : new Int32Array(1))),
      row: 0,
      known: new Uint8Array(bases.length),
    };
    for (const [at, restriction] of implied) this.board.domains[at]?.narrow(restriction);
    const all = rules.map((rule): OpenRule => ({ rule, open: rule.test.columns }));
    const tied = tie(all.filter(isTied), () => true);
    this.impossible = !this.settle(all.filter(isSingle), tied);
    this.atRest = !this.impossible && !tied.due.includes(1);
    this.roots = this.board.domains.map((domain) => domain.clone());
    this.restricted = this.roots.map((root, at) => !root.sameAs(bases[at] as CellDomain));
    for (const rule of rules) for (const at of rule.test.columns) this.restricted[at] = true;
    this.componentOf = new Int32Array(bases.length).fill(-1);
    this.components = this.group();
  }

  private group(): number[][] {
    const parent = Array.from(this.bases, (_, at) => at);
    const find = (at: number): number => {
      let top = at;
      while (parent[top] !== top) top = parent[top] as number;
      parent[at] = top;
      return top;
    };
    for (const { test } of this.rules) {
      for (const at of test.columns) parent[find(at)] = find(test.columns[0] as number);
    }
    const groups = new Map<number, number[]>();
    this.restricted.forEach((restricted, at) => {
      if (!restricted) return;
      const top = find(at);
      groups.set(top, [...(groups.get(top) ?? []), at]);
    });
    const components = [...groups.values()];
    components.forEach((columns, index) => {
      for (const at of columns) this.componentOf[at] = index;
    });
    return components;
  }

  /** Narrow until nothing changes; false where a cell is left without any value. */
  private settle(single: readonly OpenRule[], several: TiedRules): boolean {
    const { rules, first, due } = several;
    due.set(first);
    for (const each of single) if (!this.narrow(each, several)) return false;
    for (let round = 0; round < mostRounds && due.includes(1); round++) {
      for (let at = 0; at < rules.length; at++) {
        if (due[at] === 0) continue;
        due[at] = 0;
        if (!this.narrow(rules[at] as OpenRule, several)) return false;
      }
    }
    return true;
  }

  /** Narrow the unknown cells of a rule; what touches a narrowed one is due again. */
  private narrow({ rule, open }: OpenRule, { touching, due }: TiedRules): boolean {
    for (const target of open) {
      const restriction = project(rule.test, rule.goal, target, this.board);
      if (restriction === undefined) continue;
      const domain = this.board.domains[target] as CellDomain;
      if (!domain.narrow(restriction)) continue;
      if (domain.empty) return false;
      for (const at of touching.get(target) ?? []) due[at] = 1;
    }
    return true;
  }

  allowed(cells: Cells, row: number, column: number, known: Uint8Array): Allowed | undefined {
    if (this.restricted[column] !== true) return undefined;
    const plan = this.planFor(column, known);
    const { memo } = plan;
    if (memo === undefined) return this.work(plan, cells, row, column, known);
    const key = keyOf(memo, plan.fixed, cells, row);
    if (key < 0) return this.work(plan, cells, row, column, known);
    const answer = memo.answers.get(key);
    if (answer !== undefined || memo.answers.has(key)) return answer;
    const found = this.work(plan, cells, row, column, known);
    if (memo.answers.size < mostRemembered) memo.answers.set(key, found);
    return found;
  }

  private work(
    plan: CellPlan,
    cells: Cells,
    row: number,
    column: number,
    known: Uint8Array,
  ): Allowed | undefined {
    const { board } = this;
    const { domains } = board;
    board.cells = cells;
    board.row = row;
    board.known = known;
    for (const at of plan.open) (domains[at] as CellDomain).copyFrom(this.roots[at] as CellDomain);
    for (const at of plan.fixed)
      (domains[at] as CellDomain).know((cells[at] as Float64Array)[row] as number);
    const domain = domains[column] as CellDomain;
    if (!this.settle(plan.single, plan.several)) domain.narrow({ missing: false, present: false });
    return domain.sameAs(this.bases[column] as CellDomain) ? undefined : domain.allowed();
  }

  private planFor(column: number, known: Uint8Array): CellPlan {
    const plans = this.plans[column] ?? [];
    this.plans[column] = plans;
    const component = this.components[this.componentOf[column] as number] as readonly number[];
    for (const plan of plans) {
      let same = true;
      for (let i = 0; i < component.length && same; i++) {
        same = plan.known[i] === known[component[i] as number];
      }
      if (same) return plan;
    }
    const made = this.makePlan(column, known, component);
    plans.push(made);
    return made;
  }

  /** The rules that reach the column through cells that are not yet known. */
  private makePlan(column: number, known: Uint8Array, component: readonly number[]): CellPlan {
    const open = new Set([column]);
    const reached = new Set<RuleNode>();
    for (const at of open) {
      for (const rule of this.rules) {
        if (reached.has(rule) || !rule.test.columns.includes(at)) continue;
        reached.add(rule);
        for (const other of rule.test.columns) if (known[other] !== 1) open.add(other);
      }
    }
    const fixed = new Set<number>();
    for (const { test } of reached) {
      for (const at of test.columns) if (!open.has(at)) fixed.add(at);
    }
    const rules = [...reached].map((rule): OpenRule => {
      return { rule, open: rule.test.columns.filter((at) => open.has(at)) };
    });
    const columns = [...fixed].sort((a, b) => a - b);
    return {
      single: rules.filter(isSingle),
      several: tie(rules.filter(isTied), ({ rule, open }) => {
        return !this.atRest || open.length < rule.test.columns.length;
      }),
      open: [...open],
      fixed: columns,
      known: Uint8Array.from(component, (at) => known[at] as number),
      memo: this.makeMemo(columns),
    };
  }

  private makeMemo(fixed: readonly number[]): Memo | undefined {
    const sizes = fixed.map((at) => (this.bases[at] as CellDomain).size());
    if (sizes.reduce((product, size) => product * size, 1) > 2 ** 40) return undefined;
    return {
      radices: sizes,
      offsets: fixed.map((at) => {
        const base = this.bases[at] as CellDomain;
        return base.numeric ? Math.round(base.low / (base.step as number)) - 1 : -1;
      }),
      steps: fixed.map((at) => (this.bases[at] as CellDomain).step ?? 1),
      answers: new Map(),
    };
  }
}

/** `isFirst`: whether a rule may say something new before any cell was narrowed. */
function tie(rules: readonly OpenRule[], isFirst: (rule: OpenRule) => boolean): TiedRules {
  const touching = new Map<number, number[]>();
  rules.forEach(({ open }, at) => {
    for (const column of open) {
      const own = touching.get(column);
      if (own === undefined) touching.set(column, [at]);
      else own.push(at);
    }
  });
  const first = Uint8Array.from(rules, (rule) => Number(isFirst(rule)));
  return { rules, touching, first, due: new Uint8Array(rules.length) };
}

function isSingle({ open }: OpenRule): boolean {
  return open.length === 1;
}

function isTied({ open }: OpenRule): boolean {
  return open.length > 1;
}

/** The known cells as one number; −1 where a cell lies outside what its type declares. */
function keyOf(memo: Memo, fixed: readonly number[], cells: Cells, row: number): number {
  let key = 0;
  for (let i = 0; i < fixed.length; i++) {
    const value = (cells[fixed[i] as number] as Float64Array)[row] as number;
    const index = Number.isNaN(value)
      ? 0
      : Math.round(value / (memo.steps[i] as number)) - (memo.offsets[i] as number);
    if (index < 0 || index >= (memo.radices[i] as number)) return -1;
    key = key * (memo.radices[i] as number) + index;
  }
  return key;
}
