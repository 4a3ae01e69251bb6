/** Last words of a header that name a unit, and the unit. */
const endings: Readonly<Record<string, string>> = {
  mm: "mm",
  cm: "cm",
  km: "km",
  miles: "miles",
  kg: "kg",
  g: "g",
  mg: "mg",
  lbs: "lb",
  ml: "mL",
  years: "years",
  yrs: "years",
  months: "months",
  weeks: "weeks",
  days: "days",
  hours: "hours",
  hrs: "hours",
  minutes: "minutes",
  mins: "minutes",
  seconds: "seconds",
  secs: "seconds",
  ms: "milliseconds",
  celsius: "degC",
  degc: "degC",
  percent: "%",
  pct: "%",
  percentage: "%",
};

const whole: readonly (readonly [RegExp, string])[] = [
  [/^age$|_age$|^age_(at|in)_/, "years"],
  [/^hours?[-_ .]?per[-_ .]?week$/, "hours/week"],
  [/^(days?|hours?|weeks?|months?|minutes?|seconds?)[-_ .]?per[-_ .]?(day|week|month|year)$/, ""],
];

const currencies = /(?:^|[^a-z])(usd|eur|gbp|chf|jpy|cad|aud|inr|cny|sek|nok|dkk)(?:$|[^a-z])/;

/** The unit or currency that a header names, or undefined. */
export function unitOf(header: string): { unit: string } | { currency: string } | undefined {
  const lower = header
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .trim();
  const money = currencies.exec(lower)?.[1] ?? (/\(\$\)|\[\$\]/.test(lower) ? "usd" : undefined);
  if (money !== undefined) return { currency: money.toUpperCase() };
  for (const [pattern, unit] of whole) {
    if (pattern.test(lower)) return unit === "" ? undefined : { unit };
  }
  const words = lower.split(/[^a-z%]+/).filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  const alone = words.length === 1 && last.length < 3;
  const unit = endings[last];
  return unit === undefined || alone ? undefined : { unit };
}
