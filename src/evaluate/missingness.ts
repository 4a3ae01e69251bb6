import type { ReportTable, Score } from "../ir/report.js";
import { columnOf, missingCount, type Table } from "../table/table.js";
import type { EvaluatedOutput, Section } from "./request.js";
import { similarity } from "./similarity.js";

/** Which values are missing, and which are missing together. */
export const missingness: Section = {
  topic: "missingness",
  async make(request) {
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    for (const output of request.outputs) {
      const { real } = output;
      if (real === undefined || real.rows === 0 || output.synthetic.rows === 0) continue;
      const names = real.columns
        .map((column) => column.name)
        .filter((name) => {
          const made = columnOf(output.synthetic, name);
          const from = columnOf(real, name);
          return (
            made !== undefined && from !== undefined && missingCount(made) + missingCount(from) > 0
          );
        });
      if (names.length === 0) continue;
      scores.push(patternScore(output, real, names));
      tables.push(missingTable(output, real, names));
    }
    if (tables.length === 0) return undefined;
    return {
      kind: "section",
      topic: "missingness",
      title: "Missing values",
      lead: "Missing values carry information: how many there are, and which go missing together, should be as in the real rows.",
      scores,
      tables,
      figures: [],
    };
  },
};

function patternScore(output: EvaluatedOutput, real: Table, names: readonly string[]): Score {
  const ids = new Map<string, number>();
  const ofReal = patternsOf(real, names, ids);
  const ofMade = patternsOf(output.synthetic, names, ids);
  const found = similarity(countsOf(ofReal, ids.size), countsOf(ofMade, ids.size));
  let reference: number | undefined;
  if (output.holdout !== undefined && output.holdout.rows > 0) {
    const held = patternsOf(output.holdout, names, ids);
    reference = similarity(countsOf(ofReal, ids.size), countsOf(held, ids.size)).value;
  }
  return {
    name: "missing patterns",
    of: output.name,
    columns: names,
    ...found,
    ...(reference === undefined ? {} : { reference }),
    better: "higher",
    meaning:
      "1 minus the total variation distance between the patterns of missing values (which columns are empty in the same row).",
  };
}

/** A number per row that stands for the set of its missing columns; new patterns are added to `ids`. */
function patternsOf(table: Table, names: readonly string[], ids: Map<string, number>): Int32Array {
  const columns = names.flatMap((name) => columnOf(table, name) ?? []);
  const patterns = new Int32Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    let key = "";
    for (const column of columns) {
      const missing =
        column.kind === "number"
          ? Number.isNaN(column.values[row] as number)
          : (column.codes[row] as number) < 0;
      key += missing ? "1" : "0";
    }
    let id = ids.get(key);
    if (id === undefined) {
      id = ids.size;
      ids.set(key, id);
    }
    patterns[row] = id;
  }
  return patterns;
}

function countsOf(patterns: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const id of patterns) counts[id] = (counts[id] as number) + 1;
  return counts;
}

function missingTable(output: EvaluatedOutput, real: Table, names: readonly string[]): ReportTable {
  const share = (table: Table | undefined, name: string) => {
    const column = table === undefined ? undefined : columnOf(table, name);
    if (table === undefined || column === undefined || table.rows === 0) return null;
    return `${((100 * missingCount(column)) / table.rows).toFixed(2)}%`;
  };
  return {
    title: `Missing values in ${output.name}`,
    columns: ["column", "real", "generated", "held out"],
    rows: names.map((name) => [
      name,
      share(real, name),
      share(output.synthetic, name),
      share(output.holdout, name),
    ]),
  };
}
