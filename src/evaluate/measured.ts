import type { MeasuredCounts, MeasuredTable } from "../ir/release.js";
import type { BarsFigure, FigureData, MarginalFigure, ReportTable, Score } from "../ir/report.js";
import { type ColumnDomain, encodeNumbers } from "../table/domain.js";
import { type Column, columnOf, type Table } from "../table/table.js";
import type { EvaluatedOutput, Section } from "./request.js";
import { axisTitle } from "./write-value.js";

/** Two-sided 95 % of a normal variable, and the one-sided 97.5 % that goes with it. */
const Z = 1.959963984540054;

/**
 * Generated rows beside the noisy counts that the budget paid for, and, where part of it was set aside, the
 * measured errors of the model. Reads nothing but what was released.
 */
export const measured: Section = {
  topic: "fidelity",
  async make(request) {
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    const figures: FigureData[] = [];
    for (const output of request.outputs) {
      if (output.measured === undefined || output.synthetic.rows === 0) continue;
      const found = beside(output, output.measured);
      scores.push(...found.scores);
      tables.push(...found.tables);
      figures.push(...found.figures);
    }
    if (scores.length === 0) return undefined;
    return {
      kind: "section",
      topic: "fidelity",
      title: "Fidelity, by the noisy counts",
      lead: `The generated rows beside what the privacy budget bought: counts with noise of a known size. No real row was read for this. Intervals are 95 % and come from the noise itself; where a distance is no larger than noise alone would make it, nothing is known to be wrong.${request.fairness === undefined ? "" : " What the fairness goals changed on purpose shows here too."}`,
      scores,
      tables,
      figures,
    };
  },
};

/** Shares of one set of columns: as measured, and as generated. */
interface Beside {
  readonly columns: readonly number[];
  readonly noisy: Float64Array;
  readonly made: Float64Array;
  /** Standard deviation of each noisy share. */
  readonly sigma: number;
  readonly distance: number;
  /** The distance that noise alone makes on average, and no more than this in 97.5 % of cases. */
  readonly noise: number;
  readonly most: number;
}

interface Found {
  readonly scores: readonly Score[];
  readonly tables: readonly ReportTable[];
  readonly figures: readonly FigureData[];
}

function beside(output: EvaluatedOutput, what: MeasuredTable): Found {
  const { domains, total } = what;
  const codes = domains.map((domain) => codesOf(domain, output.synthetic));
  const all = combined(what.counts).map((counts) => compare(counts, domains, codes, total));
  const singles = all.filter(({ columns }) => columns.length === 1);
  const joint = all.filter(({ columns }) => columns.length > 1);
  const name = (columns: readonly number[]) =>
    columns.map((column) => (domains[column] as ColumnDomain).name).join(" × ");
  const scores = [
    ...meanScore("columns against noisy counts", output.name, singles, what),
    ...meanScore("pairs against noisy counts", output.name, joint, what),
    ...errorScores(output.name, what),
  ];
  const tables = [
    ...(all.length > 0 ? [distances(output.name, all, name)] : []),
    ...errorTable(output.name, what, name),
  ];
  const figures: FigureData[] = singles.map((one) =>
    marginal(one, domains[one.columns[0] as number] as ColumnDomain, output.name),
  );
  if (singles.length > 1) figures.push(bars(output.name, singles, name));
  return { scores, tables, figures };
}

/** Measurements of the same columns as one: the mean weighted by precision. */
function combined(counts: readonly MeasuredCounts[]): MeasuredCounts[] {
  const byKey = new Map<string, MeasuredCounts[]>();
  for (const each of counts) {
    const key = `${each.columns.join()}:${JSON.stringify(each.groups)}`;
    byKey.set(key, [...(byKey.get(key) ?? []), each]);
  }
  return [...byKey.values()].map((group) => {
    const first = group[0] as MeasuredCounts;
    if (group.length === 1) return first;
    const precision = group.reduce((sum, { sigma }) => sum + 1 / sigma ** 2, 0);
    const mean = first.counts.map(
      (_, cell) =>
        group.reduce((sum, each) => sum + (each.counts[cell] as number) / each.sigma ** 2, 0) /
        precision,
    );
    return { ...first, counts: mean, sigma: 1 / Math.sqrt(precision) };
  });
}

