import { breathe } from "../base/progress.js";
import type { BarsFigure, FigureData, ReportTable, Score } from "../ir/report.js";
import { columnOf, gatherColumn, type Table } from "../table/table.js";
import { type BinnedColumn, binnedColumns, type Compared, compareTwo } from "./binned.js";
import { childrenOf, countChildren, type Family, sizesOf } from "./children.js";
import { meanScore } from "./mean-score.js";
import type { EvaluatedOutput, Section } from "./request.js";
import { similarity } from "./similarity.js";

interface Families {
  readonly real: Family;
  readonly synthetic: Family;
  readonly holdout?: Family;
}

/**
 * What holds between tables: how many children a parent has, how columns of a parent go with columns of
 * its children, and, where `fidelity sequences` asks for it, how one child follows another.
 */
export const relations: Section = {
  topic: "relations",
  async make(request) {
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    const figures: FigureData[] = [];
    const sequences = request.topics.some(
      ({ topic, items }) =>
        topic === "fidelity" && items.some(({ word }) => word.text === "sequences"),
    );
    for (const output of request.outputs) {
      await breathe(request.progress.signal);
      for (const found of betweenTables(output, request.outputs, sequences)) {
        scores.push(...found.scores);
        tables.push(...found.tables);
        figures.push(found.figure);
      }
    }
    if (scores.length === 0) return undefined;
    return {
      kind: "section",
      topic: "relations",
      title: "Between tables",
      lead: "Whether rows belong together as the real ones do: how many children a parent has, and what its columns tell about theirs.",
      scores,
      tables,
      figures,
    };
  },
};

/** What holds between the rows of an output and each table that its refs lead to. */
function betweenTables(
  output: EvaluatedOutput,
  outputs: readonly EvaluatedOutput[],
  sequences: boolean,
) {
  return output.synthetic.columns.flatMap(({ name, type }) => {
    if (type.kind !== "ref") return [];
    const parent = outputs.findLast(({ synthetic }) => synthetic.name === type.table);
    const families = parent === undefined ? undefined : familiesOf(output, parent, name);
    if (parent === undefined || families === undefined) return [];
    const { score, figure } = cardinality(output, parent, families);
    const across = acrossTables(output, parent, families);
    const followed = sequences ? succession(output, families) : undefined;
    return [
      {
        scores: [score, across?.score, followed].filter((each) => each !== undefined),
        tables: across === undefined ? [] : [across.table],
        figure,
      },
    ];
  });
}

function familiesOf(
  child: EvaluatedOutput,
  parent: EvaluatedOutput,
  ref: string,
): Families | undefined {
  const synthetic = familyOf(child.synthetic, parent.synthetic, ref);
  const real = familyOf(child.real, parent.real, ref);
  if (synthetic === undefined || real === undefined) return undefined;
  const holdout = familyOf(child.holdout, parent.holdout, ref);
  return { real, synthetic, ...(holdout === undefined ? {} : { holdout }) };
}

function familyOf(
  children: Table | undefined,
  parents: Table | undefined,
  ref: string,
): Family | undefined {
  const keys = parents?.columns.find(({ type }) => type.kind === "id");
  const refs = children === undefined ? undefined : columnOf(children, ref);
  if (children === undefined || parents === undefined || parents.rows === 0) return undefined;
  if (keys?.kind !== "code" || refs?.kind !== "code") return undefined;
  const rowOfKey = new Map<string, number>();
  keys.codes.forEach((code, row) => {
    if (code >= 0) rowOfKey.set(keys.levels[code] as string, row);
  });
  const rowOfCode = refs.levels.map((key) => rowOfKey.get(key) ?? -1);
  const parentOf = Int32Array.from(refs.codes, (code) => (code < 0 ? -1 : (rowOfCode[code] ?? -1)));
  return { children, parents, parentOf };
}

function cardinality(
  output: EvaluatedOutput,
  parent: EvaluatedOutput,
  { real, synthetic, holdout }: Families,
): { readonly score: Score; readonly figure: BarsFigure } {
  const sizes = sizesOf(childrenOf(real));
  const counts = { real: countChildren(real, sizes), synthetic: countChildren(synthetic, sizes) };
  const found = similarity(counts.real, counts.synthetic);
  const reference =
    holdout === undefined ? undefined : similarity(counts.real, countChildren(holdout, sizes));
  const last = Math.max(
    ...[counts.real, counts.synthetic].map((all) => all.findLastIndex(Boolean)),
  );
  const labels = sizes.labels.slice(0, last + 1);
  const shares = (all: Float64Array, rows: number) =>
    labels.map((_, at) => Number(((all[at] as number) / rows).toFixed(5)));
  const means = [real, synthetic].map(({ parentOf, parents }) =>
    (parentOf.filter((row) => row >= 0).length / parents.rows).toFixed(2),
  );
  const title = `Rows of ${output.name} for each of ${parent.name}`;
  return {
    score: {
      name: `children for each of ${parent.synthetic.name}`,
      of: output.name,
      ...found,
      ...(reference === undefined ? {} : { reference: reference.value }),
      better: "higher",
      meaning: `1 minus the total variation distance between how many rows of ${output.name} real and generated parents have; on average ${means[0]} and ${means[1]}.`,
    },
    figure: {
      kind: "bars",
      title,
      x: "rows",
      y: "share of parents",
      labels,
      series: [
        { name: "real", values: shares(counts.real, real.parents.rows) },
        { name: output.name, values: shares(counts.synthetic, synthetic.parents.rows) },
      ],
      summary: `${title}: on average ${means[0]} real and ${means[1]} generated.`,
    },
  };
}

