import { impossible } from "../../base/failure.js";
import type { Random } from "../../base/random.js";
import { columnsIn } from "../../constraint/columns-in.js";
import { compileNumber, type Evaluate } from "../../constraint/expression.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import { inline } from "../../constraint/lower.js";
import type { ParentRows, Scope } from "../../constraint/scope.js";
import type { CheckedColumn, CheckedTable } from "../../ir/checked.js";
import type { Formula } from "../../ir/formula.js";
import { formulasOf } from "../../ir/formulas-of.js";
import { isNumeric } from "../../table/column-type.js";
import { levelsOf } from "../levels.js";
import type { RowModel, SavedModel } from "../synthesizer.js";
import { columnLaw, isLaw, noLaw, refuseEmpty } from "./column-law.js";
import { type Correlated, correlated } from "./correlation.js";
import { tableLaw } from "./law.js";
import { normal } from "./load-laws.js";
import { anyAllowed, Sampler } from "./sampler.js";

/** The share of missing values of an `or missing` column that states none. */
export const usualMissingShare = 0.05;

/**
 * True for the columns that a row model draws; keys and texts are made beside it. A value that a writer
 * writes later is drawn first, under the rules, so that there is one that can stand.
 */
export function isDrawn(column: CheckedColumn): boolean {
  const { kind } = column.type;
  if (column.origin.kind === "computed") return false;
  return isNumeric(column.type) || kind === "category" || kind === "bool";
}

/**
 * The model of a table that is made up from nothing: uniform over declared domains, weights,
 * distributions after `~` whose parameters may depend on other columns, `correlate`. All by inverse
 * transform, so that declared ranges and rules truncate exactly. Ref columns must be fixed first.
 * Columns named in `first` (those of `given`) are drawn as early as their parameters permit.
 */
export async function specModel(
  table: CheckedTable,
  parents?: ReadonlyMap<string, ParentRows>,
  first: readonly string[] = [],
): Promise<RowModel> {
  const drawn = table.columns.filter((column) => isDrawn(column) || column.type.kind === "ref");
  const scope: Scope = {
    columns: drawn,
    levels: drawn.map((column) => levelsOf(column.type)),
    ...(parents === undefined ? {} : { parents }),
  };
  const whole: Scope = {
    ...scope,
    columns: table.columns,
    levels: table.columns.map((column) => levelsOf(column.type)),
  };
  const computed = formulasOf(table);
  const parametersOf = (column: CheckedColumn): readonly Formula[] =>
    column.origin.kind === "drawn"
      ? column.origin.distribution.args.map((arg) => inline(arg, computed, whole))
      : [];
  const order = drawingOrder(drawn, parametersOf, scope, first);
  const samplers = await Promise.all(
    drawn.map((column, at) => makeSampler(column, scope.levels[at], parametersOf(column), scope)),
  );
  const names = drawn.map((column) => column.name);
  const copula = correlated(table.rules, names, order);
  const recipe = parents === undefined || parents.size === 0 ? { table, first } : undefined;
  return new SpecModel(scope, order, samplers, copula, await normal(), recipe);
}

/** What a model is made from; its parents, where it has some, can't be saved. */
interface Recipe {
  readonly table: CheckedTable;
  readonly first: readonly string[];
}

/** From what `save()` gave. */
export function loadSpecModel({ json }: SavedModel): Promise<RowModel> {
  const { table, first } = json as Recipe;
  return specModel(table, undefined, first);
}

/** As written, but the columns that a parameter names come before it. */
function drawingOrder(
  columns: readonly CheckedColumn[],
  parametersOf: (column: CheckedColumn) => readonly Formula[],
  scope: Scope,
  first: readonly string[],
): number[] {
  const order = new Set<number>();
  const visit = (at: number, above: readonly number[]): void => {
    const column = columns[at];
    if (column === undefined || order.has(at)) return;
    if (above.includes(at)) {
      const circle = [...above.slice(above.indexOf(at)), at];
      // The check refuses such a circle (P0206).
      throw impossible("columns that need each other", { circle });
    }
    for (const parameter of parametersOf(column)) {
      for (const input of columnsIn(parameter, scope)) visit(input, [...above, at]);
    }
    order.add(at);
  };
  columns.forEach(({ name }, at) => {
    if (first.includes(name)) visit(at, []);
  });
  columns.forEach((_, at) => {
    visit(at, []);
  });
  return [...order];
}

async function makeSampler(
  column: CheckedColumn,
  levels: readonly string[] | undefined,
  formulas: readonly Formula[],
  scope: Scope,
): Promise<Sampler> {
  const { type, origin } = column;
  const missingShare = column.optional ? (column.missingShare ?? usualMissingShare) : 0;
  const request = { type, levels: levels?.length, missingShare };
  if (origin.kind === "weighted") {
    return new Sampler({
      ...request,
      make: (weights) => tableLaw(weights, 0),
      fixed: origin.weights,
    });
  }
  if (origin.kind !== "drawn") return new Sampler(request);
  const make = await columnLaw(type, origin.distribution, formulas);
  const flat = formulas.flatMap((formula) => (isLaw(formula) ? formula.args : [formula]));
  const parameters: readonly Evaluate[] = flat.map((formula) => compileNumber(formula, scope));
  const constant = flat.every((formula) => columnsIn(formula, scope).length === 0);
  const fixed = constant ? parameters.map((evaluate) => evaluate([], 0)) : undefined;
  const { name } = origin.distribution;
  const refuse = (values: readonly number[]) => noLaw(column.name, name, values);
  const sampler = new Sampler({ ...request, make, parameters, fixed, refuse });
  refuseEmpty(column.name, name, sampler, fixed ?? []);
  return sampler;
}

