import type { CheckedRule } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { CellDomain, type Restriction } from "./cell-domain.js";
import { CellPlanner, type RuleNode } from "./cell-planner.js";
import { columnsIn } from "./columns-in.js";
import { compile, compileTruth, type Evaluate } from "./expression.js";
import { boundsOf, snap, stepOf } from "./grid.js";
import type { Allowed, Cells, Guide } from "./guide.js";
import type { ImpliedBounds } from "./implied-bounds.js";
import { type KnownPairs, lookupTest } from "./lookup.js";
import { inline, lowerTest } from "./lower.js";
import type { Board } from "./measure.js";
import { holds, possible, project, surely } from "./project.js";
import { positionOf, type Scope, type ScopeColumn } from "./scope.js";

/** What a guide is made from. Positions are those of `columns`, computed ones included. */
export interface GuideRequest extends Scope {
  readonly rules: readonly CheckedRule[];
  /** Formulas of the computed columns, by name. */
  readonly computed?: ReadonlyMap<string, Formula>;
  /** The condition of `generate … given`; unlike a rule it must be true, not merely not false. */
  readonly given?: Formula;
  /** What `determines` is known to say before the first row is drawn. */
  readonly known?: readonly KnownPairs[];
  readonly bounds?: ImpliedBounds;
}

/** A rule in force, with the words to name it by. */
interface InForce {
  readonly text: string;
  readonly node: RuleNode;
  /** With computed columns replaced by their formulas; what pairs are known is no formula. */
  readonly formula?: Formula;
  readonly evaluate: Evaluate;
  readonly mustBeTrue: boolean;
}

/**
 * Compile the rules of a table into the guide that holds them while rows are drawn: domains of the
 * cells are narrowed by the rules, given the cells that are already known, until nothing changes
 * (bounds and arc consistency). `unique`, `increases` and `determines` concern many rows at once and
 * are the driver's; what a `determines` is known to say beforehand is held here.
 */
export function makeGuide(request: GuideRequest): Guide {
  return new CompiledGuide(request);
}

class CompiledGuide implements Guide {
  readonly restricted: readonly boolean[];
  readonly computed: readonly boolean[];
  readonly computeOrder: readonly number[];
  readonly components: readonly (readonly number[])[];
  readonly rules: readonly string[];
  readonly conditions: readonly Formula[];
  readonly impossible: boolean;
  private readonly inForce: readonly InForce[];
  private readonly planner: CellPlanner;
  private readonly fill: ReadonlyMap<number, (cells: Cells, row: number) => void>;

  constructor(request: GuideRequest) {
    const computed = request.computed ?? new Map<string, Formula>();
    this.computed = request.columns.map((column) => computed.has(column.name));
    this.computeOrder = inputsFirst(request, computed);
    this.fill = fillers(request, computed);
    this.inForce = gather(request, computed);
    this.rules = this.inForce.map((rule) => rule.text);
    const bases = request.columns.map(
      ({ type, optional }, at) => new CellDomain(type, optional, request.levels[at]?.length),
    );
    const live = this.inForce.filter((rule) => !always(rule, bases));
    this.conditions = live.flatMap((rule) => rule.formula ?? []);
    this.planner = new CellPlanner(
      bases,
      live.map((rule) => rule.node),
      restrictions(request),
    );
    this.impossible = this.planner.impossible;
    this.restricted = this.planner.restricted;
    this.components = this.planner.components;
  }

  allowed(cells: Cells, row: number, column: number, known: Uint8Array): Allowed | undefined {
    return this.planner.allowed(cells, row, column, known);
  }

  compute(cells: Cells, column: number, from: number, to: number): void {
    const fill = this.fill.get(column);
    if (fill === undefined) return;
    for (let row = from; row < to; row++) fill(cells, row);
  }

  broken(cells: Cells, row: number): number {
    for (let i = 0; i < this.inForce.length; i++) {
      const rule = this.inForce[i] as InForce;
      const value = rule.evaluate(cells, row);
      if (value === 0 || (rule.mustBeTrue && value !== 1)) return i;
    }
    return -1;
  }
}

