import type { CheckedFairness } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { goalText, isOfRows } from "../ir/goal-text.js";
import type { ReportTable, Score } from "../ir/report.js";
import { GROUPS } from "../table/cuts.js";
import type { Table } from "../table/table.js";
import { countStrata, groupBins, grouper, outcomeOf } from "./fairness-groups.js";
import { parityDifference, parityRatio, type Stratum, shareOf } from "./fairness-measures.js";
import type { EvaluatedOutput } from "./request.js";

type Goal = CheckedFairness["goals"][number];

interface Measured {
  readonly sides: readonly { readonly name: "before" | "after"; readonly table: Table }[];
  /** Scores of models trained on either side. */
  readonly models: readonly Score[];
}

/** Rows that a group must have in a stratum for its share to count there. */
const ENOUGH = 10;

/** Each goal as it was written, what it comes to before and after, and whether it is met. */
export function goalTable(
  output: EvaluatedOutput,
  asked: CheckedFairness,
  outcome: Formula,
  measured: Measured,
): readonly ReportTable[] {
  if (asked.goals.length === 0) return [];
  const names = ["before", "after"] as const;
  const rows = asked.goals.map((goal) => {
    const found = names.map((name) => measure(output, asked, outcome, { goal, name, measured }));
    return [goalText(goal), ...found.map(shown), verdict(goal, found[1], output)];
  });
  return [{ title: `Goals of fairness in ${output.name}`, columns: ["goal", ...names, ""], rows }];
}

const shown = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : Number(value.toFixed(4));

function verdict(goal: Goal, value: number | undefined, { given }: EvaluatedOutput): string {
  if (!isOfRows(goal)) return "of models trained on the rows: measured, not made";
  if (value === undefined || Number.isNaN(value)) return "nothing to compare";
  const within = goal.given.length === 0 ? "" : `, worst stratum of groups with ${ENOUGH} rows`;
  const met = goal.comparison === ">=" ? value >= goal.bound - 1e-9 : value <= goal.bound + 1e-9;
  if (met) return `met${within}`;
  return given === undefined
    ? `not met${within}`
    : "not met among rows under this condition; the goal is of the whole table";
}

/** The gap or ratio that a goal bounds; of a goal within strata in the worst of them. */
function measure(
  output: EvaluatedOutput,
  asked: CheckedFairness,
  outcome: Formula,
  { goal, name, measured }: { goal: Goal; name: "before" | "after"; measured: Measured },
): number | undefined {
  if (!isOfRows(goal)) return ofModels(goal, name, measured.models);
  const side = measured.sides.find((each) => each.name === name);
  const first = measured.sides[0]?.table;
  if (side === undefined || first === undefined) return undefined;
  const cut = (names: readonly string[], most: number) =>
    grouper(groupBins(first, names, most, output.cuts))(side.table);
  const strata = countStrata(
    cut(asked.across, GROUPS.across),
    cut(goal.given, GROUPS.strata),
    outcomeOf(side.table, outcome),
  );
  return worst(strata, goal);
}

function worst(strata: readonly Stratum[], { metric, given }: Goal): number {
  const least = given.length === 0 ? 1 : ENOUGH;
  const found = strata.map(({ groups }) => {
    const shares = groups.filter(({ count }) => count >= least).map(shareOf);
    return metric === "ratio" ? parityRatio(shares) : parityDifference(shares);
  });
  const known = found.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return Number.NaN;
  return metric === "ratio" ? Math.min(...known) : Math.max(...known);
}

const OF_MODELS: Readonly<Record<string, string>> = {
  odds: "equalised odds gap",
  opportunity: "opportunity gap",
  calibration: "calibration gap",
};

function ofModels(
  { metric }: Goal,
  name: "before" | "after",
  scores: readonly Score[],
): number | undefined {
  const trained = `model from ${name === "before" ? "real" : "generated"} rows`;
  const start = OF_MODELS[metric] ?? metric;
  return scores.find((score) => score.name.startsWith(start) && score.name.endsWith(trained))
    ?.value;
}
