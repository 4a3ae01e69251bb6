import { breathe } from "../base/progress.js";
import type { FigureData, MatrixFigure, PairFigure, ReportTable, Score } from "../ir/report.js";
import {
  type BinnedColumn,
  binnedColumns,
  type Compared,
  compareOne,
  compareTwo,
} from "./binned.js";
import { marginalFigures, type Named } from "./marginal-figures.js";
import { meanScore } from "./mean-score.js";
import { jointShares } from "./pair-figure.js";
import type { EvaluatedOutput, EvaluateRequest, Section } from "./request.js";
import { type ComparedPair, tableScores } from "./table-scores.js";
import { compareTriples } from "./triples.js";

const COLUMN_MEANINGS = {
  consumers:
    "How far the shares of values agree, averaged over columns: the part of the rows that would not have to change to make the generated shares the real ones. Missing counts as a value; 1 is identical.",
  regulators:
    "1 minus the total variation distance between real and generated shares, averaged over columns, with missing as a value of its own; 1 is identical.",
  teachers:
    "1 minus the total variation distance (half the sum of absolute differences) between real and generated shares, averaged over columns, with missing as a value of its own: the part of the rows that would not have to change; 1 is identical.",
} as const;
const TRIPLE_MEANING =
  "The same for three columns at once: all triples, or 500 of them drawn at random.";
const PAIR_MEANING =
  "The same for the joint shares of every two columns: what depends on what, as well as what occurs.";

/** Columns, pairs and missingness of generated beside real rows, each with its ceiling and reference. */
export const fidelity: Section = {
  topic: "fidelity",
  async make(request, words) {
    const wants = (word: string) => words.length === 0 || words.includes(word);
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    const figures: FigureData[] = [];
    for (const output of request.outputs) {
      await breathe(request.progress.signal);
      // Noisy counts say more than the generated rows alone; `measured` shows them side by side.
      if (output.real === undefined && output.measured !== undefined) continue;
      const { name } = output;
      const phase =
        output.real === undefined ? `looking at ${name}` : `comparing ${name} with real rows`;
      request.progress.report({ phase, done: 0 });
      const share = Math.ceil(DETAILS / request.outputs.length);
      const found = await compared(output, request, wants, share);
      scores.push(...found.scores);
      tables.push(...found.tables);
      figures.push(...found.figures);
    }
    if (figures.length === 0 && scores.length === 0) return undefined;
    return {
      kind: "section",
      topic: "fidelity",
      title: "Fidelity",
      lead: request.outputs.every(({ real }) => real === undefined)
        ? ALONE
        : LEADS[request.audience],
      scores,
      tables,
      figures,
    };
  },
};

const LEADS = {
  consumers:
    "How close the generated rows come to the real ones. Each number stands beside what sampling noise allows at best (a ceiling, or a floor where less is better) and, where rows were held out, beside what real rows score against as many real rows, or all there are.",
  regulators:
    "Shares over bins that were chosen on the real training rows (at most ten a column, missing as a bin of its own) and used for all tables alike. Beside each score: its 95% interval, the ceiling that sampling noise sets, and the same score of held-out real rows.",
  teachers:
    "Two samples of the same people never agree exactly: the ceiling says how well they would. A score at its ceiling can't be bettered. A score is suspicious where its whole band lies above the ceiling: real rows may have been copied.",
} as const;

const ALONE =
  "The generated rows by themselves: there is nothing here that they are compared with.";

interface Found {
  readonly scores: readonly Score[];
  readonly tables: readonly ReportTable[];
  readonly figures: readonly FigureData[];
}

async function compared(
  output: EvaluatedOutput,
  { seed, audience, progress }: EvaluateRequest,
  wants: (word: string) => boolean,
  details: number,
): Promise<Found> {
  const scores: Score[] = [];
  const tables: ReportTable[] = [];
  const figures: FigureData[] = [];
  if (wants("marginals")) figures.push(...marginalFigures(shownTables(output)));
  const columns = binnedColumns(output);
  const whole: Score[] = [];
  if (columns.length > 0 && wants("marginals")) {
    const ones = columns.map((column) => ({ column, found: compareOne(column) }));
    const parts = ones.map((one) => one.found);
    scores.push(meanScore("column fidelity", output, parts, COLUMN_MEANINGS[audience]));
    tables.push(columnTable(output, ones));
  }
  if (columns.length > 1 && wants("pairs")) {
    await breathe(progress.signal);
    const pairs = allPairs(columns);
    const parts = pairs.map((pair) => pair.found);
    scores.push(meanScore("pair fidelity", output, parts, PAIR_MEANING));
    tables.push(worstPairs(output, pairs));
    const worst = pairs.reduce((a, b) => (shortfall(b) > shortfall(a) ? b : a));
    figures.push(pairMatrix(output, columns, pairs, details), pairFigure(output, worst, true));
    await breathe(progress.signal);
    whole.push(...(await tableScores(output, pairs, seed, progress.signal)));
  }
  if (columns.length > 2 && wants("triples")) {
    await breathe(progress.signal);
    const parts = compareTriples(columns, seed).map((triple) => triple.found);
    scores.push(meanScore("triple fidelity", output, parts, TRIPLE_MEANING));
  }
  scores.push(...whole);
  return { scores, tables, figures };
}

