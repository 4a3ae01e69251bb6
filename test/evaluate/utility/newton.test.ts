import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { Examples, Task } from "../../../src/evaluate/utility/examples.js";
import { linear } from "../../../src/evaluate/utility/linear.js";

/** Rows of one number and one category, with a target that hangs on both. */
function drawn(rows: number, levels: number, classes: number): { task: Task; examples: Examples } {
  const random = stream(3, "newton", levels, classes);
  const numeric = new Float64Array(rows);
  const codes = new Int32Array(rows);
  const target = new Float64Array(rows);
  const skew = Float64Array.from({ length: levels }, () => 3 * random.normal());
  for (let row = 0; row < rows; row++) {
    numeric[row] = row % 11 === 0 ? Number.NaN : random.normal();
    codes[row] = row % 13 === 0 ? -1 : random.below(levels);
    const lean = (numeric[row] || 0) + (skew[codes[row] as number] ?? 0) + random.normal();
    target[row] =
      classes === 0 ? lean : Math.min(classes - 1, Math.floor((classes * Math.abs(lean)) / 5));
  }
  const name = (_: unknown, i: number) => `c${i}`;
  const task = {
    target: "t",
    numeric: ["x"],
    codes: ["c"],
    levels: [Array.from({ length: levels }, name)],
    ...(classes === 0
      ? { kind: "number" as const, classes: [] }
      : { kind: "classes" as const, classes: Array.from({ length: classes }, name) }),
  };
  return { task, examples: { rows, numeric, codes, target } };
}

// Where the loss is least, its derivative by each intercept is 0: chances sum to the counts of the classes, and
// guesses to the numbers' sum. 700 labels are more than are solved at once.
describe.each([5, 700])("linear models with %i labels end at the least loss", (levels) => {
  it.each([2, 3, 7])("of %i classes", (classes) => {
    const { task, examples } = drawn(1_500, levels, classes);
    const chances = linear.train(task, examples, stream(1))(examples);
    for (let k = 0; k < classes; k++) {
      const sum = chances.filter((_, i) => i % classes === k).reduce((a, b) => a + b, 0);
      const count = examples.target.filter((each) => each === k).length;
      expect(Math.abs(sum - count)).toBeLessThan(1e-8);
    }
  });

  it("of a number", () => {
    const { task, examples } = drawn(1_500, levels, 0);
    const guesses = linear.train(task, examples, stream(1))(examples);
    const gap = guesses.reduce(
      (sum, guess, row) => sum + guess - (examples.target[row] as number),
      0,
    );
    expect(Math.abs(gap)).toBeLessThan(1e-8);
  });
});

it("chances stay finite where one label tells the class for sure", () => {
  const { task, examples } = drawn(400, 4, 2);
  const target = Float64Array.from(examples.codes, (code) => Number(code >= 2));
  const chances = linear.train(task, { ...examples, target }, stream(1))({ ...examples, target });
  expect(chances.every((chance) => chance > 0 && chance < 1)).toBe(true);
});
