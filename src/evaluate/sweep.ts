import type { FigureData, LinesFigure, Report, ReportSection, Score } from "../ir/report.js";

/** What one value of a swept param came to. */
export interface SweptRun {
  readonly value: number | string | boolean;
  readonly report: Report;
}

/** The topic of the section that sweeps make. */
const TOPIC = "sweep";

/**
 * Many runs as one section: each measure against the param, and accuracy against the fairness gap where
 * both were measured. Runs are in the order of the sweep.
 */
export function sweepSection(param: string, runs: readonly SweptRun[]): ReportSection {
  const measured = runs.map(({ value, report }) => ({
    value,
    scores: report.sections.flatMap((section) => section.scores),
  }));
  const keys = new Map<string, Score>();
  for (const { scores } of measured) for (const score of scores) keys.set(keyOf(score), score);
  const numeric = runs.every(({ value }) => typeof value === "number");
  const figures: FigureData[] = [];
  if (numeric) {
    const names = [...new Set([...keys.values()].map((score) => score.name))];
    for (const name of names) {
      const figure = course(param, name, measured);
      if (figure.series.some(({ y }) => new Set(y).size > 1)) figures.push(figure);
    }
    const front = frontier(param, measured);
    if (front !== undefined) figures.unshift(front);
  }
  return {
    kind: "section",
    topic: TOPIC,
    title: `What ${param} buys`,
    lead: `The same spec run with ${param} set to ${runs.map(({ value }) => String(value)).join(", ")}. Each run stands by itself; differences smaller than the bands may be luck.`,
    scores: [],
    tables: [
      {
        title: `Every measure by ${param}`,
        columns: ["measure", "of", ...runs.map(({ value }) => `${param} = ${value}`)],
        rows: [...keys.values()].map((score) => [
          score.name,
          score.of,
          ...measured.map(({ scores }) => {
            const found = scores.find((one) => keyOf(one) === keyOf(score));
            return found === undefined || !Number.isFinite(found.value)
              ? null
              : Number(found.value.toFixed(4));
          }),
        ]),
      },
    ],
    figures,
  };
}

function keyOf(score: Score): string {
  return `${score.name}\n${score.of}`;
}

interface Measured {
  readonly value: number | string | boolean;
  readonly scores: readonly Score[];
}

function isWide(values: readonly number[]): boolean {
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) / least >= 10;
}

function course(param: string, name: string, measured: readonly Measured[]): LinesFigure {
  const outputs = [
    ...new Set(
      measured.flatMap(({ scores }) => scores.filter((s) => s.name === name).map((s) => s.of)),
    ),
  ];
  const series = outputs.flatMap((of) => {
    const points = measured.flatMap(({ value, scores }) => {
      const score = scores.find((one) => one.name === name && one.of === of);
      return score === undefined || !Number.isFinite(score.value)
        ? []
        : [{ x: value as number, score }];
    });
    points.sort((a, b) => a.x - b.x);
    if (points.length === 0) return [];
    const banded = points.every(({ score }) => score.low !== undefined && score.high !== undefined);
    const x = points.map((point) => point.x);
    const own = {
      name: of,
      x,
      y: points.map(({ score }) => score.value),
      ...(banded
        ? {
            low: points.map(({ score }) => score.low as number),
            high: points.map(({ score }) => score.high as number),
          }
        : {}),
    };
    const referenced = points.every(({ score }) => score.reference !== undefined);
    return referenced
      ? [own, { name: "real rows", x, y: points.map(({ score }) => score.reference as number) }]
      : [own];
  });
  const first = series[0];
  const values = measured.map(({ value }) => value as number);
  return {
    kind: "lines",
    title: name,
    x: param,
    y: name,
    ...(isWide(values) ? { logX: true } : {}),
    series,
    summary:
      first === undefined
        ? `${name} could not be measured.`
        : `${name} of ${first.name} goes from ${first.y[0]?.toFixed(3)} at ${param} ${first.x[0]} to ${first.y.at(-1)?.toFixed(3)} at ${first.x.at(-1)}.`,
  };
}

/** Accuracy against the gap between groups, run by run. */
function frontier(param: string, measured: readonly Measured[]): LinesFigure | undefined {
  const points = measured.flatMap(({ value, scores }) => {
    const gap = scores.find((score) => /^parity gap by .*, after$/.test(score.name));
    const use = scores.find(
      (score) => /^(AUC|accuracy|R²)/.test(score.name) && score.of === gap?.of,
    );
    return gap === undefined || use === undefined ? [] : [{ value, gap, use }];
  });
  const first = points[0];
  if (first === undefined || points.length < 2) return undefined;
  points.sort((a, b) => a.gap.value - b.gap.value);
  return {
    kind: "lines",
    title: "What fairness costs",
    x: first.gap.name,
    y: first.use.name,
    series: [
      {
        name: `${param} from ${measured[0]?.value} to ${measured.at(-1)?.value}`,
        x: points.map(({ gap }) => gap.value),
        y: points.map(({ use }) => use.value),
        low: points.map(({ use }) => use.low ?? use.value),
        high: points.map(({ use }) => use.high ?? use.value),
      },
    ],
    summary: points
      .map(
        ({ value, gap, use }) =>
          `${param} ${value}: gap ${gap.value.toFixed(3)}, ${use.value.toFixed(3)}`,
      )
      .join("; "),
  };
}
