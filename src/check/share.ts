import type { Numeral } from "../ir/expression.js";

/** `40%` as 0.4; a number without the sign as it stands. */
export function shareOf(numeral: Numeral): number {
  return numeral.percent ? numeral.value / 100 : numeral.value;
}