function shownTables(output: EvaluatedOutput): readonly Named[] {
  const synthetic = { name: output.name, table: output.synthetic };
  return output.real === undefined
    ? [synthetic]
    : [{ name: "real", table: output.real }, synthetic];
}

function allPairs(columns: readonly BinnedColumn[]): readonly ComparedPair[] {
  return columns.flatMap((left, i) =>
    columns.slice(i + 1).map((right) => ({ left, right, found: compareTwo(left, right) })),
  );
}

/** How far a pair stays below what sampling noise would leave. */
function shortfall(pair: ComparedPair): number {
  return pair.found.ceiling - pair.found.value;
}

function columnTable(
  output: EvaluatedOutput,
  ones: readonly { readonly column: BinnedColumn; readonly found: Compared }[],
): ReportTable {
  const referenced = ones.some((one) => one.found.reference !== undefined);
  return {
    title: `Columns of ${output.name}`,
    columns: [
      "column",
      "fidelity",
      "95% interval",
      "ceiling",
      ...(referenced ? ["real against real"] : []),
    ],
    rows: ones.map(({ column, found }) => [
      column.bins.column,
      round(found.value),
      `${found.low.toFixed(3)} to ${found.high.toFixed(3)}`,
      round(found.ceiling),
      ...(referenced ? [found.reference === undefined ? null : round(found.reference.value)] : []),
    ]),
  };
}

function worstPairs(output: EvaluatedOutput, pairs: readonly ComparedPair[]): ReportTable {
  const worst = [...pairs].sort((a, b) => shortfall(b) - shortfall(a)).slice(0, 10);
  return {
    title: `Pairs of ${output.name} that are farthest below their ceiling`,
    columns: ["columns", "fidelity", "95% interval", "ceiling", "real against real"],
    rows: worst.map(({ left, right, found }) => [
      `${left.bins.column} × ${right.bins.column}`,
      round(found.value),
      `${found.low.toFixed(3)} to ${found.high.toFixed(3)}`,
      round(found.ceiling),
      found.reference === undefined ? null : round(found.reference.value),
    ]),
  };
}

function pairMatrix(
  output: EvaluatedOutput,
  columns: readonly BinnedColumn[],
  pairs: readonly ComparedPair[],
  most: number,
): MatrixFigure {
  const names = columns.map((column) => column.bins.column);
  const values: (number | null)[][] = names.map(() => names.map(() => null));
  for (const { left, right, found } of pairs) {
    const i = columns.indexOf(left);
    const j = columns.indexOf(right);
    (values[i] as (number | null)[])[j] = round(found.value);
    (values[j] as (number | null)[])[i] = round(found.value);
  }
  const all = pairs.map((pair) => pair.found.value);
  const least = Math.min(...all);
  return {
    kind: "matrix",
    of: output.name,
    title: `Pair fidelity of ${output.name}`,
    x: "",
    y: "",
    rows: names,
    columns: names,
    values,
    low: Math.min(0.8, Math.floor(least * 10) / 10),
    high: 1,
    details: [...pairs]
      .sort((a, b) => shortfall(b) - shortfall(a))
      .slice(0, most)
      .map((pair) => pairFigure(output, pair)),
    summary: `Fidelity of ${pairs.length} column pairs: from ${least.toFixed(3)} to ${Math.max(...all).toFixed(3)}.`,
  };
}

/** Pairs whose pictures a report carries, the farthest below their ceilings first: all of 17 columns. */
const DETAILS = 136;

function pairFigure(
  { name }: EvaluatedOutput,
  { left, right, found }: ComparedPair,
  worst = false,
): PairFigure {
  const [x, y] = [left.bins.column, right.bins.column];
  return {
    ...jointShares(
      [left.bins, right.bins],
      [
        { name: "real", left: left.real, right: right.real },
        { name, left: left.synthetic, right: right.synthetic },
      ],
    ),
    title: `${x} × ${y}${worst ? ": the pair farthest below its ceiling" : ""}`,
    summary: `Joint shares of ${x} and ${y}: fidelity ${found.value.toFixed(3)}, ceiling ${found.ceiling.toFixed(3)}.`,
  };
}

function round(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}
