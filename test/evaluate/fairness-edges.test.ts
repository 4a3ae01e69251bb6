import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { edgeScores } from "../../src/evaluate/fairness-edges.js";
import type { CheckedFairness } from "../../src/ir/checked.js";
import type { Column, Table } from "../../src/table/table.js";

const asked = {
  across: [],
  goals: [],
  forbiddenEdges: [{ from: "sex", to: "pay", through: ["school"] }],
} as unknown as CheckedFairness;

/** Share of the well paid among men and women of a school; `pull` is what sex does to it. */
const share = (sex: number, school: number, pull: number) =>
  0.2 + 0.2 * school + (sex === 1 ? pull : 0);
/** Share of women in a school. */
const women = (school: number) => 0.3 + 0.15 * school;

function rowsOf(rows: number, seed: number, pull: number): Table {
  const random = stream(seed, "edges", rows);
  const codes = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)] as const;
  for (let row = 0; row < rows; row++) {
    const school = random.below(3);
    const sex = random.uniform() < women(school) ? 1 : 0;
    codes[0][row] = sex;
    codes[1][row] = school;
    codes[2][row] = random.uniform() < share(sex, school, pull) ? 1 : 0;
  }
  const columns = ["sex", "school", "pay"].map((name, at): Column => {
    const levels = at === 1 ? ["a", "b", "c"] : ["no", "yes"];
    const type = { kind: "category", values: levels, ordered: false, learned: false } as const;
    return { kind: "code", name, codes: codes[at] as Int32Array, levels, type };
  });
  return { kind: "table", name: "t", rows, columns };
}

/** Of two causes and two effects each of the four cells lies w(1 − w)|difference| from independence. */
const truth = (pull: number) =>
  [0, 1, 2].reduce((sum, school) => {
    const w = women(school);
    return sum + (4 * w * (1 - w) * Math.abs(pull)) / 2 / 3;
  }, 0);

describe("the influence that is left", () => {
  // 200 tables each: a cover of 0.95 would show 0.88 or less in one of them less than once in 4,000 (binomial).
  it.each([
    { rows: 150, pull: 0 },
    { rows: 300, pull: 0.2 },
    { rows: 1500, pull: 0 },
    { rows: 1500, pull: 0.05 },
    { rows: 1500, pull: 0.2 },
  ])(
    "lies in its interval 95 times in 100, and is seen where it is large: %o",
    ({ rows, pull }) => {
      let [held, seen] = [0, 0];
      for (let seed = 4000; seed < 4200; seed++) {
        const synthetic = rowsOf(rows, seed, pull);
        const sides = [{ name: "after", table: synthetic }];
        const [score] = edgeScores({ name: "made", synthetic }, asked, sides, seed);
        const { low = Number.NaN, high = Number.NaN } = score ?? {};
        if (low <= truth(pull) && truth(pull) <= high) held++;
        if (low > 0) seen++;
      }
      expect(held / 200).toBeGreaterThan(0.88);
      if (pull === 0) expect(seen / 200).toBeLessThan(0.1);
      if (pull === 0.2 && rows === 1500) expect(seen).toBe(200);
    },
  );
});
