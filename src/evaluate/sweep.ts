import { figureText } from "../base/figure-text.js";
import type {
  FigureData,
  FrontierFigure,
  FrontierPoint,
  LinesFigure,
  Report,
  ReportSection,
  Score,
} from "../ir/report.js";

type SweptValue = number | string | boolean;

/** What one value of the swept param, or one pair of values, came to. */
export interface SweptRun {
  readonly values: readonly SweptValue[];
  readonly report: Report;
}

/** The topic of the section that sweeps make. */
const TOPIC = "sweep";

/**
 * Many runs as one section: each measure against the first param, and accuracy against the fairness gap
 * where both were measured; a line for each value of the second param. Runs are in the order of the sweep; `spent` is
 * what they cost together.
 */
export function sweepSection(
  params: readonly string[],
  runs: readonly SweptRun[],
  spent?: string,
): ReportSection {
  const [param = ""] = params;
  const told = (values: readonly SweptValue[]) =>
    params.map((name, at) => `${name} = ${values[at]}`).join(", ");
  const measured = runs.map(({ values, report }): Measured => {
    const [value = "", second] = values;
    const line = second === undefined ? "" : `${params[1]} ${second}`;
    return { value, line, scores: report.sections.flatMap((section) => section.scores) };
  });
  const keys = new Map<string, Score>();
  for (const { scores } of measured) for (const score of scores) keys.set(keyOf(score), score);
  const numeric = measured.every(({ value }) => typeof value === "number");
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
    title: `What ${params.join(" and ")} ${params.length > 1 ? "buy" : "buys"}`,
    lead: `The same spec run with ${runs.map(({ values }) => told(values)).join("; ")}. Each run stands by itself; differences smaller than the bands may be luck.${spent === undefined ? "" : ` ${spent}`}`,
    scores: [],
    tables: [
      {
        title: `Every measure by ${params.join(" and ")}, with its 95% interval`,
        columns: ["measure", "of", ...runs.map(({ values }) => told(values))],
        rows: [...keys.values()].map((score) => [
          score.name,
          score.of,
          ...measured.map(({ scores }) => {
            const found = scores.find((one) => keyOf(one) === keyOf(score));
            return found === undefined || !Number.isFinite(found.value) ? null : cellOf(found);
          }),
        ]),
      },
    ],
    figures,
  };
}

/** A value with its interval in words, where it has one. */
function cellOf({ value, low, high }: Score): string | number {
  if (low === undefined || high === undefined) return Number(value.toFixed(4));
  return `${figureText(value)} (${figureText(low)} to ${figureText(high)})`;
}

function keyOf(score: Score): string {
  return `${score.name}\n${score.of}`;
}

interface Measured {
  /** Of the first param. */
  readonly value: SweptValue;
  /** The second param and its value; empty where one is swept. */
  readonly line: string;
  readonly scores: readonly Score[];
}

function isWide(values: readonly number[]): boolean {
  const least = Math.min(...values);
  return least > 0 && Math.max(...values) / least >= 10;
}

/** Outputs and values of the second param, each a line; named by what tells them apart. */
function linesOf(
  measured: readonly Measured[],
  has: (score: Score) => boolean,
): readonly { readonly of: string; readonly line: string; readonly name: string }[] {
  const outputs = new Set(measured.flatMap(({ scores }) => scores.filter(has).map((s) => s.of)));
  const lines = [...new Set(measured.map(({ line }) => line))];
  return [...outputs].flatMap((of) =>
    lines.map((line) => {
      const name = line === "" ? of : outputs.size === 1 ? line : `${of}, ${line}`;
      return { of, line, name };
    }),
  );
}

function course(param: string, name: string, measured: readonly Measured[]): LinesFigure {
  const lines = linesOf(measured, (score) => score.name === name);
  const series = lines.flatMap((own) => {
    const points = measured.flatMap(({ value, line, scores }) => {
      const score = scores.find((one) => one.name === name && one.of === own.of);
      return line !== own.line || score === undefined || !Number.isFinite(score.value)
        ? []
        : [{ x: value as number, score }];
    });
    points.sort((a, b) => a.x - b.x);
    return points.length === 0 ? [] : [{ name: own.name, points }];
  });
  const drawn = series.map(({ name: of, points }) => {
    const banded = points.every(({ score }) => score.low !== undefined && score.high !== undefined);
    return {
      name: of,
      x: points.map((point) => point.x),
      y: points.map(({ score }) => score.value),
      ...(banded
        ? {
            low: points.map(({ score }) => score.low as number),
            high: points.map(({ score }) => score.high as number),
          }
        : {}),
    };
  });
  const real = series
    .map(({ points }) => points)
    .find((points) => points.every(({ score }) => score.reference !== undefined));
  const reference = real === undefined ? [] : [referenceOf(real)];
  const first = drawn[0];
  const values = measured.map(({ value }) => value as number);
  return {
    kind: "lines",
    title: name,
    x: param,
    y: name,
    ...(isWide(values) ? { logX: true } : {}),
    series: [...drawn, ...reference],
    summary:
      first === undefined
        ? `${name} could not be measured.`
        : `${drawn.map((one) => `${name} of ${one.name} goes from ${one.y[0]?.toFixed(3)} at ${param} ${one.x[0]} to ${one.y.at(-1)?.toFixed(3)} at ${one.x.at(-1)}`).join("; ")}.`,
  };
}

function referenceOf(points: readonly { readonly x: number; readonly score: Score }[]) {
  return {
    name: "real rows",
    x: points.map(({ x }) => x),
    y: points.map(({ score }) => score.reference as number),
  };
}

/** Accuracy against the gap between groups: a point a run, and where the real rows lie. */
function frontier(param: string, measured: readonly Measured[]): FrontierFigure | undefined {
  const isGap = ({ name }: Score) => /^parity gap by .*, after$/.test(name);
  const found = linesOf(measured, isGap).map((own) => {
    const points = measured.flatMap(({ value, line, scores }) => {
      const gap = scores.find((score) => isGap(score) && score.of === own.of);
      const use = accuracyOf(scores, own.of);
      if (line !== own.line || gap === undefined || use === undefined) return [];
      return [{ value: value as number, gap, use }];
    });
    points.sort((a, b) => a.value - b.value);
    return { name: own.name, points };
  });
  const series = found.flatMap(({ name, points }) => {
    if (points.length < 2) return [];
    return [{ name, points: points.map((p) => pointOf(`${param} ${p.value}`, p.gap, p.use)) }];
  });
  const first = found[0]?.points[0];
  if (first === undefined || series.length === 0) return undefined;
  const real = realPoint(measured, first.gap, first.use);
  const words = (p: FrontierPoint) => `${p.label}: gap ${p.x.toFixed(3)}, ${p.y.toFixed(3)}`;
  const named = (name: string) => (series.length > 1 ? `${name}, ` : "");
  const all = series.flatMap(({ name, points }) => points.map((p) => named(name) + words(p)));
  return {
    kind: "frontier",
    title: `What fairness costs: ${first.use.name}`,
    x: first.gap.name,
    y: first.use.name,
    series: real === undefined ? series : [...series, { name: "real rows", points: [real] }],
    summary: `${[...all, ...(real === undefined ? [] : [words(real)])].join("; ")}.`,
  };
}

/** Boosted trees where they were trained, else the first model. */
function accuracyOf(scores: readonly Score[], of: string): Score | undefined {
  const models = scores.filter(
    ({ name, of: own }) =>
      /^(AUC|accuracy|R²)/.test(name) && !name.endsWith("model from real rows") && own === of,
  );
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
