import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { plainPropagation, propagation } from "../../../src/kernels/propagate.js";
import { projection, sumInto } from "../../../src/synth/marginal/index-map.js";
import {
  buildJunctionTree,
  cellsNeeded,
  cellsOf,
  contains,
} from "../../../src/synth/marginal/junction-tree.js";
import { type Beliefs, Propagator } from "../../../src/synth/marginal/propagate.js";
import { jointOf, marginalOf } from "./brute-force.js";

const problems = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 })
  .chain((sizes) =>
    fc.record({
      sizes: fc.constant(sizes),
      cliques: fc.array(
        fc.subarray([...sizes.keys()], { minLength: 1, maxLength: Math.min(3, sizes.length) }),
        {
          minLength: 0,
          maxLength: 6,
        },
      ),
      seed: fc.nat(),
      zeros: fc.boolean(),
    }),
  );

test("a junction tree holds every clique and has the running-intersection property", () => {
  fc.assert(
    fc.property(problems, ({ sizes, cliques }) => {
      const tree = buildJunctionTree(sizes, cliques);
      const cells = tree.nodes.reduce((sum, node) => sum + cellsOf(node.attributes, sizes), 0);
      expect(cellsNeeded(sizes, cliques, cells)).toBe(cells);
      expect(cellsNeeded(sizes, cliques, cells - 1)).toBe(Number.POSITIVE_INFINITY);
      for (const clique of cliques) {
        expect(tree.nodes.some((node) => contains(node.attributes, clique))).toBe(true);
      }
      for (const attribute of sizes.keys()) {
        const holders = tree.nodes.filter((node) => node.attributes.includes(attribute));
        const tops = holders.filter(
          (node) => !node.attributes.slice(0, node.separator).includes(attribute),
        );
        expect(tops.length, "attribute enters the tree once").toBe(1);
        for (const node of holders) {
          if (node.attributes.slice(0, node.separator).includes(attribute)) {
            expect(tree.nodes[node.parent]?.attributes).toContain(attribute);
          }
        }
      }
    }),
  );
});

/** Neighbours agree on their separators. */
function expectAgreement({ tree, marginals }: Beliefs): void {
  for (const [i, node] of tree.nodes.entries()) {
    const parent = tree.nodes[node.parent];
    if (parent === undefined) continue;
    const shared = node.attributes.slice(0, node.separator);
    const [own, above] = [node, parent].map(({ attributes }, k) => {
      const shares = new Float64Array(cellsOf(shared, tree.sizes));
      const at = k === 0 ? i : node.parent;
      sumInto(marginals[at] as Float64Array, projection(attributes, shared, tree.sizes), shares);
      return shares;
    });
    for (const [cell, share] of (own as Float64Array).entries()) {
      expect(share).toBeCloseTo(above?.[cell] as number, 12);
    }
  }
}

test("propagation equals brute force, also with structural zeros and large potentials", () => {
  fc.assert(
    fc.property(problems, ({ sizes, cliques, seed, zeros }) => {
      const tree = buildJunctionTree(sizes, cliques);
      const random = stream(seed, "potentials");
      const scale = 1 + random.below(300);
      const potentials = tree.nodes.map((node) =>
        Float64Array.from({ length: cellsOf(node.attributes, sizes) }, (_, cell) =>
          zeros && cell > 0 && random.uniform() < 0.2
            ? Number.NEGATIVE_INFINITY
            : scale * random.normal(),
        ),
      );
      const joint = jointOf(
        sizes,
        tree.nodes.map((node, i) => ({
          clique: node.attributes,
          logs: potentials[i] as Float64Array,
        })),
      );
      if (Number.isNaN(joint.probabilities[0])) return;
      for (const make of [propagation, plainPropagation]) {
        const beliefs = new Propagator(tree, { make }).calibrate(potentials);
        expect(beliefs.logPartition).toBeCloseTo(joint.logPartition, 8);
        for (const [i, node] of tree.nodes.entries()) {
          const expected = marginalOf(joint, node.attributes, sizes);
          for (const [cell, value] of (beliefs.marginals[i] as Float64Array).entries()) {
            expect(Math.abs(value - (expected[cell] as number))).toBeLessThan(1e-10);
          }
        }
        expectAgreement(beliefs);
      }
    }),
    { numRuns: 300 },
  );
});

test("projection maps cells to the cells of a sub-table in any order", () => {
  expect([...projection([0, 1], [1, 0], [2, 3])]).toEqual([0, 2, 4, 1, 3, 5]);
  expect([...projection([0, 1], [1], [2, 3])]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...projection([0, 1], [], [2, 3])]).toEqual([0, 0, 0, 0, 0, 0]);
});