/** Every condition that a row must meet, the user's rules first and in their order. */
function gather(request: GuideRequest, computed: ReadonlyMap<string, Formula>): InForce[] {
  const found: InForce[] = [];
  const add = (text: string, formula: Formula, mustBeTrue: boolean): void => {
    const inlined = inline(formula, computed, request);
    const node: RuleNode = {
      test: lowerTest(inlined, request),
      goal: mustBeTrue ? surely : holds,
    };
    const evaluate = compileTruth(formula, request);
    found.push({ text, node, formula: inlined, evaluate, mustBeTrue });
  };
  for (const rule of request.rules) if (rule.kind === "always") add(rule.text, rule.formula, false);
  for (const column of request.columns) {
    if (!computed.has(column.name)) continue;
    for (const [text, formula] of domainRules(column)) add(text, formula, false);
  }
  for (const pairs of request.known ?? []) {
    const test = lookupTest(pairs, request);
    const node: RuleNode = { test, goal: holds };
    found.push({ text: pairs.text, node, evaluate: test.evaluate, mustBeTrue: false });
  }
  if (request.given !== undefined) add("given", request.given, true);
  return found;
}

/** That a computed column keeps to its declared range, and is present unless `or missing`. */
function domainRules(column: ScopeColumn): [string, Formula][] {
  const self: Formula = { op: "column", name: column.name };
  const [low, high] = boundsOf(column.type);
  const rules: [string, Formula][] = [];
  const bound = (op: "ge" | "le", value: number): void => {
    if (Number.isFinite(value)) {
      const formula: Formula = { op, left: self, right: { op: "number", value } };
      rules.push([`${column.name} within its declared range`, formula]);
    }
  };
  bound("ge", low);
  bound("le", high);
  if (!column.optional) {
    const present: Formula = { op: "not", arg: { op: "missing", arg: self } };
    rules.push([`${column.name} is present`, present]);
  }
  return rules;
}

function restrictions({ columns, bounds }: GuideRequest): ReadonlyMap<number, Restriction> {
  const found = new Map<number, Restriction>();
  for (const [name, [low, high]] of bounds ?? []) {
    const at = columns.findIndex((column) => column.name === name);
    const present = low <= high;
    found.set(at, { missing: true, present, ...(present ? { spans: [low, high] } : {}) });
  }
  return found;
}

/** Whether no row of the declared types can break the rule. */
function always(rule: InForce, bases: readonly CellDomain[]): boolean {
  const { test, goal } = rule.node;
  const board: Board = {
    domains: bases,
    bases,
    cells: bases.map((base) => (base.numeric ? new Float64Array(1) : new Int32Array(1))),
    row: 0,
    known: new Uint8Array(bases.length),
  };
  if (test.columns.length === 1) {
    const target = test.columns[0] as number;
    const restriction = project(test, goal, target, board);
    const base = bases[target] as CellDomain;
    if (restriction !== undefined) {
      const trial = base.clone();
      return !trial.narrow(restriction);
    }
  }
  return !possible(test, { want: !goal.want, unknown: !goal.unknown }, board);
}

/** Computed columns after their inputs; a circle (refused by check) keeps the written order. */
function inputsFirst(request: GuideRequest, computed: ReadonlyMap<string, Formula>): number[] {
  const ordered = new Set<number>();
  const visit = (at: number, above: ReadonlySet<number>): void => {
    const formula = computed.get(request.columns[at]?.name ?? "");
    if (formula === undefined || ordered.has(at) || above.has(at)) return;
    for (const input of columnsIn(formula, request)) visit(input, new Set([...above, at]));
    ordered.add(at);
  };
  request.columns.forEach((_, at) => {
    visit(at, new Set());
  });
  return [...ordered];
}

function fillers(
  request: GuideRequest,
  computed: ReadonlyMap<string, Formula>,
): ReadonlyMap<number, (cells: Cells, row: number) => void> {
  const found = new Map<number, (cells: Cells, row: number) => void>();
  for (const [name, formula] of computed) {
    const at = positionOf(request, name);
    const column = request.columns[at];
    if (column === undefined) continue;
    const compiled = compile(formula, request);
    if (compiled.kind === "text") {
      const index = new Map((request.levels[at] ?? []).map((level, code) => [level, code]));
      const codes = compiled.levels.map((level) => index.get(level) ?? -1);
      found.set(at, (cells, row) => {
        const code = compiled.at(cells, row);
        (cells[at] as Int32Array)[row] = Number.isNaN(code) ? -1 : (codes[code] as number);
      });
    } else if (request.levels[at] !== undefined || column.type.kind === "bool") {
      found.set(at, (cells, row) => {
        const value = compiled.at(cells, row);
        (cells[at] as Int32Array)[row] = Number.isNaN(value) ? -1 : value;
      });
    } else {
      const step = stepOf(column.type);
      found.set(at, (cells, row) => {
        (cells[at] as Float64Array)[row] = snap(compiled.at(cells, row), step);
      });
    }
  }
  return found;
}
