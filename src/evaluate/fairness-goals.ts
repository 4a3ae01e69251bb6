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
/** Groups of fewer rows are too small to judge: whether the others meet a goal is told apart. */
const SMALL = 30;

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
    const of = (name: "before" | "after", least: number) =>
      measure(output, asked, outcome, { goal, name, measured, least });
    const found = names.map((name) => of(name, 1));
    const large = goal.given.length > 0 ? undefined : of("after", SMALL);
    return [goalText(goal), ...found.map(shown), verdict(goal, found[1], large, output)];
  });
  return [{ title: `Goals of fairness in ${output.name}`, columns: ["goal", ...names, ""], rows }];
}

const shown = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : Number(value.toFixed(4));

function verdict(
  goal: Goal,
  value: number | undefined,
  large: number | undefined,
  { given }: EvaluatedOutput,
): string {
  if (!isOfRows(goal)) return "of models trained on the rows: measured, not made";
  if (value === undefined || Number.isNaN(value)) return "nothing to compare";
  const within = goal.given.length === 0 ? "" : `, worst stratum of groups with ${ENOUGH} rows`;
  const meets = (found: number) =>
    goal.comparison === ">=" ? found >= goal.bound - 1e-9 : found <= goal.bound + 1e-9;
  if (meets(value)) return `met${within}`;
  if (given === undefined && large !== undefined && meets(large)) {
    return `not met by groups of fewer than ${SMALL} rows; among the others ${large.toFixed(4)}`;
  }
  return given === undefined
    ? `not met${within}`
    : "not met among rows under this condition; the goal is of the whole table";
}

/** The gap or ratio that a goal bounds; of a goal within strata in the worst of them. */
function measure(
  output: EvaluatedOutput,
  asked: CheckedFairness,
  outcome: Formula,
  asking: {
    readonly goal: Goal;
    readonly name: "before" | "after";
    readonly measured: Measured;
    /** Rows of the smallest group that counts, where nothing is given. */
    readonly least: number;
  },
): number | undefined {
  const { goal, name, measured, least } = asking;
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
  return worst(strata, goal, goal.given.length === 0 ? least : ENOUGH);
}

function worst(strata: readonly Stratum[], { metric }: Goal, least: number): number {
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
