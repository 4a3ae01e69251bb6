import type { Diagnostic } from "../base/diagnostic.js";
import type { CheckedLearner, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { goalText, isOfRows } from "../ir/goal-text.js";
import type { LearnerChoice, Plan, PlanBudget, RulePlan } from "../ir/plan.js";
import { isProtected } from "../ir/protected.js";
import { languageSeconds } from "../synth/language-time.js";
import { unmeasuredRefs } from "./companions.js";
import { lostDifferences } from "./differences.js";
import { estimateMemory } from "./memory.js";
import { holdoutShare } from "./shares.js";
import { planSteps } from "./steps.js";

/** What a plan may know of the world: public facts and what the ledger says. */
export interface PlanFacts {
  readonly specHash: string;
  /** Rows by table name, where they may be known (never under `privacy`). */
  readonly rows: ReadonlyMap<string, number>;
  /** How each rule will be held, from the rule planner. */
  readonly rules: readonly RulePlan[];
  readonly budget?: PlanBudget;
  readonly warnings: readonly Diagnostic[];
  /** Picks a learner where the spec says `auto` or nothing. */
  readonly choose: (
    table: CheckedTable,
    rows: number | undefined,
  ) => { name: string; reason: string };
}

/** Turn a checked spec into what will be done. Spends nothing and reads no data. */
export function makePlan(checked: CheckedSpec, facts: PlanFacts): Plan {
  const learners = checked.tables
    .filter((table) => table.source !== undefined)
    .map((table) => learnerOf(checked, table, facts));
  return {
    kind: "plan",
    checked,
    specHash: facts.specHash,
    steps: planSteps(checked, learners, facts),
    learners,
    ...(facts.budget === undefined ? {} : { budget: facts.budget }),
    rules: facts.rules,
    holdout: holdoutShare(checked),
    defaults: defaultsOf(checked, learners.length > 0),
    rows: checked.outputs.reduce((sum, output) => sum + output.rows, 0),
    memoryBytes: estimateMemory(checked, facts.rows),
    warnings: facts.warnings,
  };
}

function learnerOf(checked: CheckedSpec, table: CheckedTable, facts: PlanFacts): LearnerChoice {
  const asked = askedLearner(checked, table);
  if (asked !== undefined && asked.name !== "auto") {
    const { name, options } = asked;
    const reason =
      name === "language" ? `asked for; ${timeOf(table, options, facts)}` : "asked for";
    return { table: table.name, name, reason, options };
  }
  const chosen = facts.choose(table, facts.rows.get(table.name));
  return { table: table.name, ...chosen, options: asked?.options ?? {} };
}

/** How long a network trains: the one learner that takes minutes on a small table. */
function timeOf(
  table: CheckedTable,
  options: LearnerChoice["options"],
  { rows, budget }: PlanFacts,
): string {
  const learned = table.columns.filter(({ origin }) => origin.kind === "learned");
  const texts = learned.filter(({ type }) => type.kind === "text").length;
  const count = budget === undefined ? rows.get(table.name) : undefined;
  if (count === undefined && budget === undefined) return "it trains for minutes";
  const seconds = languageSeconds({ texts, others: learned.length - texts }, count, options);
  const minutes = Math.ceil(seconds / 60);
  const about = `${minutes === 1 ? "a minute" : `${minutes} minutes`} on one core`;
  const less = minutes > 2 ? "; fewer `epochs` take less" : "";
  return budget === undefined
    ? `it trains for about ${about} at most, says how far it is, and an interrupt keeps the best weights so far${less}`
    : `it trains for about ${about}, and longer the more rows there are`;
}

/** A learner for all tables under a budget is for those that share it. */
function askedLearner(spec: CheckedSpec, table: CheckedTable): CheckedLearner | undefined {
  const own = spec.learners.find((learner) => learner.table === table.name);
  const isFree = spec.privacy !== undefined && !isProtected(spec, table);
  return own ?? (isFree ? undefined : spec.learners.find((learner) => learner.table === undefined));
}

function defaultsOf(checked: CheckedSpec, learns: boolean): string[] {
  const defaults: string[] = [];
  const share = holdoutShare(checked);
  if (learns && share > 0 && !checked.reports.some((report) => report.holdout !== undefined)) {
    const percent = Math.round(share * 100);
    defaults.push(
      checked.privacy === undefined
        ? `${percent}% of the real rows are held out before learning, for an honest report`
        : `about ${percent}% of what is protected is held out before learning, for the report inside; say \`holdout 10%\` there for less`,
    );
  }
  for (const output of checked.outputs) {
    if (output.seedIsDefault) defaults.push(`${output.name} is drawn with seed ${output.seed}`);
  }
  for (const { name, origin } of checked.tables.flatMap(({ columns }) => columns)) {
    if (origin.kind !== "learned" || origin.difference === undefined) continue;
    const { from, less } = origin.difference;
    const lost = checked.privacy === undefined ? "between dates that look alike" : "in their bins";
    defaults.push(
      `${name} is learned and ${from} follows as ${less} + ${name}: a difference of dates would be lost ${lost}`,
    );
  }
  defaults.push(...lostDifferences(checked), ...unmeasuredRefs(checked));
  const copies = checked.privacy?.forbidCopiesOf ?? [];
  if (copies.length > 0) {
    defaults.push(
      `copies of ${copies.join(", ")} are not searched for: under a budget a comparison with real rows would itself tell who is among them, and the budget bounds what any copy tells`,
    );
  }
  if (checked.reports.length === 0 && learns) {
    defaults.push("report: fidelity of columns and pairs, and all rules");
  }
  defaults.push(...priceOfParity(checked), ...goalsApart(checked));
  return defaults;
}

/** Goals that generation does not meet, or not in every output. */
function goalsApart({ fairness, outputs }: CheckedSpec): readonly string[] {
  if (fairness === undefined) return [];
  const ofModels = fairness.goals.filter((goal) => !isOfRows(goal)).map(goalText);
  const models =
    ofModels.length === 0
      ? []
      : [
          `${ofModels.map((text) => `\`${text}\``).join(" and ")}: about models trained on the rows, so measured in the report and not made`,
        ];
  if (!fairness.goals.some(isOfRows)) return models;
  const under = outputs.filter(
    ({ table, given }) => table === fairness.table && given !== undefined,
  );
  return [
    ...models,
    ...under.map(
      ({ name, givenText }) =>
        `${name}: the rows \`given ${givenText}\` out of a table that meets the goals of fairness; among them alone groups may differ`,
    ),
  ];
}

/** Goals that move rows cost a model that learns from them; what `keep relation` makes of that. */
function priceOfParity({ fairness }: CheckedSpec): readonly string[] {
  if (!fairness?.goals.some(isOfRows)) return [];
  return fairness.keepRelation === undefined
    ? [
        "the gap is closed by what happens to people; with `keep relation` rather by who is in the groups: models trained on the rows lose less than half as much of their ranking, and keep more of the gap",
      ]
    : [
        "the gap is closed rather by who is in the groups than by what happens to them: models trained on the rows lose less of their ranking, and keep more of the gap",
      ];
}
