import { stream } from "../src/base/random.js";
import { blankCells } from "../src/synth/draw-plan.js";
import type { BatchState, RowModel } from "../src/synth/synthesizer.js";
import type { Column, Table } from "../src/table/table.js";

/** Rows like those of a census: 6 numbers and 9 categories of 2 to 41 levels, all hanging on two causes. */
export function census(rows: number): Table {
  const random = stream(1, "census");
  const wealth = Float64Array.from({ length: rows }, () => random.normal());
  const years = Float64Array.from({ length: rows }, () => random.uniform() ** 1.5);
  const number = (name: string, make: (row: number) => number): Column => ({
    kind: "number",
    name,
    type: { kind: "int", learned: true },
    values: Float64Array.from({ length: rows }, (_, row) => Math.round(make(row))),
  });
  const category = (name: string, size: number, weight: number): Column => {
    const levels = Array.from({ length: size }, (_, code) => `${name} ${code}`);
    const codes = Int32Array.from({ length: rows }, (_, row) => {
      const place = weight * (wealth[row] as number) + random.normal();
      return Math.min(size - 1, Math.floor(size / (1 + Math.exp(2 - place))));
    });
    const type = { kind: "category", values: levels, ordered: false, learned: false } as const;
    return { kind: "code", name, type, codes, levels };
  };
  const columns = [
    number("age", (row) => 17 + 73 * (years[row] as number)),
    number(
      "weight",
      (row) => 180_000 * Math.exp(0.5 * random.normal() + 0.01 * (wealth[row] as number)),
    ),
    number("schooling", (row) => Math.min(16, Math.max(1, 10 + 2.5 * (wealth[row] as number)))),
    number("gain", (row) => (random.uniform() < 0.92 ? 0 : 5000 * Math.exp(wealth[row] as number))),
    number("loss", () => (random.uniform() < 0.95 ? 0 : 1900 + 400 * random.normal())),
    number("hours", (row) =>
      Math.min(99, Math.max(1, 40 + 10 * random.normal() - 20 * (years[row] as number) ** 4)),
    ),
    ...[9, 16, 7, 15, 6, 5, 2, 41, 2].map((size, at) => category(`c${at}`, size, (at % 4) / 2)),
  ];
  return { kind: "table", name: "census", rows, columns };
}

/** Draw in blocks of 4,096 rows, as the driver does. */
export function drawBlocks(model: RowModel, rows: number): void {
  const cells = blankCells(model.columns, 4096);
  let state: BatchState;
  for (let done = 0; done < rows; done += 4096) {
    const random = stream(1, "bench", done);
    state = model.begin(4096, random, state);
    for (const column of model.order) model.drawFree(state, cells, column, 0, 4096, random);
  }
}
