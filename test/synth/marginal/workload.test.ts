import fc from "fast-check";
import { expect, test } from "vitest";
import { candidatesOf, pairWorkload } from "../../../src/synth/marginal/workload.js";

// McKenna et al. 2022, "AIM", section 4, word for word: each candidate against each query.
test("a candidate weighs what it shares with each query, its own cells what the queries that hold it weigh", () => {
  const cliques = fc.array(
    fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }).map((some) => some.sort()),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(cliques, cliques, (relate, determined) => {
      const workload = pairWorkload(6, relate, determined);
      const candidates = candidatesOf([2, 3, 4, 5, 6, 7], workload, 100);
      const all = new Set(candidates.map(({ key }) => key));
      for (const { clique, key, cells, weight, own } of candidates) {
        expect(cells).toBe(clique.reduce((product, at) => product * (at + 2), 1));
        expect(cells <= 100 || clique.length === 1).toBe(true);
        const shared = workload.map(
          (query) => query.weight * clique.filter((at) => query.clique.includes(at)).length,
        );
        expect(weight).toBe(shared.reduce((a, b) => a + b, 0));
        const holding = workload.filter((query) => clique.every((at) => query.clique.includes(at)));
        const size = clique.length > 1 ? 2 * clique.length : 1;
        expect(own).toBe(size * holding.reduce((sum, query) => sum + query.weight, 0));
        for (const at of clique) {
          const without = clique.filter((other) => other !== at);
          if (without.length > 0) expect(all.has(without.join(",")), key).toBe(true);
        }
      }
      expect(all.size).toBe(candidates.length);
    }),
    { numRuns: 300 },
  );
});
