import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { blankCells } from "../../src/synth/draw-plan.js";
import { loadLearner } from "../../src/synth/registry.js";
import type { FitRequest, LearnerOptions, RowModel } from "../../src/synth/synthesizer.js";
import type { Table } from "../../src/table/table.js";

export function requestFor(
  table: Table,
  options: LearnerOptions = {},
  first: readonly string[] = [],
): FitRequest {
  const columns = table.columns.map(({ name, type }) => ({ name, type, optional: true }));
  return { table, columns, options, first, seed: 1, progress: silent };
}

/** A network that is trained in a second: these tests ask whether it works, not how well it learns. */
export const smallNetwork: LearnerOptions = {
  epochs: [1],
  batch: [256],
  width: [8],
  layers: [1],
  heads: [2],
};

export async function learn(
  name: string,
  table: Table,
  options: LearnerOptions = {},
  first: readonly string[] = [],
): Promise<RowModel> {
  const small = name === "language" ? smallNetwork : {};
  return (await loadLearner(name)).fit(requestFor(table, { ...small, ...options }, first));
}

/** Rows drawn freely, as a table. */
export function drawn(model: RowModel, rows: number, seed = 1): Table {
  const cells = blankCells(model.columns, rows);
  const random = stream(seed, "test");
  const state = model.begin(rows, random);
  for (const column of model.order) model.drawFree(state, cells, column, 0, rows, random);
  return {
    kind: "table",
    name: "drawn",
    rows,
    columns: model.columns.map(({ name, type }, at) => {
      const values = cells[at];
      if (values instanceof Float64Array) return { kind: "number", name, type, values };
      return {
        kind: "code",
        name,
        type,
        codes: values as Int32Array,
        levels: model.levels[at] ?? [],
      };
    }),
  };
}

export function valuesOf(table: Table, name: string): Float64Array {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.kind !== "number") throw new Error(`no numbers ${name}`);
  return column.values;
}

/** The labels of a column, null where missing. */
export function labelsOf(table: Table, name: string): (string | null)[] {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column?.kind !== "code") throw new Error(`no labels ${name}`);
  return Array.from(column.codes, (code) => column.levels[code] ?? null);
}
