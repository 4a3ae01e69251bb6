import { breathe } from "../base/progress.js";
import type { FigureData, MatrixFigure, ReportTable, Score } from "../ir/report.js";
import { type Column, columnOf, type Table } from "../table/table.js";
import { correlationRatio, cramersV } from "./association.js";
import { comparedBins, isComparable } from "./binned.js";
import { countTwo } from "./bins.js";
import { pearson, ranks } from "./rank.js";
import type { Section } from "./request.js";

/** How two columns depend on each other, in the measure that fits their types. */
export interface Dependence {
  readonly left: string;
  readonly right: string;
  /** Spearman's rank correlation, the correlation ratio, or bias-corrected Cramér's V. */
  readonly measure: "Spearman" | "correlation ratio" | "Cramér's V";
  /** Signed for Spearman, 0..1 for the others; NaN where a column doesn't vary. */
  readonly value: number;
}

/** The dependence of every two comparable columns of a table; bins are those of `first`. */
export function dependences(table: Table, first: Table = table): readonly Dependence[] {
  const columns = first.columns.filter(isComparable).flatMap((column) => {
    const found = columnOf(table, column.name);
    return found === undefined ? [] : [prepared(found, column)];
  });
  return columns.flatMap((left, i) => columns.slice(i + 1).map((right) => between(left, right)));
}

interface Prepared {
  readonly name: string;
  /** Of numbers with an order that counts. */
  readonly ranks?: Float64Array;
  readonly bins: Uint8Array;
  readonly size: number;
}

function prepared(column: Column, first: Column): Prepared {
  const bins = comparedBins(first);
  const ordered = column.kind === "code" && column.type.kind === "category" && column.type.ordered;
  const values =
    column.kind === "number"
      ? column.values
      : ordered
        ? Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : code))
        : undefined;
  return {
    name: column.name,
    bins: bins.encode(column),
    size: bins.labels.length,
    ...(values === undefined ? {} : { ranks: ranks(values) }),
  };
}

function between(left: Prepared, right: Prepared): Dependence {
  const names = { left: left.name, right: right.name };
  if (left.ranks !== undefined && right.ranks !== undefined) {
    return { ...names, measure: "Spearman", value: pearson(left.ranks, right.ranks) };
  }
  const numbers = left.ranks ?? right.ranks;
  if (numbers !== undefined) {
    const groups = left.ranks === undefined ? left.bins : right.bins;
    return { ...names, measure: "correlation ratio", value: correlationRatio(groups, numbers) };
  }
  const counts = countTwo(left.bins, right.bins, left.size, right.size);
  const value = cramersV({ counts, left: left.size, right: right.size });
  return { ...names, measure: "Cramér's V", value };
}

/** All dependences of a table in one picture: strength from 0 to 1, whatever the measure. */
export function dependenceMatrix(title: string, found: readonly Dependence[]): MatrixFigure {
  const names = [...new Set(found.flatMap(({ left, right }) => [left, right]))];
  const at = new Map(names.map((name, i) => [name, i]));
  const values: (number | null)[][] = names.map(() => names.map(() => null));
  for (const { left, right, value } of found) {
    const strength = Number.isNaN(value) ? null : round(Math.abs(value));
    const [i, j] = [at.get(left) as number, at.get(right) as number];
    (values[i] as (number | null)[])[j] = strength;
    (values[j] as (number | null)[])[i] = strength;
  }
  const strongest = [...found]
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, 3)
    .map(({ left, right, value }) => `${left} and ${right} ${value.toFixed(2)}`);
  return {
    kind: "matrix",
    title,
    x: "",
    y: "",
    rows: names,
    columns: names,
    values,
    low: 0,
    high: 1,
    summary: `Strength of dependence, 0 to 1. Strongest: ${strongest.join("; ") || "none"}.`,
  };
}

/** Which columns depend on which, in the real and in the generated rows. */
export const dependence: Section = {
  topic: "dependence",
  async make(request) {
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    const figures: FigureData[] = [];
    const drawn = new Set<Table>();
    for (const output of request.outputs) {
      await breathe(request.progress.signal);
      const first = output.real ?? output.synthetic;
      if (output.synthetic.rows < 3 || first.rows < 3) continue;
      const made = dependences(output.synthetic, first);
      if (made.length === 0) continue;
      if (output.real !== undefined) {
        const real = dependences(output.real);
        if (!drawn.has(output.real)) {
          const shown = dependenceMatrix("Dependence in the real rows", real);
          figures.push({ ...shown, of: output.name });
        }
        drawn.add(output.real);
        const held =
          output.holdout === undefined || output.holdout.rows < 3
            ? undefined
            : dependences(output.holdout, first);
        const change = kept(output.name, real, made, held);
        if (!Number.isNaN(change.value)) scores.push(change);
        tables.push(changes(output.name, real, made));
      }
      figures.push({ ...dependenceMatrix(`Dependence in ${output.name}`, made), of: output.name });
    }
    if (figures.length === 0) return undefined;
    return {
      kind: "section",
      topic: "dependence",
      title: "What depends on what",
      lead: LEADS[request.audience],
      scores,
      tables,
      figures,
    };
  },
};

const LEADS = {
  consumers:
    "How strongly columns go together, from 0 (not at all) to 1 (one tells the other), in the real rows and in the generated ones.",
  regulators:
    "Spearman's rank correlation between two numbers, the correlation ratio between a category and a number, bias-corrected Cramér's V between two categories; the matrix shows absolute values on one scale from 0 to 1.",
  teachers:
    "Two columns may go together because one causes the other, because a third causes both, or by chance. The measure depends on what the columns are: ranks for two numbers, shares of variance for a category and a number, a chi-squared share for two categories.",
} as const;

/** Mean absolute difference between two lists of dependences of the same pairs. */
function meanDifference(a: readonly Dependence[], b: readonly Dependence[]): number {
  const of = new Map(b.map((one) => [`${one.left}\n${one.right}`, one.value]));
  let [sum, count] = [0, 0];
  for (const { left, right, value } of a) {
    const difference = Math.abs(value - (of.get(`${left}\n${right}`) ?? Number.NaN));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function kept(
  output: string,
  real: readonly Dependence[],
  made: readonly Dependence[],
  held: readonly Dependence[] | undefined,
): Score {
  const reference = held === undefined ? Number.NaN : meanDifference(real, held);
  return {
    name: "change of dependence",
    of: output,
    value: meanDifference(real, made),
    ...(Number.isNaN(reference) ? {} : { reference }),
    better: "lower",
    meaning:
      "Mean absolute difference between the real and the generated strength of dependence over all pairs of columns; 0 is unchanged.",
  };
}

function changes(
  output: string,
  real: readonly Dependence[],
  made: readonly Dependence[],
): ReportTable {
  const of = new Map(made.map((one) => [`${one.left}\n${one.right}`, one.value]));
  const rows = real
    .map((one) => ({ ...one, now: of.get(`${one.left}\n${one.right}`) ?? Number.NaN }))
    .filter(({ value, now }) => !Number.isNaN(value) && !Number.isNaN(now))
    .sort((a, b) => Math.abs(b.now - b.value) - Math.abs(a.now - a.value))
    .slice(0, 10);
  return {
    title: `Dependences that changed most in ${output}`,
    columns: ["columns", "measure", "real", "generated"],
    rows: rows.map(({ left, right, measure, value, now }) => [
      `${left} × ${right}`,
      measure,
      round(value),
      round(now),
    ]),
  };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
