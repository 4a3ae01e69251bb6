import { expect, it, vi } from "vitest";
import type { CheckedFairness } from "../../src/ir/checked.js";
import { compile } from "../../src/pipeline.js";
import type { TableRequest } from "../../src/synth/draw-table.js";
import type { Table } from "../../src/table/table.js";

const spec = `table people {
  sex: "F" 50% | "M" 50%
  income: "low" 50% | "high" 50%
}
fairness {
  across sex
  outcome income = "high"
  require parity <= 0.02
}
generate fair: 100 rows seed 1
`;

/** A model that knows both sexes when it is asked first, and then makes men alone. */
vi.mock("../../src/synth/draw-table.js", async (original) => {
  const module = await original<typeof import("../../src/synth/draw-table.js")>();
  const drawTable = async ({ table, rows, name }: TableRequest) => {
    const pilot = name.endsWith("pilot");
    const codes = [
      Int32Array.from({ length: rows }, (_, row) => (pilot ? row % 2 : 1)),
      Int32Array.from({ length: rows }, (_, row) => Number(row % 5 < 2)),
    ];
    const columns = table.columns.map((column, at) => ({
      ...{ kind: "code", name: column.name, type: column.type, codes: codes[at] },
      levels: [
        ["F", "M"],
        ["low", "high"],
      ][at],
    }));
    return { redrawn: 0, table: { kind: "table", name: table.name, rows, columns } as Table };
  };
  return { ...module, drawTable };
});

it("a group that the model knows and never makes again is named after many tries (P0851)", async () => {
  const { drawFairly } = await import("../../src/run/fair.js");
  const { checked } = await compile(spec, { until: "names" });
  const request = { table: checked?.tables[0], rows: 100, name: "fair", seed: 1 } as TableRequest;
  await expect(drawFairly(checked?.fairness as CheckedFairness, request)).rejects.toThrow(
    /P0851.*fair.*rows of F/,
  );
});