type Normal = Awaited<ReturnType<typeof normal>>;

/** Standard normal scores of the correlated columns, one array a member, for a batch. */
type State = readonly Float64Array[];

class SpecModel implements RowModel {
  readonly learner = "spec";
  readonly columns: RowModel["columns"];
  readonly levels: RowModel["levels"];
  readonly order: readonly number[];
  private readonly samplers: readonly Sampler[];
  private readonly copula: Correlated;
  private readonly normal: Normal;
  readonly isBound: boolean;
  private readonly recipe: Recipe | undefined;

  constructor(
    scope: Scope,
    order: readonly number[],
    samplers: readonly Sampler[],
    copula: Correlated,
    normal: Normal,
    recipe: Recipe | undefined,
  ) {
    this.recipe = recipe;
    this.isBound = recipe === undefined;
    this.columns = scope.columns;
    this.levels = scope.levels;
    this.order = order;
    this.samplers = samplers;
    this.copula = copula;
    this.normal = normal;
  }

  begin(rows: number, _random: Random): State {
    return this.copula.members.map(() => new Float64Array(rows));
  }

  drawFree(
    state: State,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const sampler = this.samplers[column] as Sampler;
    const values = cells[column] as Float64Array;
    const isCode = this.levels[column] !== undefined;
    const member = this.copula.members.indexOf(column);
    for (let row = from; row < to; row++) {
      const share =
        member < 0 ? random.uniform() : this.correlatedShare(state, member, row, random);
      if (sampler.missingShare > 0 && random.uniform() < sampler.missingShare) {
        values[row] = isCode ? -1 : Number.NaN;
      } else values[row] = sampler.value(share, cells, row);
    }
  }

  private correlatedShare(state: State, member: number, row: number, random: Random): number {
    const scores = state[member] as Float64Array;
    scores[row] = random.normal();
    return this.normal.cdf(
      this.shift(state, member, row) + this.spread(member) * scores[row],
      0,
      1,
    );
  }

  /** Mean of a member's score given those drawn before it. */
  private shift(state: State, member: number, row: number): number {
    const weights = this.copula.factor[member] as Float64Array;
    let mean = 0;
    for (let k = 0; k < member; k++) {
      mean += (weights[k] as number) * ((state[k] as Float64Array)[row] as number);
    }
    return mean;
  }

  private spread(member: number): number {
    return (this.copula.factor[member] as Float64Array)[member] as number;
  }

  drawAllowed(
    state: State,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const sampler = this.samplers[column] as Sampler;
    const values = cells[column] as Float64Array;
    const member = this.copula.members.indexOf(column);
    const ranges = sampler.ranges(allowed, cells, row);
    const seen = member < 0 ? ranges : this.toScores(ranges, state, member, row);
    let mass = 0;
    for (let i = 0; i < seen.length; i += 2) mass += (seen[i + 1] as number) - (seen[i] as number);
    const gone = allowed.missing ? sampler.missingShare : 0;
    const present = mass * (1 - sampler.missingShare);
    const total = gone + present;
    const isCode = this.levels[column] !== undefined;
    if (total > 0) {
      if (random.uniform() * total < gone) values[row] = isCode ? -1 : Number.NaN;
      else {
        const place = locate(seen, random.uniform() * mass);
        const share = member < 0 ? place : this.fromScore(place, state, member, row);
        values[row] = sampler.value(share, cells, row);
      }
      return Math.log(total);
    }
    values[row] = anyAllowed(allowed, isCode, random.uniform());
    return -Infinity;
  }

  /** Shares of the column as shares of its score given the scores before it. */
  private toScores(ranges: readonly number[], state: State, member: number, row: number): number[] {
    const [shift, spread] = [this.shift(state, member, row), this.spread(member)];
    return ranges.map((share) =>
      share <= 0
        ? 0
        : share >= 1
          ? 1
          : this.normal.cdf((this.normal.quantile(share, 0, 1) - shift) / spread, 0, 1),
    );
  }

  private fromScore(place: number, state: State, member: number, row: number): number {
    const score = this.normal.quantile(Math.min(Math.max(place, 1e-300), 1 - 2 ** -53), 0, 1);
    (state[member] as Float64Array)[row] = score;
    return this.normal.cdf(this.shift(state, member, row) + this.spread(member) * score, 0, 1);
  }

  /** A spec is its own saved form: nothing was learned. */
  save(): SavedModel {
    return { learner: this.learner, version: 1, json: this.recipe ?? {}, arrays: {} };
  }
}

/** The point that lies `mass` into a list of intervals. */
function locate(ranges: readonly number[], mass: number): number {
  let rest = mass;
  for (let i = 0; i < ranges.length; i += 2) {
    const width = (ranges[i + 1] as number) - (ranges[i] as number);
    if (rest < width) return (ranges[i] as number) + rest;
    rest -= width;
  }
  return ranges[ranges.length - 1] as number;
}
