import { beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { boosting } from "../../../src/evaluate/utility/boosting.js";
import { examplesOf, someExamples, taskOf } from "../../../src/evaluate/utility/examples.js";
import { linear } from "../../../src/evaluate/utility/linear.js";
import { type Quality, qualityOf } from "../../../src/evaluate/utility/measures.js";
import { neighbours } from "../../../src/evaluate/utility/neighbours.js";
import { network } from "../../../src/evaluate/utility/network.js";
import type { Method } from "../../../src/evaluate/utility/predictor.js";
import { type ColumnRequest, openSource } from "../../../src/table/source.js";
import { gather, type Table } from "../../../src/table/table.js";

/** An example with its words as categories and everything else as numbers, as pandas sees it. */
async function example(where: string, every: number): Promise<Table> {
  const spec = { name: where, format: "example", where, missing: [] };
  const source = await openSource(spec, { folder: "." });
  const columns = (await source.facts()).map(
    ({ header, looksLike }): ColumnRequest => ({
      name: header,
      header,
      optional: false,
      type:
        looksLike === "int" || looksLike === "real"
          ? { kind: "real", learned: true }
          : { kind: "category", values: [], ordered: false, learned: true },
    }),
  );
  const { table } = await source.read({ name: where, columns, keepExamples: true });
  return rowsWhere(table, (row) => row % every === 0);
}

function rowsWhere(table: Table, keep: (row: number) => boolean): Table {
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  return gather(table, all.filter(keep));
}

function judge(table: Table, target: string, method: Method): Quality {
  const train = rowsWhere(table, (row) => row % 4 !== 3);
  const test = rowsWhere(table, (row) => row % 4 === 3);
  const task = taskOf(train, [test], target);
  if (typeof task === "string") throw new Error(task);
  const tested = examplesOf(test, task);
  const predict = method.train(task, examplesOf(train, task), stream(1, "models", method.name));
  return qualityOf(task, tested, predict(tested));
}

let cps: Table;
let bank: Table;

beforeAll(async () => {
  cps = await example("cps-1985", 1);
  bank = await example("bank-marketing", 5);
});

// Figures of scikit-learn 1.2.1 on the same rows: bench/peers/utility.py.
describe("agrees with scikit-learn", () => {
  it("logistic regression, to ten digits", () => {
    const found = judge(cps, "gender", linear);
    expect(found.main).toBeCloseTo(0.7307692307692307, 9);
    expect(found.loss).toBeCloseTo(0.6054878144122278, 10);
    expect(found.accuracy).toBeCloseTo(0.631578947368421, 9);
    expect(found.brier).toBeCloseTo(0.21221137262741394, 10);
    expect(judge(bank, "y", linear).loss).toBeCloseTo(0.25696520423381064, 10);
    expect(judge(bank, "y", linear).main).toBeCloseTo(0.8943578856871365, 10);
  });

  it("ridge regression, to ten digits", () => {
    const found = judge(cps, "wage", linear);
    expect(found.main).toBeCloseTo(0.2446134270973369, 10);
    expect(found.loss).toBeCloseTo(4.012095277295089, 10);
  });

  it("nearest neighbours, but for ties", () => {
    expect(judge(cps, "wage", neighbours).main).toBeCloseTo(0.2181727633008259, 1);
    expect(judge(cps, "gender", neighbours).main).toBeCloseTo(0.668803418803419, 1);
    const method = { ...neighbours };
    expect(judge(bank, "y", method).main).toBeCloseTo(0.8536436376799571, 2);
  });

  it("boosted trees, within what the choice of bins does", () => {
    const found = judge(bank, "y", boosting);
    expect(Math.abs(found.main - 0.9087978220375411)).toBeLessThan(0.01);
    expect(Math.abs(found.loss - 0.23420346455076127)).toBeLessThan(0.01);
    expect(Math.abs(judge(bank, "duration", boosting).main - 0.1947902237991036)).toBeLessThan(
      0.05,
    );
  });

  it("a small network, within what another start does", () => {
    const found = judge(bank, "y", network);
    expect(Math.abs(found.main - 0.9026836147540365)).toBeLessThan(0.02);
    expect(Math.abs(found.loss - 0.2366483786623803)).toBeLessThan(0.03);
    expect(Math.abs(judge(bank, "duration", network).main - 0.12972065059887739)).toBeLessThan(
      0.06,
    );
  });
});

describe("every kind of model", () => {
  it.each([linear, boosting, neighbours, network].map((method) => [method.name, method] as const))(
    "%s predicts several classes, with chances that sum to 1",
    (_, method) => {
      const train = rowsWhere(bank, (row) => row % 4 !== 3);
      const task = taskOf(train, [], "marital");
      if (typeof task === "string") throw new Error(task);
      const examples = examplesOf(
        rowsWhere(bank, (row) => row % 4 === 3),
        task,
      );
      const predict = method.train(task, examplesOf(train, task), stream(1, "classes"));
      const some = someExamples(
        examples,
        Uint32Array.from({ length: 300 }, (_, row) => row),
      );
      const predicted = predict(some);
      expect(predicted.length).toBe(900);
      for (let row = 0; row < 300; row++) {
        const sum = predicted.slice(row * 3, row * 3 + 3).reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(1, 9);
      }
      // "married" has a share of 0.60: all do better than saying so always.
      expect(qualityOf(task, some, predicted).accuracy).toBeGreaterThan(0.62);
    },
  );

  it("works with missing values in every column", () => {
    const holes: Table = {
      ...cps,
      columns: cps.columns.map((column, i) =>
        column.kind === "number"
          ? {
              ...column,
              values: column.values.map((value, row) => ((row + i) % 7 ? value : Number.NaN)),
            }
          : { ...column, codes: column.codes.map((code, row) => ((row + i) % 7 ? code : -1)) },
      ),
    };
    for (const method of [linear, boosting, neighbours, network]) {
      expect(judge(holes, "gender", method).main).toBeGreaterThan(0.5);
      expect(judge(holes, "wage", method).main).toBeGreaterThan(-0.2);
    }
  });
});