function codesOf(domain: ColumnDomain, table: Table): Int32Array {
  const column = columnOf(table, domain.name) as Column;
  if (column.kind === "number") return encodeNumbers(domain, column.values);
  const place = new Map(domain.labels.map((label, code) => [label, code]));
  const target = column.levels.map((level) => place.get(level) ?? -1);
  const missing = domain.missingCode ?? -1;
  return column.codes.map((code) => (code < 0 ? missing : (target[code] as number)));
}

function compare(
  { columns, counts, sigma, groups }: MeasuredCounts,
  domains: readonly ColumnDomain[],
  codes: readonly Int32Array[],
  total: number,
): Beside {
  const rows = codes[0]?.length ?? 0;
  const cellOf = new Int32Array(rows);
  for (const [i, column] of columns.entries()) {
    const { size: whole } = domains[column] as ColumnDomain;
    const places = Int32Array.from(groups?.[i] ?? Array(whole).keys());
    const size = places.reduce((most, place) => Math.max(most, place + 1), 0);
    const own = codes[column] as Int32Array;
    for (let row = 0; row < rows; row++) {
      const [cell, code] = [cellOf[row] as number, own[row] as number];
      cellOf[row] = cell < 0 || code < 0 ? -1 : cell * size + (places[code] as number);
    }
  }
  const made = new Float64Array(counts.length);
  for (let row = 0; row < rows; row++) {
    const cell = cellOf[row] as number;
    if (cell >= 0) made[cell] = (made[cell] as number) + 1 / rows;
  }
  const noisy = counts.map((count) => count / total);
  let distance = 0;
  for (let cell = 0; cell < made.length; cell++) {
    distance += Math.abs((noisy[cell] as number) - (made[cell] as number)) / 2;
  }
  const share = sigma / total;
  const cells = counts.length;
  // Half the sum of |noise|: normal noise has mean σ√(2/π) and variance σ²(1 − 2/π) in absolute value.
  const noise = (cells * share * Math.sqrt(2 / Math.PI)) / 2;
  const spread = (share * Math.sqrt(cells * (1 - 2 / Math.PI))) / 2;
  return { columns, noisy, made, sigma: share, distance, noise, most: noise + Z * spread };
}

