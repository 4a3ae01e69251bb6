import fc from "fast-check";
import { expect, it } from "vitest";
import { cutOf, cutsOf } from "../../src/table/cuts.js";

const column = { name: "age", type: { kind: "int", learned: true } } as never;

it("groups by each value of few, by ranges of about equally many rows of many", () => {
  const few = cutsOf(column, Float64Array.of(3, 1, Number.NaN, 1, 7), 4);
  expect(few.labels).toEqual(["1", "3", "7"]);
  expect([1, 2, 3, 7, 9].map((value) => cutOf(few.edges, value))).toEqual([0, 0, 1, 2, 2]);
  const many = cutsOf(
    column,
    Float64Array.from({ length: 100 }, (_, i) => i),
    4,
  );
  expect(many.labels).toEqual(["0 to 24", "25 to 49", "50 to 74", "75 to 99"]);
  expect(cutsOf(column, new Float64Array(5).fill(Number.NaN), 4).edges).toEqual([]);
});

it("puts a value in the group that counting edges gives", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: -5, max: 65 }),
      (values, most, value) => {
        const { edges, labels } = cutsOf(column, Float64Array.from(values), most);
        expect(labels.length).toBe(edges.length + 1);
        expect(labels.length).toBeLessThanOrEqual(Math.max(20, most));
        expect(cutOf(edges, value)).toBe(edges.filter((edge) => edge <= value).length);
      },
    ),
  );
});
