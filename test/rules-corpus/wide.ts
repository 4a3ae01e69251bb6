import { stream } from "../../src/base/random.js";
import type { Row } from "./rule-sets.js";

type Cells = Readonly<Record<string, unknown>>;

/** Of whatever kind: what a rule compares is known only where it is written. */
type Five = { readonly [name in "a" | "b" | "c" | "d" | "e"]: never };

/** Five columns and a rule over them; `#` stands for the number of the group. */
interface Group {
  readonly columns: Readonly<Record<string, string>>;
  readonly rule: string;
  readonly row: (below: (end: number) => number) => Cells;
  readonly holds: (cells: Five) => boolean;
}

const day = (days: number) => new Date((18_262 + days) * 86_400_000).toISOString().slice(0, 10);
const number = "int 0..100";
const one = "int 0..1";
const date = "date 2020-01-01..2024-12-31";

const groups: readonly Group[] = [
  {
    columns: { a: number, b: number, c: number, d: `${number} or missing`, e: "bool" },
    rule: "require a# <= b# and b# <= c# and (d# is missing or c# <= d#)",
    row: (below) => {
      const [a, b, c, d] = Array.from({ length: 4 }, () => below(101)).sort((x, y) => x - y);
      return { a, b, c, d: below(4) === 0 ? null : d, e: below(2) === 0 };
    },
    holds: ({ a, b, c, d }) => a <= b && b <= c && (d === null || c <= d),
  },
  {
    columns: { a: number, b: number, c: number, d: "int 0..300", e: "real 0..1 step 0.01" },
    rule: "require a# + b# + c# = d#",
    row: (below) => {
      const [a, b, c] = [below(101), below(101), below(101)];
      return { a, b, c, d: a + b + c, e: below(101) / 100 };
    },
    holds: ({ a, b, c, d }) => a + b + c === d,
  },
  {
    columns: { a: one, b: one, c: one, d: one, e: one },
    rule: "require a# + b# + c# + d# + e# = 1",
    row: (below) => {
      const hot = below(5);
      return Object.fromEntries([..."abcde"].map((name, at) => [name, at === hot ? 1 : 0]));
    },
    holds: ({ a, b, c, d, e }) => a + b + c + d + e === 1,
  },
  {
    columns: { a: date, b: date, c: `${date} or missing`, d: "int 0..9", e: "real 0..5" },
    rule: "require a# <= b# and (c# is missing or (c# >= b# and d# != 3))",
    row: (below) => {
      const start = below(1500);
      const [end, d] = [start + below(100), below(10)];
      return {
        a: day(start),
        b: day(end),
        c: d < 5 ? null : day(end + below(100)),
        d,
        e: below(9) / 2,
      };
    },
    holds: ({ a, b, c, d }) => a <= b && (c === null || (c >= b && d !== 3)),
  },
  {
    columns: { a: '"x" | "y"', b: '"p" | "q"', c: "category learned", d: number, e: "real 0..1" },
    rule: 'when a# = "x" then b# = "p"',
    row: (below) => {
      const a = below(2) === 0 ? "x" : "y";
      const b = a === "x" || below(2) === 0 ? "p" : "q";
      return { a, b, c: `v${below(9)}`, d: below(101), e: below(100) / 100 };
    },
    holds: ({ a, b }) => a !== "x" || b === "p",
  },
  {
    columns: { a: '"yes" | "no"', b: `${number} or missing`, c: number, d: number, e: number },
    rule: 'b# is present exactly when a# = "yes"',
    row: (below) => {
      const a = below(2) === 0 ? "yes" : "no";
      return { a, b: a === "yes" ? below(101) : null, c: below(9), d: below(9), e: below(9) };
    },
    holds: ({ a, b }) => (a === "yes") === (b !== null),
  },
  {
    columns: {
      a: "real 0..20",
      b: "real 0..20",
      c: '"low" < "mid" < "high"',
      d: number,
      e: number,
    },
    rule: 'require a# * b# <= 100 and (c# < "mid" or d# >= 5)',
    row: (below) => {
      const [a, c] = [below(2000) / 100, below(3)];
      const b = Math.min(20, 100 / Math.max(a, 1)) * 0.9;
      return {
        a,
        b,
        c: ["low", "mid", "high"][c],
        d: 5 * Math.min(c, 1) + below(90),
        e: below(101),
      };
    },
    holds: ({ a, b, c, d }) => a * b <= 100 + 1e-9 && (c === "low" || d >= 5),
  },
  {
    columns: { a: number, b: number, c: number, d: number, e: number },
    rule: "require max(a#, b#) <= c# and abs(d# - e#) <= 30",
    row: (below) => {
      const [a, b, d] = [below(101), below(101), below(71)];
      return { a, b, c: Math.max(a, b), d, e: d + below(31) };
    },
    holds: ({ a, b, c, d, e }) => Math.max(a, b) <= c && Math.abs(d - e) <= 30,
  },
];

/** Forty groups: two hundred columns. */
const numbered = Array.from(
  { length: 40 },
  (_, at) => [at, groups[at % groups.length] as Group] as const,
);

export const wideColumns = numbered.flatMap(([at, { columns }]) =>
  Object.entries(columns).map(([name, type]) => `  ${name}${at}: ${type}`),
);
export const wideRules = numbered.map(([at, { rule }]) => `  ${rule.replaceAll("#", `${at}`)}`);

export function wideRows(rows: number): Record<string, unknown>[] {
  const random = stream(3, "wide");
  return Array.from({ length: rows }, () =>
    Object.fromEntries(
      numbered.flatMap(([at, group]) =>
        Object.entries(group.row((end) => random.below(end))).map(([name, value]) => [
          `${name}${at}`,
          value,
        ]),
      ),
    ),
  );
}

/** The rules that a row breaks. */
export function brokenIn(row: Row): string[] {
  return numbered.flatMap(([at, { columns, holds }]) => {
    const cells = Object.fromEntries(
      Object.keys(columns).map((name) => [name, (row as unknown as Cells)[`${name}${at}`]]),
    );
    return holds(cells as Five) ? [] : [wideRules[at] as string];
  });
}

/** A state of each kind of group, for rules that tie neighbours together. */
const states: readonly (readonly [text: string, holds: (cells: Five) => boolean])[] = [
  ["a# > 90", ({ a }) => a > 90],
  ["d# > 290", ({ d }) => d > 290],
  ["a# = 1", ({ a }) => a === 1],
  ["d# = 9", ({ d }) => d === 9],
  ["d# > 95", ({ d }) => d > 95],
  ['a# = "yes"', ({ a }) => a === "yes"],
  ["d# > 90", ({ d }) => d > 90],
  ["a# > 95", ({ a }) => a > 95],
];
const stateOf = (at: number) => states[at % states.length] as (typeof states)[number];
const pairs = Array.from({ length: numbered.length - 1 }, (_, at) => [at, at + 1] as const);

/** Rules by which no two neighbours are in their states: all columns hang together. */
export const chainRules = pairs.map((pair) => {
  const [one, other] = pair.map((at) => stateOf(at)[0].replaceAll("#", `${at}`));
  return `  require not (${one} and ${other})`;
});

/** The rules of the chain that a row breaks. */
export function brokenInChain(row: Row): string[] {
  const isInState = (at: number) => {
    const [, holds] = stateOf(at);
    const cell = (name: string) => (row as unknown as Cells)[`${name}${at}`];
    return holds({ a: cell("a"), d: cell("d") } as Five);
  };
  return chainRules.filter((_, at) => isInState(at) && isInState(at + 1));
}
