/** Scales that people use, each from its low to its high end. */
const scales: readonly (readonly string[])[] = [
  ["none", "minimal", "very low", "low", "medium", "moderate", "high", "very high", "extreme"],
  ["none", "very mild", "mild", "moderate", "severe", "very severe", "life threatening", "fatal"],
  ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
  ["extra small", "very small", "small", "medium", "large", "very large", "extra large"],
  ["never", "rarely", "seldom", "occasionally", "sometimes", "often", "usually", "always"],
  ["strongly disagree", "disagree", "neutral", "agree", "strongly agree"],
  ["very bad", "bad", "poor", "fair", "good", "very good", "premium", "excellent", "ideal"],
  ["very unsatisfied", "unsatisfied", "neutral", "satisfied", "very satisfied"],
  [
    "terrible",
    "unhappy",
    "mostly dissatisfied",
    "mixed",
    "pleased",
    "mostly satisfied",
    "delighted",
  ],
  ["beginner", "novice", "intermediate", "advanced", "expert"],
  ["junior", "middle", "senior"],
  ["primary", "secondary", "tertiary"],
  ["bronze", "silver", "gold", "platinum", "diamond"],
  ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
  "january february march april may june july august september october november december".split(
    " ",
  ),
  ["first", "second", "third", "fourth", "fifth"],
  ["i1", "si2", "si1", "vs2", "vs1", "vvs2", "vvs1", "if"],
  "preschool,1st-4th,5th-6th,7th-8th,9th,10th,11th,12th,hs-grad,some-college,assoc-voc,assoc-acdm,bachelors,masters,prof-school,doctorate".split(
    ",",
  ),
];

const plain = (value: string): string =>
  value
    .trim()
    .toLowerCase()
    .replace(/[-_\s]+/g, " ");

/**
 * The values from low to high where they are steps of a scale that people know, or bands of numbers
 * (`<18`, `18-25`, `66+`); undefined where no order shows.
 */
export function orderOf(values: readonly string[]): readonly string[] | undefined {
  if (values.length < 2) return undefined;
  for (const scale of scales) {
    const steps = scale.map(plain);
    const places = values.map((value) => steps.indexOf(plain(value)));
    if (places.includes(-1) || new Set(places).size < values.length) continue;
    return sorted(values, places);
  }
  return bands(values);
}

function sorted(values: readonly string[], places: readonly number[]): readonly string[] {
  return [...values.keys()]
    .sort((a, b) => (places[a] as number) - (places[b] as number))
    .map((at) => values[at] as string);
}

/** `<18`, `18-25`, `26 to 35`, `Greater than 45`, `66+`: by the numbers that they name. */
function bands(values: readonly string[]): readonly string[] | undefined {
  const places = values.map(bandStart);
  if (places.some(Number.isNaN) || new Set(places).size < values.length) return undefined;
  return sorted(values, places);
}

const number = String.raw`[$€£]?\s?(-?\d[\d,_]*(?:\.\d+)?)\s?[kK%]?`;
const shapes: readonly (readonly [RegExp, number])[] = [
  [new RegExp(`^(?:<=?|less than|under|below|up to)\\s?${number}$`, "i"), -0.5],
  [new RegExp(`^(?:>=?|greater than|more than|over|above)\\s?${number}$`, "i"), 0.5],
  [new RegExp(`^${number}\\s?(?:\\+|or more|and over|and above|plus)$`, "i"), 0.25],
  [new RegExp(`^[[(]?${number}\\s?(?:-|–|to|,|\\.\\.)\\s?${number}[\\])]?$`, "i"), 0],
];

function bandStart(value: string): number {
  for (const [shape, shift] of shapes) {
    const start = shape.exec(value.trim())?.[1];
    if (start !== undefined) return Number(start.replace(/[,_]/g, "")) + shift;
  }
  return Number.NaN;
}
