import { here, remedy } from "../base/diagnose.js";
import type { Scope, Typed } from "./scope.js";

/** The value of an operand that must be there: one that may be missing is said as P0307. */
export function filled(value: Typed, scope: Scope, doing: string): Typed {
  if (value.gap === undefined) return value;
  const { gap, ...rest } = value;
  scope.desk.say(
    "P0307",
    { column: gap, doing },
    {
      spans: [here(value.span, "may be missing")],
      because: ["with a missing value this is neither true nor false"],
      try: [remedy(`say \`${gap} is present and …\`, or \`${gap} is missing or …\``)],
    },
  );
  return rest;
}
