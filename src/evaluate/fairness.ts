import { figureText } from "../base/figure-text.js";
import { stream } from "../base/random.js";
import type { CheckedFairness } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { BarsFigure, FigureData, ReportTable, Score } from "../ir/report.js";
import { GROUPS } from "../table/cuts.js";
import { columnOf, type Table } from "../table/table.js";
import { alternating } from "./alternating.js";
import { classifierFairness } from "./fairness-classifiers.js";
import { edgeScores } from "./fairness-edges.js";
import { flowFigure } from "./fairness-flow.js";
import { goalTable } from "./fairness-goals.js";
import {
  attributesOf,
  columnsOf,
  countGroups,
  countStrata,
  groupBins,
  grouper,
  outcomeOf,
} from "./fairness-groups.js";
import {
  conditionalParity,
  type Estimate,
  estimate,
  type GroupCount,
  parityDifference,
  parityRatio,
  shareOf,
  wilson,
} from "./fairness-measures.js";
import { proxies } from "./fairness-proxies.js";
import type { EvaluatedOutput, EvaluateRequest, Section } from "./request.js";

/** One side of the comparison: the real rows before, or the generated ones after. */
interface Side {
  readonly name: "before" | "after";
  readonly table: Table;
}

/** What `fairness { … }` asked for, before and after. */
export const fairness: Section = {
  topic: "fairness",
  async make(request, words) {
    const asked = request.fairness;
    if (asked === undefined) return undefined;
    const { outcome } = asked;
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    const figures: FigureData[] = [];
    for (const made of request.outputs) {
      const output = asWritten(made);
      if (output.synthetic.rows === 0) continue;
      const sides = sidesOf(output, words);
      scores.push(...edgeScores(output, asked, sides, request.seed));
      if (outcome === undefined || asked.across.length === 0) continue;
      const needed = [...asked.across, ...columnsOf(outcome)];
      if (needed.some((name) => columnOf(output.synthetic, name) === undefined)) continue;
      for (const attribute of attributesOf(asked)) {
        const found = judge(request, output, sides, attribute, outcome, asked);
        scores.push(...found.scores);
        tables.push(...found.tables);
        figures.push(...found.figures);
      }
      tables.push(...proxies(output, asked.across, outcome));
      const models = classifierFairness(request, made, asked, outcome);
      scores.push(...models.scores);
      tables.push(...models.tables);
      tables.unshift(...goalTable(output, asked, outcome, { sides, models: models.scores }));
    }
    if (scores.length === 0) return undefined;
    return {
      kind: "section",
      topic: "fairness",
      title: "Fairness",
      lead: LEADS[request.audience],
      scores,
      tables,
      figures,
    };
  },
};

/** Of how many rows an average over strata tells. */
function coverage(share: number): string {
  if (share > 1 - 1e-9) return "all rows";
  const most = share > 0.995 ? "nearly all rows" : `${(100 * share).toFixed(0)}% of the rows`;
  return `${most}; the others lie where a group has fewer than ten rows`;
}

/** Groups are compared in all rows as written, real ones beside the generated included. */
function asWritten(output: EvaluatedOutput): EvaluatedOutput {
  return output.written === undefined ? output : { ...output, synthetic: output.written };
}

const LEADS: Readonly<Record<EvaluateRequest["audience"], string>> = {
  consumers:
    "Whether the outcome is as frequent in one group as in another: before, in the real rows, and after, in the generated ones; and how models trained on either treat the groups, where that could be tested.",
  regulators:
    "Outcome rates by group with sizes and 95% intervals, before and after; the mark beside each gap is what sampling noise alone would show if there were none.",
  teachers:
    "A gap between groups can be real, or the luck of the draw: the mark beside each gap shows how large a gap pure chance makes. Look at the sizes of the groups before you judge.",
};

function sidesOf(output: EvaluatedOutput, words: readonly string[]): readonly Side[] {
  const sides: Side[] = [];
  const wants = (word: string) => words.length === 0 || words.includes(word);
  if (output.real !== undefined && wants("before")) {
    sides.push({ name: "before", table: output.real });
  }
  if (wants("after")) sides.push({ name: "after", table: output.synthetic });
  return sides;
}

interface Found {
  readonly scores: readonly Score[];
  readonly tables: readonly ReportTable[];
  readonly figures: readonly FigureData[];
}

