import type { Progress } from "../base/progress.js";
import { makeGuide } from "../constraint/make-guide.js";
import type { Access } from "../privacy/access.js";
import { drawRows } from "../synth/draw.js";
import type { EngineRequest } from "../synth/marginal/engine.js";
import { MarginalRowModel } from "../synth/marginal/row-model.js";
import { pairWorkload } from "../synth/marginal/workload.js";
import type { ColumnDomain } from "../table/domain.js";
import type { Column, Table } from "../table/table.js";
import { loadEngine, orderedCodes } from "./private-engine.js";

/** Noisy counts of single columns and pairs, and the rows that a model of them draws. */
export interface CountsRequest {
  /** Of the table. */
  readonly name: string;
  readonly access: Access;
  readonly domains: readonly ColumnDomain[];
  /** Values that no row may have together. */
  readonly zeros: EngineRequest["zeros"];
  /** ρ for all counts together. */
  readonly rho: number;
  /** How many rows to draw, by how many the counts say that there are. */
  readonly rows: (total: number) => number;
  readonly progress: Progress;
}

/**
 * Rows drawn from noisy counts by `swift`, for a network to learn before it sees noisy gradients: counts tell pairs of
 * columns for far less of a budget. Nothing but the counts is in them (post-processing). Training on rows without
 * noise first, then with it: Afonja et al. 2024, "DP-2Stage", whose first rows know no pairs.
 */
export async function rowsOfCounts(
  request: CountsRequest,
): Promise<{ readonly drawn: Table; readonly total: number }> {
  const { access, domains, rho, zeros, progress } = request;
  const engine = await loadEngine("swift");
  const { model } = await engine.run({
    ...{ access, rho, iterations: 1000, progress },
    workload: pairWorkload(domains.length, []),
    zeros,
    ordered: domains.map(orderedCodes),
  });
  const total = Math.max(1, Math.round(model.total));
  const rows = request.rows(total);
  const drawer = new MarginalRowModel(engine.name, domains, model.beliefs);
  const { columns, levels } = drawer;
  const guide = makeGuide({ columns, levels, rules: [] });
  const asked = { model: drawer, columns, guide, rows, name: "counts", seed: "counts", progress };
  const { cells } = await drawRows(asked);
  const drawn: Table = {
    ...{ kind: "table", name: request.name, rows },
    columns: columns.map(({ name, type }, at): Column => {
      const own = cells[at] as Float64Array | Int32Array;
      return own instanceof Float64Array
        ? { kind: "number", name, type, values: own }
        : { kind: "code", name, type, codes: own, levels: [...(levels[at] ?? [])] };
    }),
  };
  return { drawn, total };
}
