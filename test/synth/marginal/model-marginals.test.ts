import fc from "fast-check";
import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { buildJunctionTree, cellsOf } from "../../../src/synth/marginal/junction-tree.js";
import { ModelMarginals } from "../../../src/synth/marginal/model-marginals.js";
import { Propagator } from "../../../src/synth/marginal/propagate.js";
import { jointOf, marginalOf } from "./brute-force.js";

test("marginals over any attributes equal brute force, across nodes and across trees", () => {
  const problems = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 7 })
    .chain((sizes) =>
      fc.record({
        sizes: fc.constant(sizes),
        cliques: fc.array(fc.subarray([...sizes.keys()], { minLength: 1, maxLength: 2 }), {
          maxLength: 7,
        }),
        wanted: fc.array(
          fc.subarray([...sizes.keys()], { minLength: 1, maxLength: Math.min(4, sizes.length) }),
          { minLength: 1, maxLength: 6 },
        ),
        seed: fc.nat(),
      }),
    );
  fc.assert(
    fc.property(problems, ({ sizes, cliques, wanted, seed }) => {
      const tree = buildJunctionTree(sizes, cliques);
      const random = stream(seed, "potentials");
      const potentials = tree.nodes.map((node) =>
        Float64Array.from({ length: cellsOf(node.attributes, sizes) }, (_, cell) =>
          cell > 0 && random.uniform() < 0.1 ? Number.NEGATIVE_INFINITY : 2 * random.normal(),
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
      const marginals = new ModelMarginals(new Propagator(tree).calibrate(potentials));
      for (const clique of wanted) {
        const expected = marginalOf(joint, clique, sizes);
        const found = marginals.of(clique);
        expect(found.length).toBe(expected.length);
        for (const [cell, value] of found.entries()) {
          expect(Math.abs(value - (expected[cell] as number))).toBeLessThan(1e-10);
        }
      }
    }),
    { numRuns: 400 },
  );
});
