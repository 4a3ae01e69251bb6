import type {
  FigureData,
  FrontierFigure,
  FrontierPoint,
  LinesFigure,
  Report,
  ReportSection,
  Score,
} from "../ir/report.js";

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

/** Accuracy against the gap between groups: a point a run, and where the real rows lie. */
function frontier(param: string, measured: readonly Measured[]): FrontierFigure | undefined {
  const outputs = new Map<string, { value: number; gap: Score; use: Score }[]>();
  for (const { value, scores } of measured) {
    for (const gap of scores.filter(({ name }) => /^parity gap by .*, after$/.test(name))) {
      const use = accuracyOf(scores, gap.of);
      const known = outputs.get(gap.of) ?? [];
      if (use === undefined || known.some((one) => one.value === value)) continue;
      outputs.set(gap.of, [...known, { value: value as number, gap, use }]);
    }
  }
  const series = [...outputs].flatMap(([name, points]) => {
    if (points.length < 2) return [];
    points.sort((a, b) => a.value - b.value);
    return [{ name, points: points.map((p) => pointOf(`${param} ${p.value}`, p.gap, p.use)) }];
  });
  const first = [...outputs.values()][0]?.[0];
  if (first === undefined || series.length === 0) return undefined;
  const real = realPoint(measured, first.gap, first.use);
  const all = series.flatMap(({ points }) => points);
  const words = (p: FrontierPoint) => `${p.label}: gap ${p.x.toFixed(3)}, ${p.y.toFixed(3)}`;
  return {
    kind: "frontier",
    title: `What fairness costs: ${first.use.name} against the ${first.gap.name}`,
    x: first.gap.name,
    y: first.use.name,
    series: real === undefined ? series : [...series, { name: "real rows", points: [real] }],
    summary: `${[...all, ...(real === undefined ? [] : [real])].map(words).join("; ")}.`,
  };
}

/** Boosted trees where they were trained, else the first model. */
function accuracyOf(scores: readonly Score[], of: string): Score | undefined {
  const models = scores.filter((score) => /^(AUC|accuracy|R²)/.test(score.name) && score.of === of);
  return models.find(({ name }) => name.includes("boosted")) ?? models[0];
}

function pointOf(label: string, gap: Score, use: Score): FrontierPoint {
  return {
    ...{ label, x: gap.value, y: use.value },
    ...(gap.low === undefined ? {} : { xLow: gap.low }),
    ...(gap.high === undefined ? {} : { xHigh: gap.high }),
    ...(use.low === undefined ? {} : { yLow: use.low }),
    ...(use.high === undefined ? {} : { yHigh: use.high }),
  };
}

/** The gap in the real rows, and what a model trained on them reaches. */
function realPoint(
  measured: readonly Measured[],
  gap: Score,
  use: Score,
): FrontierPoint | undefined {
  const before = gap.name.replace(/after$/, "before");
  const found = measured.flatMap(({ scores }) => scores).find(({ name }) => name === before);
  if (found === undefined || use.reference === undefined) return undefined;
  return { label: "real rows", x: found.value, y: use.reference };
}
