import fc from "fast-check";
import stringWidth from "string-width";
import { expect, it } from "vitest";
import { textWidth } from "../../src/show/text-width.js";

const usual = Array.from({ length: 0x2300 - 32 }, (_, i) => String.fromCodePoint(32 + i)).filter(
  (sign) => /[ -~\p{Script=Latin}\p{Script=Greek}\p{Dash}\p{Sm}×·…€]/u.test(sign),
);

it("is what string-width says, of usual signs and of any others", () => {
  for (const sign of usual) expect([sign, textWidth(sign)]).toEqual([sign, stringWidth(sign)]);
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...usual)).map((signs) => signs.join("")),
    fc.string({ unit: "grapheme" }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(textWidth(text)).toBe(stringWidth(text));
    }),
  );
});
