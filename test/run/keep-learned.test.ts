import { expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { ChildCounts } from "../../src/run/child-counts.js";
import { loadLearned, saveLearned, standsAlone } from "../../src/run/keep-learned.js";
import type { Learned } from "../../src/run/learn.js";
import { ParentedModel } from "../../src/synth/marginal/given-parents.js";
import { buildJunctionTree } from "../../src/synth/marginal/junction-tree.js";
import { Propagator } from "../../src/synth/marginal/propagate.js";
import { MarginalRowModel } from "../../src/synth/marginal/row-model.js";
import { decodeModel, encodeModel } from "../../src/synth/saved-model.js";
import { codeDomain } from "../../src/table/domain.js";
import type { Table } from "../../src/table/table.js";

/** A column of as many levels given a parent's of two. */
function parented(name: string, levels: readonly string[], seed: number): ParentedModel {
  const sizes = [levels.length, 2];
  const tree = buildJunctionTree(sizes, [[0, 1]]);
  const random = stream(seed, name);
  const beliefs = new Propagator(tree).calibrate([
    Float64Array.from({ length: 2 * levels.length }, () => 1.5 * random.normal()),
  ]);
  const domains = [
    [name, levels],
    ["shop.size", ["small", "large"]],
  ].map(([column, values]) => {
    const type = { kind: "category", values, ordered: false, learned: false } as const;
    const own = { name: column as string, type: { ...type, values: values as string[] } };
    return codeDomain({ ...own, optional: false }, values as string[]);
  });
  return new ParentedModel(new MarginalRowModel("mst", domains, beliefs), 1);
}

it("what noisy counts tell of children comes back from bytes as it was, their number too", async () => {
  const model = parented("kind", ["a", "b", "c"], 1);
  const counts = new ChildCounts("shop", 2, parented("number", ["2", "3", "4", "5"], 2));
  const { columns } = model;
  const learned: Learned = { kind: "parented", model, ref: "shop", columns, counts };
  const saved = saveLearned(learned);
  expect(standsAlone(saved)).toBe(false);
  const again = await loadLearned(decodeModel(encodeModel(saved), "m"));
  expect(again).toMatchObject({ kind: "parented", ref: "shop", columns: model.columns });
  expect(saveLearned(again)).toEqual(saved);
  const size = { kind: "category", values: ["small", "large"], ordered: false, learned: false };
  const codes = Int32Array.from({ length: 50 }, (_, row) => row % 2);
  const parents = {
    ...{ kind: "table", name: "shop", rows: 50 },
    columns: [{ kind: "code", name: "size", type: size, codes, levels: ["small", "large"] }],
  } as Table;
  const numbers = (own: Learned) => {
    const random = stream(3, "numbers");
    return own.kind !== "parented"
      ? []
      : Array.from(codes, (_, row) => own.counts?.draw(parents, row, random));
  };
  expect(numbers(again)).toEqual(numbers(learned));
  expect(new Set(numbers(again)).size).toBeGreaterThan(1);
});
