import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, suggest } from "../../src/base/suggest.js";

test("the nearest name is offered, and a far one is not", () => {
  expect(suggest("occuption", ["age", "occupation"])).toBe("occupation");
  expect(suggest("Husband", ["husband"])).toBe("husband");
  expect(suggest("id_patient", ["patient_id", "stay"])).toBe("patient_id");
  expect(suggest("Widow", ["Married", "Widowed"])).toBe("Widowed");
  expect(suggest("requir", ["when", "require"])).toBe("require");
  expect(suggest("xyz", ["age", "sex"])).toBeUndefined();
  expect(suggest("", ["a"])).toBeUndefined();
});

test("distance is zero exactly for equal words, symmetric, and at most the longer length", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance === 0).toBe(a === b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
    }),
  );
  expect(editDistance("ab", "ba")).toBe(1);
});
