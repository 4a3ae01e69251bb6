import { stream } from "../../src/base/random.js";

/** A row as it was written: texts, numbers, true and false; null is missing. */
export type WideRow = Readonly<Record<string, string | number | boolean | null>>;

/** A rule, and whether a row keeps it; by itself or with all the others. */
interface WideRule {
  readonly text: string;
  readonly holds?: (row: WideRow) => boolean;
  readonly together?: (rows: readonly WideRow[]) => boolean;
}

type Condition = readonly [text: string, holds: (row: WideRow) => boolean];

export interface WideSet {
  readonly spec: string;
  readonly rules: readonly WideRule[];
  readonly given: Condition | undefined;
  readonly mode: string;
  readonly rows: number;
}

const lands: Readonly<Record<string, string>> = {
  Ulm: "BW",
  Bonn: "NRW",
  Kiel: "SH",
  Koeln: "NRW",
};
const first = Date.UTC(2023, 10, 5) / 1000;
const timeOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19);
const at = (text: unknown) => Date.parse(`${String(text)}Z`) / 1000;
const num = (value: unknown) => value as number;
const rank = (grade: unknown) => ["low", "mid", "high"].indexOf(String(grade));
const lasts = (row: WideRow) => at(row["stop"]) - at(row["start"]);

/** Real rows: parts of a hundred, a one-hot group, times with an end, a plate of a pattern, gaps that go together. */
export function wideRows(): readonly WideRow[] {
  const random = stream(99, "wide rows");
  const below = (n: number) => random.below(n);
  return Array.from({ length: 250 }, (): WideRow => {
    const city = Object.keys(lands)[below(4)] as string;
    const kind = "aaabc".charAt(below(5));
    const p = below(101);
    const q = below(101 - p);
    const hot = below(3);
    const start = first + below(2_000_000);
    const stop = start + Math.min(40_000, Math.floor(-1800 * Math.log(1 - random.uniform())));
    return {
      ...{ city, land: lands[city] as string, kind, p, q, r: 100 - p - q },
      ...{ o1: Number(hot === 0), o2: Number(hot === 1), o3: Number(hot === 2) },
      ...{ start: timeOf(start), stop: kind === "c" ? null : timeOf(stop) },
      hours: below(5) === 0 ? null : below(60),
      phone: kind === "b" ? null : (["line", "cell"][below(2)] ?? null),
      member: below(10) === 0 ? null : below(5) < 2,
      ...{ grade: ["low", "mid", "high"][below(3)] ?? null, x: below(21), y: below(21) },
    };
  });
}

function determines(from: readonly string[], to: string): WideRule {
  const together = (rows: readonly WideRow[]): boolean => {
    const known = new Map<string, unknown>();
    return rows.every((row) => {
      if (from.some((name) => row[name] === null)) return true;
      const key = from.map((name) => row[name]).join("|");
      if (!known.has(key)) known.set(key, row[to]);
      return known.get(key) === row[to];
    });
  };
  return { text: `${from.join(", ")} determines ${to}`, together };
}

function unique(...names: readonly string[]): WideRule {
  const together = (rows: readonly WideRow[]): boolean => {
    const keys = rows
      .filter((row) => names.every((name) => row[name] !== null))
      .map((row) => names.map((name) => row[name]).join("|"));
    return new Set(keys).size === keys.length;
  };
  return { text: `unique ${names.join(", ")}`, together };
}

function rule(text: string, holds: (row: WideRow) => boolean): WideRule {
  return { text, holds };
}

