import { expect, it } from "vitest";
import { figureText } from "../../src/base/figure-text.js";

it("a figure has the digits that tell something", () => {
  const of = [0, 0.00014331, 0.0015, 0.0096, 0.5, -0.0272, 7.138, 13.68, 981.4, Number.NaN];
  expect(of.map(figureText)).toEqual(
    "0.000 0.00014 0.0015 0.010 0.500 -0.027 7.138 13.7 981 –".split(" "),
  );
});