/** Marks the columns of a parent, or of the row before, beside those of a row itself. */
const PARENT = "parent ";

/** The children's rows with the columns of their parents beside them; orphans stay out. */
function withParents({ children, parents, parentOf }: Family): Table {
  const rows = Uint32Array.from(parentOf.keys()).filter((row) => (parentOf[row] as number) >= 0);
  const above = Uint32Array.from(rows, (row) => parentOf[row] as number);
  const columns = [
    ...parents.columns.map((column) => ({
      ...gatherColumn(column, above),
      name: PARENT + column.name,
    })),
    ...children.columns.map((column) => gatherColumn(column, rows)),
  ];
  return { ...children, rows: rows.length, columns };
}

function acrossTables(
  output: EvaluatedOutput,
  parent: EvaluatedOutput,
  { real, synthetic, holdout }: Families,
): { readonly score: Score; readonly table: ReportTable } | undefined {
  const columns = binnedColumns({
    name: output.name,
    real: withParents(real),
    synthetic: withParents(synthetic),
    ...(holdout === undefined ? {} : { holdout: withParents(holdout) }),
  });
  const isAbove = ({ bins }: BinnedColumn) => bins.column.startsWith(PARENT);
  const pairs = columns.filter(isAbove).flatMap((above) =>
    columns
      .filter((column) => !isAbove(column))
      .map((below) => ({
        names: [above.bins.column.slice(PARENT.length), below.bins.column],
        found: compareTwo(above, below),
      })),
  );
  if (pairs.length === 0) return undefined;
  const worst = [...pairs].sort((a, b) => shortfall(b.found) - shortfall(a.found)).slice(0, 10);
  return {
    score: meanScore(
      `pairs across ${parent.synthetic.name} and ${output.synthetic.name}`,
      output,
      pairs.map(({ found }) => found),
      `1 minus the total variation distance between the joint shares of a column of the parent and one of its children, averaged over ${pairs.length} pairs.`,
    ),
    table: {
      title: `Pairs across ${parent.name} and ${output.name} that are farthest below their ceiling`,
      columns: ["parent", "child", "fidelity", "95% interval", "ceiling", "real against real"],
      rows: worst.map(({ names, found }) => [
        ...names,
        round(found.value),
        `${found.low.toFixed(3)} to ${found.high.toFixed(3)}`,
        round(found.ceiling),
        found.reference === undefined ? null : round(found.reference.value),
      ]),
    },
  };
}

/** Rows of the same parent, each beside the one before it: by the first column of dates, else as they stand. */
function withPredecessors({ children, parentOf }: Family): Table {
  const dated = children.columns.find(
    ({ kind, type }) => kind === "number" && (type.kind === "date" || type.kind === "datetime"),
  );
  const when = (row: number) => (dated?.kind === "number" ? (dated.values[row] as number) : row);
  const order = Array.from(parentOf.keys())
    .filter((row) => (parentOf[row] as number) >= 0)
    .sort(
      (a, b) => (parentOf[a] as number) - (parentOf[b] as number) || when(a) - when(b) || a - b,
    );
  const later = order.flatMap((row, at) =>
    at > 0 && parentOf[order[at - 1] as number] === parentOf[row] ? [at] : [],
  );
  const now = Uint32Array.from(later, (at) => order[at] as number);
  const before = Uint32Array.from(later, (at) => order[at - 1] as number);
  const columns = children.columns.flatMap((column) => [
    { ...gatherColumn(column, before), name: PARENT + column.name },
    gatherColumn(column, now),
  ]);
  return { ...children, rows: later.length, columns };
}

function succession(
  output: EvaluatedOutput,
  { real, synthetic, holdout }: Families,
): Score | undefined {
  const columns = binnedColumns({
    name: output.name,
    real: withPredecessors(real),
    synthetic: withPredecessors(synthetic),
    ...(holdout === undefined ? {} : { holdout: withPredecessors(holdout) }),
  });
  const parts = columns.flatMap((now) => {
    const before = columns.find(({ bins }) => bins.column === PARENT + now.bins.column);
    return before === undefined ? [] : [compareTwo(before, now)];
  });
  if (parts.length === 0) return undefined;
  return meanScore(
    `sequences of ${output.synthetic.name}`,
    output,
    parts,
    "1 minus the total variation distance between the joint shares of a column and the same column in the next row of the same parent, averaged over columns; rows follow each other by their first date, else as they stand.",
  );
}

function shortfall(found: Compared): number {
  return found.ceiling - found.value;
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
