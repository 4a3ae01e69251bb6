import type { IToken } from "chevrotain";
import { isA, Numeral, UnitWord } from "../../grammar/tokens.js";
import { diagnose, here, remedy } from "../base/diagnose.js";
import { spanOf } from "./build-base.js";
import type { Mended } from "./habits.js";
import { unitWords } from "./help-words.js";

const units = new Set(unitWords.flatMap((unit) => unit.split("/")));

/** `age >= 5 years` in a rule: a number takes the unit of what it is compared with. */
export function mendUnit(tokens: readonly IToken[], reach: number): Mended | undefined {
  const number = tokens[reach - 1];
  const unit = tokens[reach];
  if (number === undefined || unit === undefined || !isA(number, Numeral)) return undefined;
  if (!isA(unit, UnitWord) || !units.has(unit.image)) return undefined;
  const isPer = tokens[reach + 1]?.image === "/" && units.has(tokens[reach + 2]?.image ?? "");
  const last = tokens[reach + (isPer ? 2 : 0)] as IToken;
  const span = { start: spanOf(number).end, end: spanOf(last).end };
  const wrote = isPer
    ? `${number.image} ${unit.image}/${last.image}`
    : `${number.image} ${unit.image}`;
  return {
    tokens: [...tokens.slice(0, reach), ...tokens.slice(reach + (isPer ? 3 : 1))],
    diagnostic: diagnose(
      "P0103",
      {
        wrote: `\`${wrote}\``,
        instead: `\`${number.image}\``,
        why: "a number here has the unit of what it is compared with: that of the column, days between dates, seconds between datetimes",
      },
      {
        spans: [here({ start: spanOf(unit).start, end: spanOf(last).end })],
        try: [remedy(`write \`${number.image}\``, span, "")],
      },
    ),
  };
}
