import { expect, test } from "vitest";
import { silent } from "../../src/base/progress.js";
import type { CheckedRule } from "../../src/ir/checked.js";
import { drawTable } from "../../src/synth/draw-table.js";
import { buildJunctionTree } from "../../src/synth/marginal/junction-tree.js";
import { Propagator } from "../../src/synth/marginal/propagate.js";
import { MarginalRowModel } from "../../src/synth/marginal/row-model.js";
import { binned, codeDomain } from "../../src/table/domain.js";
import * as make from "./tables.js";
import { column, valuesOf } from "./tables.js";

const areas = ["north", "east", "south", "west"];
const area = column("area", make.choice(...areas), { kind: "learned" });
const density = column("density", make.int(0, 9999), { kind: "learned" });

const determines = (from: string, to: string): CheckedRule => ({
  kind: "determines",
  from: [from],
  to: [to],
  text: `${from} determines ${to}`,
  span: { start: 0, end: 0 },
});

/**
 * A model that draws the density first and knows that of three areas by its value, that of the fourth only as one
 * of 9,997; of each area's rows a twentieth lies elsewhere, as noise has it.
 */
function modelOf(): MarginalRowModel {
  const domains = [
    binned({ name: "density", type: make.int(0, 9999), optional: false }, [0, 1, 2, 3, 9999]),
    codeDomain({ name: "area", type: make.choice(...areas), optional: false }, areas),
  ];
  const tree = buildJunctionTree([4, 4], [[0, 1]]);
  const logs = Float64Array.from({ length: 16 }, (_, cell) =>
    Math.log(cell >> 2 === cell % 4 ? 0.95 : 0.05 / 3),
  );
  return new MarginalRowModel("test", domains, new Propagator(tree).calibrate([logs]));
}

test.each([
  [[determines("area", "density")]],
  [[determines("area", "density"), determines("density", "area")]],
  [[determines("density", "area"), determines("area", "density")]],
])("a key whose value is one of many in a bin keeps its share (seed 1)", async (rules) => {
  const model = modelOf();
  expect(model.order[0]).toBe(0);
  const table = make.table("t", [density, area], rules);
  const request = { table, model, rows: 8000, name: "out", seed: 1, progress: silent };
  const { table: made, redrawn } = await drawTable(request);
  const [said, of] = [new Map<unknown, unknown>(), valuesOf(made, "density")];
  const shares = new Map<unknown, number>();
  valuesOf(made, "area").forEach((one, row) => {
    expect(said.get(one) ?? of[row]).toBe(of[row]);
    said.set(one, of[row]);
    shares.set(one, (shares.get(one) ?? 0) + 1 / 8000);
  });
  // What is known by its value is told from most rows, not by the first.
  expect(areas.slice(0, 3).map((one) => said.get(one))).toEqual([0, 1, 2]);
  // Noise lies between the shares of the model, a quarter each, and what is drawn.
  for (const one of areas) expect(Math.abs((shares.get(one) ?? 0) - 0.25)).toBeLessThan(0.04);
  expect(redrawn).toBeLessThan(400);
});
