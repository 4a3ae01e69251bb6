import { stream } from "../../src/base/random.js";

/** Real rows for the corpus: mixed types, gaps, and some that break the rules. */
export function people(rows: number): Record<string, unknown>[] {
  const random = stream(2, "people");
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)] as T;
  const cents = (value: number) => Math.round(value * 100) / 100;
  const lands: Record<string, string> = { Ulm: "BW", Bonn: "NRW", Kiel: "SH", Jena: "TH" };
  return Array.from({ length: rows }, () => {
    const age = 15 + random.below(70);
    const sex = pick(["Female", "Male"]);
    const married = age > 20 && random.uniform() < 0.5;
    const role = married ? (sex === "Male" ? "Husband" : "Wife") : pick(["Single", "Child"]);
    const school = Math.min(16, 1 + random.below(age));
    const income = cents(Math.exp(7 + 0.1 * school + 0.5 * random.normal()));
    const tax = cents(income * (0.1 + 0.2 * random.uniform()));
    const start = 19_000 + random.below(700);
    const city = pick(Object.keys(lands));
    const [a, b] = [random.below(11), random.below(11)];
    const hot = random.below(3);
    const height = 150 + random.below(50);
    const works = random.uniform() < 0.8;
    const day = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);
    return {
      age,
      sex,
      role,
      school,
      member: random.uniform() < 0.1 ? null : random.uniform() < 0.4,
      grade: pick(["low", "mid", "high"]),
      wish: pick(["low", "mid", "high"]),
      works,
      hours: works ? 10 + random.below(60) : null,
      income,
      tax,
      net: cents(income - tax),
      start: day(start),
      end: random.uniform() < 0.2 ? null : day(start + random.below(400)),
      review: day(start + 30 + random.below(30)),
      city,
      land: lands[city],
      a,
      b,
      c: 20 - a - b,
      p: hot === 0 ? 1 : 0,
      q: hot === 1 ? 1 : 0,
      r: hot === 2 ? 1 : 0,
      low: random.uniform() * 10,
      high: 10 + random.uniform() * 10,
      height,
      meters: height / 100,
      phone: random.uniform() < 0.5 ? null : pick(["landline", "mobile"]),
      code: random.below(1000),
      fee: 12.5 * ((7 * age + 5 * school + a) % 73),
    };
  });
}

/** The columns as a spec declares them; each set picks what it needs. */
export const declared: Readonly<Record<string, string>> = {
  age: "int 15..90 years",
  sex: '"Female" | "Male"',
  role: '"Husband" | "Wife" | "Single" | "Child"',
  school: "int 1..16",
  member: "bool or missing",
  grade: '"low" < "mid" < "high"',
  wish: '"low" < "mid" < "high"',
  works: "bool",
  hours: "int 0..99 or missing",
  income: "money EUR 0..100_000",
  tax: "money EUR 0..100_000",
  net: "money EUR 0..100_000",
  start: "date 2020-01-01..2025-12-31",
  end: "date 2020-01-01..2026-12-31 or missing",
  review: "date 2020-01-01..2026-12-31",
  city: '"Ulm" | "Bonn" | "Kiel" | "Jena"',
  land: '"BW" | "NRW" | "SH" | "TH"',
  a: "int 0..20",
  b: "int 0..20",
  c: "int 0..20",
  p: "int 0..1",
  q: "int 0..1",
  r: "int 0..1",
  low: "real 0..20",
  high: "real 0..20",
  height: "int 100..220",
  meters: "real 1..2.2 step 0.01",
  phone: '"landline" | "mobile" or missing',
  code: "int 0..9999",
  fee: "money EUR 0..900 step 12.5",
};