function judge(
  request: EvaluateRequest,
  output: EvaluatedOutput,
  sides: readonly Side[],
  attribute: readonly string[],
  outcome: Formula,
  asked: CheckedFairness,
): Found {
  const first = sides[0]?.table ?? output.synthetic;
  const group = grouper(groupBins(first, attribute, GROUPS.across, output.cuts));
  const by = attribute.join(" and ");
  const counted = sides.map((side) => ({
    side,
    counts: countGroups(group(side.table), outcomeOf(side.table, outcome)),
  }));
  const scores = counted.map(({ side, counts }): Score[] => {
    // Rows of one group alone, as `given sex = "Female"` makes them, have no gap.
    if (counts.filter(({ count }) => count > 0).length < 2) return [];
    const random = stream(request.seed, "fairness", output.name, by, side.name);
    const gap = estimate(counts, "difference", random);
    const ratio = estimate(counts, "ratio", random);
    const whole = [
      score(`parity gap by ${by}, ${side.name}`, output, attribute, gap, "lower"),
      score(`parity ratio by ${by}, ${side.name}`, output, attribute, ratio, "higher"),
    ].map((each) => withoutSmall(each, counts));
    const within = asked.goals.flatMap((goal): Score[] => {
      if (goal.metric !== "parity" || goal.given.length === 0) return [];
      const strata = grouper(groupBins(first, goal.given, GROUPS.strata, output.cuts));
      const inStrata = countStrata(
        group(side.table),
        strata(side.table),
        outcomeOf(side.table, outcome),
      );
      const found = conditionalParity(inStrata, random);
      if (Number.isNaN(found.value)) return [];
      const name = `parity gap by ${by} given ${goal.given.join(", ")}, ${side.name}`;
      const meaning = `The gap between groups among rows alike in ${goal.given.join(", ")}, averaged over ${coverage(found.covered)}.`;
      return [{ ...score(name, output, attribute, found, "lower"), meaning }];
    });
    return [...whole, ...within];
  });
  const flow = flowFigure(
    { of: output.name, by, outcome: asked.outcomeText ?? "the outcome" },
    counted.map(({ side, counts }) => ({ name: side.name, counts })),
  );
  return {
    scores: alternating(scores),
    tables: [groupTable(output, by, counted)],
    figures: [...(flow === undefined ? [] : [flow]), rateFigure(output, by, counted)],
  };
}

function score(
  name: string,
  output: EvaluatedOutput,
  columns: readonly string[],
  found: Estimate,
  better: "higher" | "lower",
): Score {
  return {
    name,
    of: output.name,
    columns,
    value: found.value,
    ceiling: found.noise,
    low: found.low,
    high: found.high,
    better,
    meaning:
      better === "lower"
        ? "The largest share with the outcome among the groups minus the smallest; 0 is parity. The floor is the gap that sampling noise alone would show."
        : "The smallest share with the outcome over the largest; 1 is parity, below 0.8 is often called disparate impact. The ceiling is the ratio that sampling noise alone would leave.",
  };
}

/** Groups that are too small to judge may make all of a gap: what it is among the others. */
function withoutSmall(found: Score, counts: readonly GroupCount[]): Score {
  const large = counts.filter(({ count }) => count >= SMALL);
  const some = counts.some(({ count }) => count > 0 && count < SMALL);
  if (!some || large.length < 2) return found;
  const of = found.better === "lower" ? parityDifference : parityRatio;
  const rest = figureText(of(large.map(shareOf)));
  return {
    ...found,
    meaning: `${found.meaning} Among groups of at least ${SMALL} rows it is ${rest}.`,
  };
}

interface Counted {
  readonly side: Side;
  readonly counts: readonly GroupCount[];
}

/** Groups of fewer rows are said to be too small to judge. */
const SMALL = 30;

function groupTable(output: EvaluatedOutput, by: string, counted: readonly Counted[]): ReportTable {
  const labels = labelsOf(counted);
  return {
    title: `Groups by ${by} in ${output.name}`,
    columns: [
      "group",
      ...counted.flatMap(({ side }) => [
        `rows ${side.name}`,
        `share with the outcome ${side.name}`,
        `95% interval ${side.name}`,
      ]),
      "",
    ],
    rows: labels.map((label, i) => [
      label,
      ...counted.flatMap(({ counts }) => {
        const count = counts[i];
        if (count === undefined || count.count === 0) return [0, null, null];
        const [low, high] = wilson(count);
        return [count.count, round(shareOf(count)), `${low.toFixed(3)} to ${high.toFixed(3)}`];
      }),
      remark(counted, i),
    ]),
  };
}

function remark(counted: readonly Counted[], group: number): string {
  const counts = counted.map(({ counts: own }) => own[group]?.count ?? 0);
  const absent = counted.filter((_, at) => counts[at] === 0);
  if (counts.some((count) => count > 0 && count < SMALL)) return "too small to judge";
  return absent.length > 0 ? `no rows ${absent.map(({ side }) => side.name).join(", ")}` : "";
}

function labelsOf(counted: readonly Counted[]): readonly string[] {
  const longest = counted.reduce((a, b) => (b.counts.length > a.counts.length ? b : a));
  return longest.counts.map((count) => count.group);
}

function rateFigure(output: EvaluatedOutput, by: string, counted: readonly Counted[]): BarsFigure {
  const all = labelsOf(counted);
  const shown = all
    .map((_, i) => i)
    .filter((i) => counted.some(({ counts }) => (counts[i]?.count ?? 0) >= SMALL))
    .slice(0, 16);
  const of = (counts: readonly GroupCount[], i: number): GroupCount =>
    counts[i] ?? { group: all[i] as string, count: 0, hits: 0 };
  const small = counted.some(({ counts }) => counts.some(({ count }) => count < SMALL));
  const gaps = counted.map(({ side, counts }) => {
    const large = counts.filter(({ count }) => count >= SMALL);
    return `${side.name} ${figureText(parityDifference(large.map(shareOf)))}`;
  });
  return {
    kind: "bars",
    title: `Share with the outcome by ${by}: ${output.name}`,
    x: by,
    y: "share with the outcome",
    labels: shown.map((i) => all[i] as string),
    series: counted.map(({ side, counts }) => ({
      name: side.name,
      values: shown.map((i) => round(shareOf(of(counts, i)) || 0)),
      low: shown.map((i) => round(wilson(of(counts, i))[0])),
      high: shown.map((i) => round(wilson(of(counts, i))[1])),
    })),
    summary: `Gap between groups${small ? ` of at least ${SMALL} rows` : ""} by ${by}: ${gaps.join(", ")}.`,
  };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
