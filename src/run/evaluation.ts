import { type Progress, silent } from "../base/progress.js";
import { compileTruth } from "../constraint/expression.js";
import { scopeOfTable } from "../constraint/scope.js";
import type { Audience, CheckedFairness, CheckedOutput, CheckedReport } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { MeasuredTable, Release, ReleasedTable } from "../ir/release.js";
import { markColumn } from "../synth/beside.js";
import { columnOf, gather, type Table } from "../table/table.js";
import { remakingOf } from "./remake.js";

/** What is to be judged: generated tables beside the real rows they may be compared with. */
export interface Evaluation {
  readonly title: string;
  readonly audience: Audience;
  readonly inside: boolean;
  readonly seed: number;
  readonly outputs: readonly {
    readonly name: string;
    readonly synthetic: Table;
    readonly written?: Table;
    readonly completed?: boolean;
    readonly real?: Table;
    readonly holdout?: Table;
    readonly measured?: MeasuredTable;
    readonly rules?: NonNullable<ReleasedTable["rules"]>;
    readonly expectations?: NonNullable<ReleasedTable["expectations"]>;
    readonly given?: string;
    readonly cuts?: NonNullable<ReleasedTable["cuts"]>;
    /** Rows of the whole, where `synthetic` is a sample. */
    readonly sampledFrom?: number;
    readonly remaking?: ReturnType<typeof remakingOf>;
  }[];
  readonly topics: CheckedReport["topics"];
  readonly fairness?: CheckedFairness;
  readonly spending?: {
    readonly lines: Release["ledger"];
    readonly unit: string;
    readonly epsilon: number;
    readonly delta: number;
    readonly rho: number;
  };
}

/** Put the tables of a release beside the real rows that one of its reports may look at; default: the first report. */
export function evaluationOf(
  release: Release,
  progress: Progress = silent,
  report: CheckedReport | undefined = release.plan.checked.reports[0],
): Evaluation {
  const { checked } = release.plan;
  const inside = report?.inside ?? false;
  const shown = release.real ?? (inside ? release.inside : undefined);
  const { budget } = release.plan;
  return {
    title: report?.title ?? checked.title ?? checked.name,
    audience: report?.audience ?? "consumers",
    inside,
    seed: release.provenance.seed,
    topics: report?.topics ?? [],
    ...(checked.fairness === undefined ? {} : { fairness: checked.fairness }),
    ...(budget === undefined ? {} : { spending: { ...budget, lines: release.ledger } }),
    outputs: release.outputs.map((output) => {
      const asked = checked.outputs.find((each) => each.name === output.name);
      const given = asked?.given;
      const like = (tables: readonly Table[] | undefined): Table | undefined => {
        const table = tables?.find((each) => each.name === output.table.name);
        return table === undefined || given === undefined ? table : rowsWhere(table, given);
      };
      const real = like(shown?.train);
      const holdout = like(shown?.holdout);
      const measured = release.measured.find((each) => each.table === output.table.name);
      return {
        name: output.name,
        ...apart(output.table, asked),
        ...(real === undefined || real.rows === 0 ? {} : { real }),
        ...(holdout === undefined || holdout.rows === 0 ? {} : { holdout }),
        remaking: remakingOf(release.plan, output.table.name, progress),
        ...(measured === undefined || given !== undefined ? {} : { measured }),
        ...(output.rules === undefined ? {} : { rules: output.rules }),
        ...(output.expectations === undefined ? {} : { expectations: output.expectations }),
        ...(output.given === undefined ? {} : { given: output.given.text }),
        ...(output.cuts === undefined ? {} : { cuts: output.cuts }),
        ...(output.written === undefined ? {} : { sampledFrom: output.written.rows }),
      };
    }),
  };
}

/** Generated rows, and beside them all that were written, where real ones are among those. */
function apart(table: Table, asked: CheckedOutput | undefined) {
  const own = asked?.table === table.name ? asked : undefined;
  const mark = own?.beside === undefined ? undefined : columnOf(table, markColumn);
  const completed = own?.completed === undefined ? {} : { completed: true };
  if (mark?.kind !== "code") return { synthetic: table, ...completed };
  const rows = Uint32Array.from(mark.codes.keys()).filter((row) => mark.codes[row] === 1);
  const made = gather(table, rows);
  const columns = made.columns.filter(({ name }) => name !== markColumn);
  return { synthetic: { ...made, columns }, written: table };
}

/** The rows that meet a condition: what rows drawn under it may be compared with. */
function rowsWhere(table: Table, condition: Formula): Table {
  const { scope, cells } = scopeOfTable(table);
  const holds = compileTruth(condition, scope);
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) if (holds(cells, row) === 1) rows.push(row);
  return gather(table, Uint32Array.from(rows));
}
