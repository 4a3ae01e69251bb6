import { describe, expect, test } from "vitest";
import { silent } from "../../src/base/progress.js";
import { makeGuide } from "../../src/constraint/make-guide.js";
import type { CheckedRule } from "../../src/ir/checked.js";
import type { Formula } from "../../src/ir/formula.js";
import { drawRows } from "../../src/synth/draw.js";
import { rowLearners } from "../../src/synth/registry.js";
import { people } from "../families.js";
import { learn } from "./drawing.js";

const column = (name: string): Formula => ({ op: "column", name });
const number = (value: number): Formula => ({ op: "number", value });
const text = (value: string): Formula => ({ op: "text", value });
const or = (...args: Formula[]): Formula => ({ op: "or", args });
const and = (...args: Formula[]): Formula => ({ op: "and", args });
const not = (arg: Formula): Formula => ({ op: "not", arg });
const compare = (op: "eq" | "ge" | "le" | "lt" | "gt", left: Formula, right: Formula): Formula => ({
  op,
  left,
  right,
});

const formulas: readonly Formula[] = [
  // when job = "retired" then pay = 0 and age > 65
  or(
    not(compare("eq", column("job"), text("retired"))),
    and(compare("eq", column("pay"), number(0)), compare("gt", column("age"), number(65))),
  ),
  // children is missing exactly when age < 25
  or(not({ op: "missing", arg: column("children") }), compare("lt", column("age"), number(25))),
  or({ op: "missing", arg: column("children") }, compare("ge", column("age"), number(25))),
  // children <= age / 10, where present: almost always, but not in the real rows' tails
  or(
    { op: "missing", arg: column("children") },
    compare("le", column("children"), { op: "div", left: column("age"), right: number(10) }),
  ),
  // weight < 80 or sex = "Male"
  or(compare("lt", column("weight"), number(80)), compare("eq", column("sex"), text("Male"))),
];
const rules = formulas.map(
  (formula, at): CheckedRule => ({
    kind: "always",
    text: `rule ${at}`,
    span: { start: 0, end: 0 },
    formula,
  }),
);
const given = and(
  compare("ge", column("age"), number(60)),
  compare("eq", column("sex"), text("Female")),
);

const real = people(2000);
const wanted = real.columns;

describe.each(rowLearners)("rows of %s", (learner) => {
  test("obey every rule, also under a condition", async () => {
    const model = await learn(learner, real, {}, ["age", "sex"]);
    const scope = {
      columns: wanted.map(({ name, type }) => ({ name, type, optional: name === "children" })),
      levels: model.levels,
    };
    const guide = makeGuide({ ...scope, rules });
    const request = { model, columns: scope.columns, guide, seed: 3, progress: silent };
    const free = await drawRows({ ...request, rows: 1500, name: "free" });
    for (let row = 0; row < 1500; row++) expect(guide.broken(free.cells, row)).toBe(-1);
    const conditioned = makeGuide({ ...scope, rules, given });
    const drawn = await drawRows({ ...request, conditioned, rows: 600, name: "given" });
    const [ages, sexes] = drawn.cells;
    const female = model.levels[1]?.indexOf("Female");
    for (let row = 0; row < 600; row++) {
      expect(guide.broken(drawn.cells, row)).toBe(-1);
      expect(ages?.[row]).toBeGreaterThanOrEqual(60);
      expect(sexes?.[row]).toBe(female);
    }
    // Real share: about 0.29 of age × 0.4 of sex; the estimate must be of that size for all learners.
    const share =
      Array.from({ length: real.rows }, (_, row) => row).filter((row) => {
        const [age, sex] = real.columns;
        return (
          age?.kind === "number" &&
          sex?.kind === "code" &&
          (age.values[row] as number) >= 60 &&
          sex.levels[sex.codes[row] as number] === "Female"
        );
      }).length / real.rows;
    expect(drawn.probability?.estimate).toBeGreaterThan(share * 0.6);
    expect(drawn.probability?.estimate).toBeLessThan(share * 1.6);
  });
});
