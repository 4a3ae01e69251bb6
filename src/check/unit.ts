import { editDistance } from "../base/suggest.js";

/**
 * A unit as a product of powers of base words: `hours/week` is hour¹·week⁻¹. Exact: nothing is ever
 * converted silently, so years meet only years and USD only USD.
 */
export type Unit = ReadonlyMap<string, number>;

const ALIASES: Readonly<Record<string, string>> = {
  s: "second",
  sec: "second",
  min: "minute",
  h: "hour",
  hr: "hour",
  d: "day",
  wk: "week",
  yr: "year",
  a: "year",
  metre: "m",
  meter: "m",
  kilogram: "kg",
  gram: "g",
  litre: "L",
  liter: "L",
  l: "L",
  people: "person",
};

const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
};

function baseWord(word: string): string {
  const alias = ALIASES[word];
  if (alias !== undefined) return alias;
  if (!/^[a-z]{3,}s$/.test(word) || word.endsWith("ss")) return word;
  const singular = word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  return ALIASES[singular] ?? singular;
}

/** Read a unit as written: words joined by `/`, `*` or `·`, each with an optional `^2`. */
export function parseUnit(text: string): Unit {
  const powers = new Map<string, number>();
  let sign = 1;
  for (const part of text.split(/([/*·])/)) {
    const trimmed = part.trim();
    if (trimmed === "/") sign = -1;
    else if (trimmed !== "*" && trimmed !== "·" && trimmed !== "" && trimmed !== "1") {
      const [word = "", power = "1"] = trimmed.split("^");
      const exponent = Number.parseInt(power, 10);
      const base = baseWord(word);
      powers.set(base, (powers.get(base) ?? 0) + sign * (Number.isNaN(exponent) ? 1 : exponent));
      sign = 1;
    }
  }
  return withoutZeros(powers);
}

/** Words of units that people write out, and so write wrong. */
const SPOKEN: readonly string[] = [
  ...["second", "minute", "hour", "day", "week", "month", "quarter", "year"],
  ...["metre", "litre", "gram", "kilogram", "degree"],
].flatMap((word) => [word, `${word}s`]);

/**
 * A unit in which a word looks like a slip of another: two letters that changed places, one too many or too few, in a
 * long word another one. Any word may be a unit, so that is a guess; undefined where nothing looks so.
 */
export function unitMeant(text: string): string | undefined {
  const words = text.split(/([/*·^\d\s]+)/);
  const meant = words.map((word) => SPOKEN.find((known) => isSlipOf(word, known)) ?? word).join("");
  return meant === text ? undefined : meant;
}

const LONG = 6;

function isSlipOf(word: string, known: string): boolean {
  if (word.length < 3 || word[0] !== known[0] || SPOKEN.includes(word)) return false;
  if (baseWord(word) in ALIASES || editDistance(word, known) !== 1) return false;
  const letters = (each: string) => [...each].sort().join("");
  const isOther = word.length === known.length && letters(word) !== letters(known);
  return !isOther || word.length >= LONG;
}

function withoutZeros(powers: ReadonlyMap<string, number>): Unit {
  return new Map([...powers].filter(([, power]) => power !== 0));
}

/** The product of two units, or with `power` −1 their quotient. */
export function timesUnit(left: Unit, right: Unit, power = 1): Unit {
  const product = new Map(left);
  for (const [word, exponent] of right) {
    product.set(word, (product.get(word) ?? 0) + power * exponent);
  }
  return withoutZeros(product);
}

/** The unit to a power; undefined where an exponent would not be whole. */
export function powerUnit(unit: Unit, power: number): Unit | undefined {
  const powers = [...unit].map(([word, exponent]) => [word, exponent * power] as const);
  return powers.every(([, exponent]) => Number.isInteger(exponent))
    ? withoutZeros(new Map(powers))
    : undefined;
}

export function sameUnit(left: Unit, right: Unit): boolean {
  if (left.size !== right.size) return false;
  for (const [word, power] of left) if (right.get(word) !== power) return false;
  return true;
}

/** How many seconds one of this unit lasts, for second … week; undefined for anything else. */
export function secondsOf(unit: Unit): number | undefined {
  const [only] = [...unit];
  if (unit.size !== 1 || only === undefined || only[1] !== 1) return undefined;
  return SECONDS[only[0]];
}

/** The currency code, where the unit is exactly one currency. */
export function currencyOf(unit: Unit): string | undefined {
  const [only] = [...unit];
  if (unit.size !== 1 || only === undefined || only[1] !== 1) return undefined;
  return /^[A-Z]{3}$/.test(only[0]) ? only[0] : undefined;
}

/** As people say it: `hours per week`, `years`, `USD`. */
export function unitText(unit: Unit): string {
  const above = [...unit].filter(([, power]) => power > 0);
  const below = [...unit].filter(([, power]) => power < 0);
  if (above.length === 0 && below.length === 0) return "plain numbers";
  const numerator =
    above.length === 0 ? "1" : above.map(([w, p]) => powerText(w, p, true)).join("·");
  if (below.length === 0) return numerator;
  return `${numerator} per ${below.map(([word, power]) => powerText(word, -power, false)).join("·")}`;
}

function powerText(word: string, power: number, plural: boolean): string {
  const spoken = plural && /^[a-z]{3,}$/.test(word) ? pluralOf(word) : word;
  return power === 1 ? spoken : `${word}^${power}`;
}

function pluralOf(word: string): string {
  if (word === "person") return "people";
  return word.endsWith("y") && !/[aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}
