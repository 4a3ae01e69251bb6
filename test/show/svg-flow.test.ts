import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flowLayout } from "../../src/show/svg-flow.js";

const shares = fc
  .array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 2, maxLength: 6 })
  .filter((rows) => rows.flat().some((count) => count > 0))
  .map((rows) => {
    const all = rows.flat().reduce((sum, count) => sum + count, 0);
    return rows.map(([a, b]) => [a / all, b / all]);
  });

describe("the layout of flows", () => {
  it("keeps heights in proportion at both ends, in the panel, none over another", () => {
    fc.assert(
      fc.property(shares, (rows) => {
        const { groups, outcomes, ribbons } = flowLayout(rows);
        const whole = groups.reduce((sum, { from, to }) => sum + to - from, 0);
        for (const ribbon of ribbons) {
          const want = ribbon.share * whole;
          expect(ribbon.left.to - ribbon.left.from).toBeCloseTo(want, 9);
          expect(ribbon.right.to - ribbon.right.from).toBeCloseTo(want, 9);
          const group = groups[ribbon.group];
          const outcome = outcomes[ribbon.outcome];
          expect(ribbon.left.from).toBeGreaterThanOrEqual((group?.from ?? 2) - 1e-9);
          expect(ribbon.left.to).toBeLessThanOrEqual((group?.to ?? -1) + 1e-9);
          expect(ribbon.right.from).toBeGreaterThanOrEqual((outcome?.from ?? 2) - 1e-9);
          expect(ribbon.right.to).toBeLessThanOrEqual((outcome?.to ?? -1) + 1e-9);
        }
        for (const stack of [groups, outcomes]) {
          expect(stack.at(-1)?.to).toBeLessThanOrEqual(1 + 1e-9);
          for (let i = 1; i < stack.length; i++) {
            expect(stack[i]?.from).toBeGreaterThan(stack[i - 1]?.to ?? 1);
          }
        }
      }),
    );
  });
});
