import { diagnose, here } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import { Failure } from "../base/failure.js";
import { silent } from "../base/progress.js";
import { makeGuide } from "../constraint/make-guide.js";
import type { CheckedRule, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { RulePlan } from "../ir/plan.js";
import { combineModels } from "../synth/combine.js";
import { drawRows, estimateAcceptance } from "../synth/draw.js";
import { levelsOf } from "../synth/levels.js";
import { isBeside, presenceModel } from "../synth/side-columns.js";
import { isDrawn, specModel } from "../synth/spec-only/spec-model.js";
import type { RowModel } from "../synth/synthesizer.js";

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

/**
 * Try the rules of each table that is made up from nothing, and of learned tables the rules that need drawing
 * again: how many of 2,000 free rows pass each, and whether rows under all of them can be drawn at all. Rows come
 * from what the spec says alone, learned columns evenly from their declared ranges: no data are looked at.
 * A rule that no row of a table from nothing comes to keep is an error (P0509); of a learned table, whose
 * data may know better, a warning (P0510); a rule that hardly any row keeps unaided is a warning (P0505).
 */
export async function rehearse(
  checked: CheckedSpec,
  plans: readonly RulePlan[],
): Promise<Rehearsal> {
  const rules = [...plans];
  const diagnostics: Diagnostic[] = [];
  for (const table of checked.tables) {
    const asked = rowRules(table).filter(
      ({ text }) =>
        table.source === undefined ||
        plans.some((plan) => plan.text === text && plan.enforcement === "redraw"),
    );
    if (asked.length === 0 || !canBeTried(table)) continue;
    const stage = await stageOf(table);
    const guilty = await unholdable(table, asked, stage);
    if (guilty.length > 0) diagnostics.push(accusation(table, guilty));
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
  const computed = new Map<string, Formula>();
  for (const { name, origin } of table.columns) {
    if (origin.kind === "computed") computed.set(name, origin.formula);
  }
  const levels = table.columns.map(({ name, type }) => {
    const at = model.columns.findIndex((column) => column.name === name);
    return at >= 0 ? model.levels[at] : levelsOf(type);
  });
  const scope = { columns: table.columns, levels };
  return { model, guide: (rules) => makeGuide({ ...scope, rules, computed }) };
}

/** The rules that leave no row, found one by one; all of them where only together they do. */
async function unholdable(
  table: CheckedTable,
  rules: readonly RowRule[],
  stage: Stage,
): Promise<readonly RowRule[]> {
  if (await canDraw(table, rules, stage)) return [];
  const alone: RowRule[] = [];
  for (const rule of rules) if (!(await canDraw(table, [rule], stage))) alone.push(rule);
  return alone.length > 0 ? alone : rules;
}

function accusation(table: CheckedTable, guilty: readonly RowRule[]): Diagnostic {
  const code = table.source === undefined ? "P0509" : "P0510";
  const spans = guilty.map(({ span }, at) => ({ ...here(span), primary: at === 0 }));
  return diagnose(code, { table: table.name, rules: guilty.map(({ text }) => text) }, { spans });
}

async function canDraw(
  table: CheckedTable,
  rules: readonly RowRule[],
  { model, guide }: Stage,
): Promise<boolean> {
  const { columns, name } = table;
  const request = { model, columns, guide: guide(rules), rows: ROWS, name, seed: "rehearsal" };
  try {
    await drawRows({ ...request, progress: silent });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "P1401") return false;
    throw error;
  }
}

function rare({ text, span }: RowRule, acceptance: number): Diagnostic {
  const oneIn = Math.round(1 / Math.max(acceptance, 1 / 2000));
  return diagnose("P0505", { rule: text, oneIn }, { spans: [here(span)] });
}
