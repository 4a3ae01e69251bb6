import { stream } from "../base/random.js";
import type { CheckedFairness } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { ReportTable, Score } from "../ir/report.js";
import { GROUPS } from "../table/cuts.js";
import { gather, type Table } from "../table/table.js";
import { columnsOf, groupBins, grouper, outcomeOf } from "./fairness-groups.js";
import { generalizedEntropy, parityDifference } from "./fairness-measures.js";
import {
  confusions,
  equalizedOddsDifference,
  equalOpportunityDifference,
  type GroupConfusion,
  gapIntervals,
} from "./fairness-models.js";
import { aucOf } from "./model/auc.js";
import { boostedChances, fitBoosted } from "./model/boosted-trees.js";
import { matrixOf, modelBins } from "./model/matrix.js";
import type { EvaluatedOutput, EvaluateRequest } from "./request.js";

/** What a model that was trained on one side does to held-out real rows. */
interface Judged {
  readonly name: "before" | "after";
  readonly auc: number;
  readonly entropy: number;
  readonly selectedGap: number;
  readonly groups: readonly GroupConfusion[];
}

/** Groups of fewer held-out rows don't count in a gap. */
const ENOUGH = 30;

const TWO = { kind: "classes", count: 2 } as const;
/** Enough to rank by, in a fraction of the time. */
const SMALL = { rounds: 60, rate: 0.15, leaves: 16 };

/**
 * Fairness of models: boosted trees learn the outcome from the real training rows (before) and from the
 * generated ones (after); both are judged by group on rows that neither saw. Needs held-out rows.
 */
export function classifierFairness(
  request: EvaluateRequest,
  output: EvaluatedOutput,
  asked: CheckedFairness,
  outcome: Formula,
): { readonly scores: readonly Score[]; readonly tables: readonly ReportTable[] } {
  const { real, holdout } = output;
  if (real === undefined || holdout === undefined || holdout.rows < 2 * ENOUGH) {
    return { scores: [], tables: [] };
  }
  const heldOut = withOutcome(holdout, outcome);
  const group = grouper(groupBins(real, asked.across, GROUPS.across, output.cuts));
  const groups = group(heldOut.table);
  const sides = [
    { name: "before", table: real },
    { name: "after", table: output.synthetic },
  ] as const;
  const judged: Judged[] = [];
  for (const { name, table } of sides) {
    request.progress.signal.throwIfAborted();
    request.progress.report({
      phase: `judging a model trained on ${name === "before" ? "real rows" : output.name}`,
      done: 0,
    });
    const trained = withOutcome(table, outcome);
    const bins = modelBins(trained.table, columnsOf(outcome));
    const model = fitBoosted(matrixOf(trained.table, bins), trained.outcome, TWO, SMALL);
    const scores = boostedChances(model, matrixOf(heldOut.table, bins));
    const benefits = scores.map(
      (p, row) => 1 + (p >= 0.5 ? 1 : 0) - (heldOut.outcome[row] as number),
    );
    const all = confusions(heldOut.outcome, scores, groups.codes, groups.labels);
    const large = all.filter((one) => one.count >= ENOUGH);
    judged.push({
      name,
      auc: aucOf(heldOut.outcome, scores).value,
      entropy: generalizedEntropy(benefits),
      selectedGap: parityDifference(large.map((one) => one.selected)),
      groups: large,
    });
  }
  return {
    scores: judged.flatMap((one) => scoresOf(one, output, asked, request.seed)),
    tables: modelTables(judged, output, asked),
  };
}

function withOutcome(
  table: Table,
  outcome: Formula,
): { readonly table: Table; readonly outcome: Uint8Array } {
  const all = outcomeOf(table, outcome);
  const rows = Uint32Array.from(all.keys()).filter((row) => all[row] !== 2);
  return {
    table: gather(table, rows),
    outcome: Uint8Array.from(rows, (row) => all[row] as number),
  };
}

function scoresOf(
  judged: Judged,
  output: EvaluatedOutput,
  asked: CheckedFairness,
  seed: number | string,
): Score[] {
  const by = asked.across.join(" and ");
  const trained = judged.name === "before" ? "real rows" : "generated rows";
  const random = stream(seed, "model gaps", output.name, judged.name);
  const intervals = gapIntervals(judged.groups, random);
  const score = (
    name: string,
    value: number,
    [low, high]: readonly [number, number],
    meaning: string,
  ): Score => ({
    name: `${name} by ${by}, model from ${trained}`,
    of: output.name,
    columns: asked.across,
    value,
    ...(Number.isFinite(low + high) ? { low, high } : {}),
    better: "lower",
    meaning,
  });
  return [
    score(
      "equalised odds gap",
      equalizedOddsDifference(judged.groups),
      intervals.odds,
      "The larger of the gaps in true and in false positive rates, on held-out real rows; boosted trees, groups of at least 30 rows.",
    ),
    score(
      "opportunity gap",
      equalOpportunityDifference(judged.groups),
      intervals.opportunity,
      "The gap in true positive rates: who is found among those who have the outcome.",
    ),
    score(
      "calibration gap",
      Math.max(...judged.groups.map((group) => group.calibrationError)),
      intervals.calibration,
      "The worst group's mean distance between predicted and actual shares, over ten bins of the score.",
    ),
  ].filter((one) => Number.isFinite(one.value));
}

const trainedOn = ({ name }: Judged): string =>
  name === "before" ? "real rows" : "generated rows";

const told = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(3)) : null;

function modelTables(
  judged: readonly Judged[],
  output: EvaluatedOutput,
  asked: CheckedFairness,
): readonly ReportTable[] {
  const by = asked.across.join(" and ");
  return [
    {
      title: `Models trained before and after, on held-out real rows (${output.name})`,
      columns: ["model from", "rows", "AUC", `gap of the selected by ${by}`, "generalised entropy"],
      rows: judged.map((one) => [
        trainedOn(one),
        one.groups.reduce((sum, group) => sum + group.count, 0),
        told(one.auc),
        told(one.selectedGap),
        told(one.entropy),
      ]),
    },
    {
      title: `What these models do by ${by} (${output.name})`,
      columns: [
        "model from",
        "group",
        "rows",
        "selected",
        "true positive rate",
        "false positive rate",
        "predictive value",
        "calibration error",
      ],
      rows: judged.flatMap((one) =>
        one.groups.map((group) => [
          trainedOn(one),
          group.group,
          group.count,
          told(group.selected),
          told(group.truePositiveRate),
          told(group.falsePositiveRate),
          told(group.predictiveValue),
          told(group.calibrationError),
        ]),
      ),
    },
  ];
}
