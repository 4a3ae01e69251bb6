import { breathe } from "../base/progress.js";
import type { FigureData, MatrixFigure, ReportTable, Score } from "../ir/report.js";
import type { Table } from "../table/table.js";
import { changeOfDependence } from "./dependence-change.js";
import { type Dependence, dependences } from "./dependences.js";
import type { Section } from "./request.js";

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
    .map(
      ({ left, right, value }) =>
        `${left} and ${right} ${Math.abs(value).toFixed(2)}${value < 0 ? ", falling" : ""}`,
    );
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
    const several = new Set(request.outputs.map(({ real }) => real?.name)).size > 1;
    for (const output of request.outputs) {
      await breathe(request.progress.signal);
      const first = output.real ?? output.synthetic;
      if (output.synthetic.rows < 3 || first.rows < 3) continue;
      const made = dependences(output.synthetic, first);
      if (made.length === 0) continue;
      if (output.real !== undefined) {
        const real = dependences(output.real);
        if (!drawn.has(output.real)) {
          const which = several ? ` of ${output.real.name}` : "";
          const shown = dependenceMatrix(`Dependence in the real rows${which}`, real);
          figures.push({ ...shown, of: output.name });
        }
        drawn.add(output.real);
        scores.push(...changeOfDependence(output, real, made, request.seed));
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
