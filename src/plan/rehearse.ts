import { diagnose, here } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import { Failure } from "../base/failure.js";
import { silent } from "../base/progress.js";
import { keyRoom } from "../constraint/key-room.js";
import { makeGuide } from "../constraint/make-guide.js";
import { HOLDS, RowSolver } from "../constraint/satisfy.js";
import type { CheckedRule, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { formulasOf } from "../ir/formulas-of.js";
import type { RulePlan } from "../ir/plan.js";
import { combineModels } from "../synth/combine.js";
import { drawRows, estimateAcceptance, wilson } from "../synth/draw.js";
import { levelsOf } from "../synth/levels.js";
import { isBeside, presenceModel } from "../synth/side-columns.js";
import { isDrawn, specModel } from "../synth/spec-only/spec-model.js";
import type { RowModel } from "../synth/synthesizer.js";
import { numberFormat } from "../table/format-value.js";

/** What trying the rules out gave, before anything is read or run. */
export interface Rehearsal {
  /** The rule plans, with the share of free proposals that pass each rule. */
  readonly rules: readonly RulePlan[];
  readonly diagnostics: readonly Diagnostic[];
}

type RowRule = Extract<CheckedRule, { readonly kind: "always" }>;

/** Below this share plain rejection would starve, and the author should know. */
const LOW = 0.01;
const ROWS = 24;
/** Rows that are given up before it is left at that: each has been drawn again thousands of times. */
const ENOUGH = 4;
/** A run that is less likely than this to come to its end is refused. */
const HOPE = 0.01;

/**
 * Try the rules of each table whose columns' values are all declared: how many of 2,000 free rows pass each, and
 * whether rows under all of them (of a learned table, under those that need drawing again) can be drawn at all.
 * Rows come from what the spec says alone, learned columns evenly from their declared ranges: no data are looked at.
 * What drawing can't fill is an error (P0509), with what is proved and what is not; of a learned table, whose
 * data may know better, a warning (P0510); a rule that hardly any row keeps unaided is a warning (P0505).
 */
export async function rehearse(
  checked: CheckedSpec,
  plans: readonly RulePlan[],
): Promise<Rehearsal> {
  const rules = plans.map((plan) => withRoom(checked, plan));
  const diagnostics: Diagnostic[] = [];
  for (const table of checked.tables) {
    const asked = rowRules(table);
    if (asked.length === 0 || !canBeTried(table)) continue;
    const stage = await stageOf(table);
    // Of a learned table the data will tell more than its declared ranges: only what is drawn again is tried.
    const doubtful = asked.filter(
      ({ text }) =>
        table.source === undefined ||
        plans.some((plan) => plan.text === text && plan.enforcement === "redraw"),
    );
    const found =
      doubtful.length === 0
        ? undefined
        : await unholdable(table, doubtful, stage, rowsAsked(checked, table));
    const guilty = found?.rules ?? [];
    if (found !== undefined) diagnostics.push(accusation(checked, table, found));
    for (const rule of asked) {
      const at = rules.findIndex((plan) => plan.table === table.name && plan.text === rule.text);
      const plan = rules[at] as RulePlan;
      const { estimate } = estimateAcceptance(
        stage.model,
        table.columns,
        stage.guide([rule]),
        "rehearsal",
      );
      rules[at] = { ...plan, acceptance: estimate };
      if (plan.enforcement === "redraw" && estimate < LOW && !guilty.includes(rule)) {
        diagnostics.push(rare(rule, estimate));
      }
    }
  }
  return { rules, diagnostics };
}

/** Of `unique`: how many values there are for how many rows, and the share of rows that would be new unaided. */
function withRoom(checked: CheckedSpec, plan: RulePlan): RulePlan {
  const table = checked.tables.find(({ name }) => name === plan.table);
  const rule = table?.rules.find(({ kind, text }) => kind === "unique" && text === plan.text);
  if (table === undefined || rule?.kind !== "unique") return plan;
  const formulas = rowRules(table).map(({ formula }) => formula);
  const values = keyRoom(table, rule.columns, formulas);
  if (!Number.isFinite(values)) return plan;
  const rows = rowsAsked(checked, table);
  // Drawn evenly, the nth row is new with probability 1 − (n − 1) / values.
  const acceptance = Math.max(0, 1 - (rows - 1) / (2 * values));
  return { ...plan, room: { values, rows }, acceptance };
}

function rowRules(table: CheckedTable): readonly RowRule[] {
  return table.rules.filter((rule): rule is RowRule => rule.kind === "always");
}

/** Rows stand alone, and every column's values are declared. */
function canBeTried(table: CheckedTable): boolean {
  return table.columns.every(({ type, origin }) => {
    if (type.kind === "ref" || origin.kind === "written") return false;
    if (origin.kind !== "learned") return true;
    return type.kind === "id" || type.kind === "text" || !("learned" in type && type.learned);
  });
}

interface Stage {
  readonly model: RowModel;
  guide(rules: readonly CheckedRule[]): ReturnType<typeof makeGuide>;
}

async function stageOf(table: CheckedTable): Promise<Stage> {
  const drawn = await specModel({ ...table, columns: table.columns.filter(isDrawn) });
  const model = combineModels([drawn, presenceModel(table.columns.filter(isBeside))]);
  const computed = formulasOf(table);
  const levels = table.columns.map(({ name, type }) => {
    const at = model.columns.findIndex((column) => column.name === name);
    return at >= 0 ? model.levels[at] : levelsOf(type);
  });
  const scope = { columns: table.columns, levels };
  return { model, guide: (rules) => makeGuide({ ...scope, rules, computed }) };
}

/** The most rows that one output asks of a table. */
function rowsAsked(checked: CheckedSpec, table: CheckedTable): number {
  const own = checked.outputs.filter((output) => output.table === table.name);
  return Math.max(1, ...own.map(({ rows }) => rows));
}

/** How trying to draw some rows came out. */
interface Trial {
  readonly lost: number;
  readonly tried: number;
}

interface Accused extends Trial {
  readonly rules: readonly RowRule[];
  readonly asked: number;
}

/** The rules under which a run would stop, found one by one; all of them where only together they do. */
async function unholdable(
  table: CheckedTable,
  rules: readonly RowRule[],
  stage: Stage,
  asked: number,
): Promise<Accused | undefined> {
  const together = await tryToDraw(table, rules, stage);
  if (!isHopeless(together, asked)) return undefined;
  const alone: RowRule[] = [];
  let worst: Trial = together;
  for (const rule of rules) {
    const trial = await tryToDraw(table, [rule], stage);
    if (!isHopeless(trial, asked)) continue;
    alone.push(rule);
    worst = trial;
  }
  if (alone.length > 0) return { ...worst, rules: alone, asked };
  return { ...together, rules, asked };
}

/** Whether a run of so many rows would all but surely stop, though chance was kind to no side. */
function isHopeless({ lost, tried }: Trial, asked: number): boolean {
  if (lost === 0) return false;
  const [least] = wilson(lost, tried);
  return (1 - least) ** asked < HOPE;
}

function accusation(checked: CheckedSpec, table: CheckedTable, accused: Accused): Diagnostic {
  const { rules: guilty, lost, tried, asked } = accused;
  const spans = guilty.map(({ span }, at) => ({ ...here(span), primary: at === 0 }));
  const rules = guilty.map(({ text }) => text);
  if (table.source !== undefined) return diagnose("P0510", { table: table.name, rules }, { spans });
  const because = [whatIsProved(checked, table, guilty)];
  return diagnose("P0509", { table: table.name, rules, lost, tried, asked }, { spans, because });
}

/** Drawing says what it found; whether there are such rows at all only a proof can say. */
function whatIsProved(
  checked: CheckedSpec,
  table: CheckedTable,
  guilty: readonly RowRule[],
): string {
  const formulas = guilty.map(({ formula }) => formula);
  const solver = new RowSolver(table, checked.tables, formulas);
  const answer = solver.answer(formulas.map((formula) => ({ formula, want: HOLDS })));
  if (answer.kind === "unsatisfiable") return "it is proved that no such row exists";
  if (answer.kind === "unknown")
    return "whether such rows exist at all could be neither proved nor refuted";
  const cells = table.columns.flatMap(({ name, type }) => {
    const value = answer.row[name];
    if (value === undefined) return [];
    const shown = typeof value === "number" ? numberFormat(type)(value) : JSON.stringify(value);
    return [`${name} = ${value === null ? "missing" : shown}`];
  });
  return `such rows exist, for example ${cells.join(", ")}; but drawing hardly ever meets one`;
}

async function tryToDraw(
  table: CheckedTable,
  rules: readonly RowRule[],
  { model, guide }: Stage,
): Promise<Trial> {
  const { columns, name } = table;
  let lost = 0;
  let last = 0;
  const request = {
    ...{ model, columns, guide: guide(rules), rows: ROWS, name, seed: "rehearsal" },
    progress: silent,
    mayGiveUp: (row: number) => {
      last = Math.max(last, row);
      return ++lost < ENOUGH;
    },
  };
  try {
    await drawRows(request);
    return { lost, tried: ROWS };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "P1401") throw error;
    // Where the rules are impossible together no row was tried: all are lost.
    return lost === 0 ? { lost: ROWS, tried: ROWS } : { lost, tried: last + 1 };
  }
}

function rare({ text, span }: RowRule, acceptance: number): Diagnostic {
  const oneIn = Math.round(1 / Math.max(acceptance, 1 / 2000));
  return diagnose("P0505", { rule: text, oneIn }, { spans: [here(span)] });
}