const known: readonly WideRule[] = [
  rule("require p + q + r = 100", ({ p, q, r }) => num(p) + num(q) + num(r) === 100),
  rule("require o1 + o2 + o3 = 1", ({ o1, o2, o3 }) => num(o1) + num(o2) + num(o3) === 1),
  ...[determines(["city"], "land"), determines(["kind"], "grade"), determines(["x"], "y")],
  ...[determines(["land", "kind"], "member"), unique("plate"), unique("x", "p")],
  rule(
    'phone is missing exactly when kind = "b"',
    (w) => (w["phone"] === null) === (w["kind"] === "b"),
  ),
  rule(
    'stop is missing exactly when kind = "c"',
    (w) => (w["stop"] === null) === (w["kind"] === "c"),
  ),
  rule(
    "when hours is present then hours <= p",
    (w) => w["hours"] === null || num(w["hours"]) <= num(w["p"]),
  ),
  rule(
    'when kind = "a" then (p >= 20 and o1 = 1 and hours is present)',
    (w) => w["kind"] !== "a" || (num(w["p"]) >= 20 && w["o1"] === 1 && w["hours"] !== null),
  ),
  rule("when stop is present then stop >= start", (w) => w["stop"] === null || lasts(w) >= 0),
  rule(
    "when stop is present then (stop > start and stop - start <= 7_200)",
    (w) => w["stop"] === null || (lasts(w) > 0 && lasts(w) <= 7200),
  ),
  rule("when plate is missing then x = 0", (w) => w["plate"] !== null || w["x"] === 0),
  rule(
    'when member is present and member then (grade >= "mid" and x <= y)',
    (w) => w["member"] !== true || (rank(w["grade"]) >= 1 && num(w["x"]) <= num(w["y"])),
  ),
  rule("require x + y <= 25", (w) => num(w["x"]) + num(w["y"]) <= 25),
  rule("require x != y", (w) => w["x"] !== w["y"]),
  rule(
    'require not (city = "Ulm" and kind = "b")',
    (w) => w["city"] !== "Ulm" || w["kind"] !== "b",
  ),
  rule(
    'when city in ("Ulm", "Bonn") then (kind = "a" or o3 = 1)',
    (w) => !["Ulm", "Bonn"].includes(String(w["city"])) || w["kind"] === "a" || w["o3"] === 1,
  ),
  rule(
    "when (hours is missing and member is missing) then phone is missing",
    (w) => w["hours"] !== null || w["member"] !== null || w["phone"] === null,
  ),
  rule("require p >= q or q >= r", (w) => num(w["p"]) >= num(w["q"]) || num(w["q"]) >= num(w["r"])),
];

const conditions: readonly Condition[] = [
  ['kind = "a" or p > 60', (w) => w["kind"] === "a" || num(w["p"]) > 60],
  ['not (city = "Ulm") and x >= 5', (w) => w["city"] !== "Ulm" && num(w["x"]) >= 5],
  ["stop is present and stop - start >= 1_800", (w) => w["stop"] !== null && lasts(w) >= 1800],
  [
    'abs(x - y) <= 3 and grade != "low"',
    (w) => Math.abs(num(w["x"]) - num(w["y"])) <= 3 && w["grade"] !== "low",
  ],
];

const learners = ["trees", "copula", "independent", "forest", "interpolation"];
const modes = ["plain", "given", "beside", "completed", "rebalance"];

/** One to five of the rules, a learner, and what is asked of the rows; the same for the same seed. */
export function wideSet(seed: number): WideSet {
  const random = stream(seed, "wide set");
  const left = [...known];
  const mode = modes[seed % modes.length] as string;
  const rules = Array.from({ length: 1 + random.below(5) }, () => {
    return left.splice(random.below(left.length), 1)[0] as WideRule;
  }).filter(({ text }) => mode !== "rebalance" || !text.startsWith("unique"));
  const given = mode === "given" || mode === "beside" ? conditions[random.below(4)] : undefined;
  const rows = 150;
  const asked = mode === "completed" ? "data completed" : `${rows} rows`;
  const spec = `source data = frame data
table t from data {
  city:   "Ulm" | "Bonn" | "Kiel" | "Koeln"
  land:   "BW" | "NRW" | "SH"
  kind:   "a" | "b" | "c"
  p: int 0..100
  q: int 0..100
  r: int 0..100
  o1: int 0..1
  o2: int 0..1
  o3: int 0..1
  start:  datetime 2023-11-01T00:00:00..2023-12-31T23:59:59
  stop:   datetime 2023-11-01T00:00:00..2024-01-31T23:59:59 or missing
  hours:  int 0..60 or missing
  phone:  "line" | "cell" or missing
  plate:  text like "[AB][XY]-\\\\d{3}" or missing
  member: bool or missing
  grade:  "low" < "mid" < "high"
  x: int 0..20
  y: int 0..20
  ${rules.map(({ text }) => text).join("\n  ")}
}
learn with ${learners[random.below(learners.length)]}
${mode === "rebalance" ? 'fairness { rebalance city to 40% "Ulm", 30% "Bonn" }\n' : ""}generate made: ${asked}${given ? ` given ${given[0]}` : ""}${mode === "beside" ? ", beside data" : ""}
`;
  return { spec, rules, given, mode, rows };
}
