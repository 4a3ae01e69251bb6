import fc from "fast-check";
import { expect, test } from "vitest";
import { grouped } from "../../src/base/grouped.js";

test("whole numbers are written as the language of the texts writes them", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, 999, 1000, -1000)),
      (value) => {
        expect(grouped(value)).toBe(value.toLocaleString("en"));
      },
    ),
    { seed: 3 },
  );
});