/** The true distance lies within the noise's own: the triangle inequality, at 95 %. */
function bounds({ distance, most }: Beside): { low: number; high: number } {
  return { low: Math.max(0, distance - most), high: Math.min(1, distance + most) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanScore(
  name: string,
  of: string,
  all: readonly Beside[],
  { unseen }: MeasuredTable,
): Score[] {
  if (all.length === 0) return [];
  const seen = unseen
    ? "the learner never saw them"
    : "the model was fitted to these counts, so that above the ceiling it follows the noise";
  const ends = all.map(bounds);
  return [
    {
      name,
      of,
      value: Math.max(0, 1 - mean(all.map(({ distance }) => distance))),
      low: Math.max(0, 1 - mean(ends.map(({ high }) => high))),
      high: 1 - mean(ends.map(({ low }) => low)),
      ceiling: Math.max(0, 1 - mean(all.map(({ noise }) => noise))),
      better: "higher",
      meaning: `1 minus the total variation distance between generated shares and noisy real ones, averaged over ${all.length} measured ${all.length === 1 ? "table" : "tables"} of counts. The ceiling is what the real rows themselves would reach against their noisy counts; ${seen}.`,
    },
  ];
}

function distances(
  of: string,
  all: readonly Beside[],
  name: (columns: readonly number[]) => string,
): ReportTable {
  const round = (value: number) => Number(value.toPrecision(3));
  return {
    title: `Distance of ${of} from each noisy count`,
    columns: ["columns", "cells", "distance", "noise alone", "true distance (95%)", "verdict"],
    rows: [...all]
      .sort((a, b) => b.distance - b.noise - (a.distance - a.noise))
      .map((one) => {
        const { low, high } = bounds(one);
        return [
          name(one.columns),
          one.noisy.length,
          round(one.distance),
          round(one.noise),
          `${round(low)} to ${round(high)}`,
          one.distance > one.most ? "differs by more than noise" : "within noise",
        ];
      }),
  };
}

function errorScores(of: string, { errors }: MeasuredTable): Score[] {
  const parts = [
    ["measured error of columns", errors.filter(({ columns }) => columns.length === 1)],
    ["measured error of pairs", errors.filter(({ columns }) => columns.length === 2)],
  ] as const;
  return parts.flatMap(([name, own]): Score[] => {
    if (own.length === 0) return [];
    const value = mean(own.map(({ distance }) => distance));
    const half = (Z * Math.sqrt(own.reduce((sum, { sigma }) => sum + sigma ** 2, 0))) / own.length;
    return [
      {
        name,
        of,
        value,
        low: Math.max(0, value - half),
        high: value + half,
        ceiling: 0,
        better: "lower",
        meaning: `Mean total variation distance between the real rows and the fitted model on ${own.length} sets of columns, asked of the real rows with the part of the budget set aside for the report; the model never saw these answers.`,
      },
    ];
  });
}

function errorTable(
  of: string,
  { errors }: MeasuredTable,
  name: (columns: readonly number[]) => string,
): ReportTable[] {
  if (errors.length === 0) return [];
  const round = (value: number) => Number(value.toPrecision(3));
  return [
    {
      title: `Measured error of the model of ${of}, worst first`,
      columns: ["columns", "distance", "95% interval"],
      rows: [...errors]
        .sort((a, b) => b.distance - a.distance)
        .slice(0, 20)
        .map(({ columns, distance, sigma }) => [
          name(columns),
          round(distance),
          `${round(Math.max(0, distance - Z * sigma))} to ${round(distance + Z * sigma)}`,
        ]),
    },
  ];
}

function marginal(one: Beside, domain: ColumnDomain, made: string): MarginalFigure {
  const { noisy, sigma } = one;
  const { missingCode } = domain;
  const edges = drawable(domain.edges);
  const kept = edges === undefined ? domain.size : edges.length - 1;
  const cut = (shares: Float64Array) => Array.from(shares.subarray(0, kept));
  const missing = (shares: Float64Array) =>
    edges === undefined || missingCode === undefined
      ? {}
      : { missing: Math.max(0, shares[missingCode] as number) };
  const { kind } = domain.type;
  return {
    kind: "marginal",
    title: domain.name,
    column: domain.name,
    x: axisTitle(domain.name, domain.type),
    y: "share of rows",
    ...(edges === undefined ? { labels: domain.labels } : { edges }),
    scale:
      edges === undefined ? "category" : kind === "date" || kind === "datetime" ? kind : "number",
    series: [
      {
        name: "noisy counts",
        shares: cut(noisy).map((share) => Math.max(0, share)),
        low: cut(noisy).map((share) => Math.max(0, share - Z * sigma)),
        high: cut(noisy).map((share) => Math.max(0, share + Z * sigma)),
        ...missing(noisy),
      },
      { name: made, shares: cut(one.made), ...missing(one.made) },
    ],
    summary: `${domain.name}: distance ${one.distance.toFixed(3)} from the noisy counts, of which noise alone makes ${one.noise.toFixed(3)}`,
  };
}

/**
 * Edges of bins that can stand on one axis: one much narrower than the rest would tower over them. The last value of a
 * column that is counted step by step has a bin from itself to itself, and is drawn as wide as the one before.
 */
function drawable(edges: readonly number[] | undefined): readonly number[] | undefined {
  if (edges === undefined) return undefined;
  const [before = Number.NaN, top = Number.NaN, last] = edges.slice(-3);
  const drawn = top === last ? [...edges.slice(0, -1), top + (top - before)] : edges;
  const least = ((drawn.at(-1) as number) - (drawn[0] as number)) / 400;
  const wide = drawn.slice(1).every((edge, i) => edge - (drawn[i] as number) >= least);
  return wide ? drawn : undefined;
}

function bars(
  of: string,
  all: readonly Beside[],
  name: (columns: readonly number[]) => string,
): BarsFigure {
  const ends = all.map(bounds);
  return {
    kind: "bars",
    title: `Distance of ${of} from the noisy counts, by column`,
    x: "column",
    y: "total variation distance",
    summary: `The largest is ${Math.max(...all.map(({ distance }) => distance)).toFixed(3)}.`,
    labels: all.map(({ columns }) => name(columns)),
    series: [
      {
        name: "distance",
        values: all.map(({ distance }) => distance),
        low: ends.map(({ low }) => low),
        high: ends.map(({ high }) => high),
      },
      { name: "noise alone", values: all.map(({ noise }) => noise) },
    ],
  };
}
