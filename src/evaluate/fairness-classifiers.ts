import { type Random, stream } from "../base/random.js";
import type { CheckedFairness } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { ReportTable, Score } from "../ir/report.js";
import { GROUPS } from "../table/cuts.js";
import { gather, type Table } from "../table/table.js";
import { alternating } from "./alternating.js";
import { columnsOf, groupBins, grouper, outcomeOf } from "./fairness-groups.js";
import { wilson } from "./fairness-measures.js";
import {
  calibrationInterval,
  confusions,
  equalizedOddsDifference,
  equalOpportunityDifference,
  type GroupConfusion,
  gapIntervals,
  inequality,
  selectedDifference,
} from "./fairness-models.js";
import { areaDifference, areaOf } from "./model/area.js";
import { boostedChances, fitBoosted } from "./model/boosted-trees.js";
import { matrixOf, modelBins } from "./model/matrix.js";
import type { Interval } from "./privacy/intervals.js";
import type { EvaluatedOutput, EvaluateRequest } from "./request.js";

/** What a model that was trained on one side does to held-out real rows. */
interface Judged {
  readonly name: "before" | "after";
  /** Of each held-out row: whether it has the outcome, and the chance that the model gives. */
  readonly actual: Uint8Array;
  readonly chances: Float64Array;
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
    const chances = boostedChances(model, matrixOf(heldOut.table, bins));
    const all = confusions(heldOut.outcome, chances, groups.codes, groups.labels);
    judged.push({
      name,
      actual: heldOut.outcome,
      chances,
      groups: all.filter((one) => one.count >= ENOUGH),
    });
  }
  return {
    scores: [
      ...judged.map((one, at) => areaScore(one, at === 0 ? undefined : judged[0], output)),
      ...alternating(judged.map((one) => scoresOf(one, output, asked, request.seed))),
    ].filter(({ value }) => Number.isFinite(value)),
    tables: [ratesTable(judged, output, asked, request.seed)],
  };
}

/** How well a model ranks the held-out rows; of the second one also by how much better or worse than the first. */
function areaScore(judged: Judged, first: Judged | undefined, output: EvaluatedOutput): Score {
  const { actual, chances } = judged;
  const reference = first === undefined ? undefined : areaOf(actual, first.chances).value;
  const beside =
    first === undefined
      ? ""
      : ` ${differenceWords(areaDifference(actual, first.chances, chances))}`;
  return {
    name: `AUC, model from ${trainedOn(judged)}`,
    of: output.name,
    ...areaOf(actual, chances),
    ...(reference === undefined ? {} : { reference }),
    better: "higher",
    meaning: `How well boosted trees trained on ${trainedOn(judged)} rank ${actual.length.toLocaleString("en")} held-out real rows by the outcome: 0.5 is a coin toss, 1 always right.${beside}`,
  };
}

function differenceWords({ value, low, high }: Interval): string {
  const signed = (one: number) => `${one < 0 ? "−" : "+"}${Math.abs(one).toFixed(3)}`;
  return `The difference from real rows is ${signed(value)} (95 %: ${signed(low)} to ${signed(high)}): what the goals and the learning cost.`;
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
  const random = stream(seed, "model gaps", output.name, judged.name);
  const intervals = gapIntervals(judged.groups, random);
  const unequal = inequality(judged.actual, judged.chances, random);
  const score = (
    name: string,
    value: number,
    [low, high]: readonly [number, number],
    meaning: string,
  ): Score => ({
    name: `${name}, model from ${trainedOn(judged)}`,
    of: output.name,
    columns: asked.across,
    value,
    ...(Number.isFinite(low + high) ? { low, high } : {}),
    better: "lower",
    meaning,
  });
  return [
    score(
      `gap of the selected by ${by}`,
      selectedDifference(judged.groups),
      intervals.selected,
      "The largest share of a group that the model predicts to have the outcome minus the smallest; 0 is parity of what it decides.",
    ),
    score(
      `equalised odds gap by ${by}`,
      equalizedOddsDifference(judged.groups),
      intervals.odds,
      "The larger of the gaps in true and in false positive rates, on held-out real rows; boosted trees, groups of at least 30 rows.",
    ),
    score(
      `opportunity gap by ${by}`,
      equalOpportunityDifference(judged.groups),
      intervals.opportunity,
      "The gap in true positive rates: who is found among those who have the outcome.",
    ),
    score(
      `calibration gap by ${by}`,
      Math.max(...judged.groups.map((group) => group.calibrationError)),
      intervals.calibration,
      "The worst group's mean distance between predicted and actual shares, over ten bins of the score.",
    ),
    score(
      "generalised entropy",
      unequal.value,
      [unequal.low, unequal.high],
      "How unequally the model's errors fall on single people (benefits 1 + predicted − actual, α = 2): 0 where all are judged rightly.",
    ),
  ];
}

const trainedOn = ({ name }: Judged): string =>
  name === "before" ? "real rows" : "generated rows";

/** A share of a group, or its error of calibration, with its 95 % interval in words. */
interface Rate {
  readonly value: number;
  readonly interval: string;
}

/** What is told of each group, with Wilson's interval of a share. */
const RATES: Readonly<Record<string, (group: GroupConfusion, random: Random) => Rate>> = {
  selected: (g) => rate(g.truePositives + g.falsePositives, g.count),
  "true positive rate": (g) => rate(g.truePositives, g.positives),
  "false positive rate": (g) => rate(g.falsePositives, g.count - g.positives),
  "predictive value": (g) => rate(g.truePositives, g.truePositives + g.falsePositives),
  "calibration error": (g, random) => told(g.calibrationError, calibrationInterval(g, random)),
};

function rate(hits: number, count: number): Rate {
  return told(count === 0 ? Number.NaN : hits / count, wilson({ group: "", count, hits }));
}

function told(value: number, [low, high]: readonly [number, number]): Rate {
  const interval = Number.isFinite(value) ? `${low.toFixed(3)} to ${high.toFixed(3)}` : "";
  return { value, interval };
}

/** What the models do to each group, side by side. */
function ratesTable(
  judged: readonly Judged[],
  output: EvaluatedOutput,
  asked: CheckedFairness,
  seed: number | string,
): ReportTable {
  const by = asked.across.join(" and ");
  const random = stream(seed, "rates of groups", output.name);
  const groups = judged[0]?.groups ?? [];
  return {
    title: `What models trained on real and on generated rows do by ${by} (${output.name})`,
    columns: [
      "measure",
      "group",
      "rows",
      ...judged.flatMap((one) => [one.name === "before" ? "real" : "generated", "95% interval"]),
    ],
    rows: Object.entries(RATES).flatMap(([measure, of]) =>
      groups.map((group, at) => [
        measure,
        group.group,
        group.count,
        ...judged.flatMap((one) => {
          const { value, interval } = of(one.groups[at] as GroupConfusion, random);
          return [Number.isFinite(value) ? Number(value.toFixed(3)) : null, interval];
        }),
      ]),
    ),
  };
}
