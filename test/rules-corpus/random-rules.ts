import { type Random, stream } from "../../src/base/random.js";
import type { Row, RuleSet } from "./rule-sets.js";

/** A condition as a spec says it, and the same in TypeScript. */
interface Said {
  readonly text: string;
  readonly holds: (row: Row) => boolean;
}

export interface RandomSet extends RuleSet {
  readonly givenHolds: (row: Row) => boolean;
}

type Cell = string | number | boolean | null;
const cell = (row: Row, name: string): Cell => row[name as keyof Row] as Cell;
const number = (row: Row, name: string): number => cell(row, name) as number;
const days = (row: Row, name: string): number => Date.parse(cell(row, name) as string) / 86_400_000;
/** Sums of cents in binary, as nobody means them. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Low, high and step of the constants that a number is compared with. */
const plain: Readonly<Record<string, readonly [number, number, number]>> = {
  school: [1, 16, 1],
  hours: [0, 99, 1],
  a: [0, 20, 1],
  b: [0, 20, 1],
  c: [0, 20, 1],
  height: [100, 220, 1],
  code: [0, 9999, 1],
  low: [0, 20, 0.5],
  high: [0, 20, 0.5],
  meters: [1, 2.2, 0.01],
};
const money: typeof plain = {
  income: [0, 30_000, 500],
  tax: [0, 10_000, 500],
  net: [0, 30_000, 500],
  fee: [0, 900, 12.5],
};
const numbers: typeof plain = { ...plain, ...money };
const words: Readonly<Record<string, readonly string[]>> = {
  sex: ["Female", "Male"],
  role: ["Husband", "Wife", "Single", "Child"],
  city: ["Ulm", "Bonn", "Kiel", "Jena"],
  land: ["BW", "NRW", "SH", "TH"],
  phone: ["landline", "mobile"],
};
const ranks = ["low", "mid", "high"];
const ordered = ["grade", "wish"];
const bools = ["works", "member"];
const dates = ["start", "end", "review"];
const optional = ["hours", "phone", "member", "end"];
const all = [...Object.keys(numbers), ...Object.keys(words), ...ordered, ...bools, ...dates];

type Order = "<=" | ">=" | "<" | ">";
const orders: readonly Order[] = ["<=", ">=", "<", ">"];
const compare: Readonly<Record<Order, (a: number, b: number) => boolean>> = {
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};

/** Draws rules over a handful of the corpus's columns. */
class Author {
  /** Columns that some rule speaks of. */
  readonly used = new Set<string>();
  readonly pool: readonly string[];
  private readonly random: Random;

  constructor(seed: number) {
    this.random = stream(seed, "rules");
    const pool = new Set<string>();
    const size = 3 + this.below(4);
    while (pool.size < size) pool.add(this.pick(all));
    this.pool = [...pool];
  }

  below(n: number): number {
    return this.random.below(n);
  }

  /** True so often in a hundred. */
  often(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Two of the pool's columns among these. */
  private two(names: readonly string[]): readonly [string, string] | undefined {
    const own = names.filter((name) => this.pool.includes(name));
    if (own.length < 2) return undefined;
    const first = this.pick(own);
    return [first, this.pick(own.filter((name) => name !== first))];
  }

  private one(names: readonly string[]): string | undefined {
    const own = names.filter((name) => this.pool.includes(name));
    return own.length === 0 ? undefined : this.pick(own);
  }

  private constant(name: string): number {
    const [low, high, step] = numbers[name] as readonly [number, number, number];
    return rounded(low + step * this.below(Math.round((high - low) / step) + 1));
  }

  /** A missing cell makes no comparison true. */
  private present(names: readonly string[], text: string, holds: Said["holds"]): Said {
    for (const name of names) this.used.add(name);
    const gaps = names.filter((name) => optional.includes(name));
    if (gaps.length === 0) return { text, holds };
    return {
      text: `(${[...gaps.map((name) => `${name} is present`), text].join(" and ")})`,
      holds: (row) => gaps.every((name) => cell(row, name) !== null) && holds(row),
    };
  }

  private aNumber(): Said | undefined {
    const name = this.one(Object.keys(numbers));
    if (name === undefined) return undefined;
    const [low = 0, high = 0] = [this.constant(name), this.constant(name)].sort((a, b) => a - b);
    if (this.often(40)) {
      return this.present([name], `${name} in ${low}..${high}`, (row) => {
        const value = number(row, name);
        return value >= low && value <= high;
      });
    }
    const order = this.pick(orders);
    const holds = (row: Row) => compare[order](number(row, name), low);
    return this.present([name], `${name} ${order} ${low}`, holds);
  }

  private twoNumbers(): Said | undefined {
    const names = this.two(Object.keys(this.often(50) ? plain : money));
    if (names === undefined) return undefined;
    const [x, y] = names;
    const order = this.pick(orders);
    const limit = this.constant(x);
    const ways: readonly (readonly [string, (a: number, b: number) => boolean])[] = [
      [`${x} ${order} ${y}`, compare[order]],
      [`${x} + ${y} >= ${limit}`, (a, b) => rounded(a + b) >= limit],
      [`${x} - ${y} <= ${limit}`, (a, b) => rounded(a - b) <= limit],
      [`abs(${x} - ${y}) <= ${limit}`, (a, b) => rounded(Math.abs(a - b)) <= limit],
      [`max(${x}, ${y}) >= ${limit}`, (a, b) => Math.max(a, b) >= limit],
      [`${x} <= 3 * ${y}`, (a, b) => a <= rounded(3 * b)],
    ];
    const [text, test] = this.pick(ways);
    return this.present(names, text, (row) => test(number(row, x), number(row, y)));
  }

  private aWord(): Said | undefined {
    const name = this.one([...Object.keys(words), ...ordered]);
    if (name === undefined) return undefined;
    const values = words[name];
    if (values === undefined) {
      const [order, value] = [this.pick(orders), this.pick(ranks)];
      const rank = (word: Cell) => ranks.indexOf(word as string);
      return this.present([name], `${name} ${order} "${value}"`, (row) =>
        compare[order](rank(cell(row, name)), rank(value)),
      );
    }
    const some = values.filter(() => this.often(50));
    if (some.length === 0) return undefined;
    const list = some.map((value) => `"${value}"`).join(", ");
    return this.present([name], `${name} in (${list})`, (row) =>
      some.includes(cell(row, name) as string),
    );
  }

  private aBool(): Said | undefined {
    const name = this.one(bools);
    if (name === undefined) return undefined;
    const wanted = this.often(50);
    return this.present([name], wanted ? name : `not ${name}`, (row) => cell(row, name) === wanted);
  }

  private aDate(): Said | undefined {
    const names = this.two(dates);
    if (names !== undefined && this.often(70)) {
      const [x, y] = names;
      const least = this.below(60);
      const most = least + this.below(400);
      if (this.often(50)) {
        return this.present(names, `${x} - ${y} in ${least}..${most}`, (row) => {
          const apart = days(row, x) - days(row, y);
          return apart >= least && apart <= most;
        });
      }
      const order = this.pick(orders);
      const holds = (row: Row) => compare[order](days(row, x), days(row, y));
      return this.present(names, `${x} ${order} ${y}`, holds);
    }
    const name = this.one(dates);
    if (name === undefined) return undefined;
    const month = 1 + this.below(12);
    return this.present([name], `month(${name}) <= ${month}`, (row) => {
      return new Date(cell(row, name) as string).getUTCMonth() < month;
    });
  }

  private aGap(): Said | undefined {
    const name = this.one(optional);
    if (name === undefined) return undefined;
    this.used.add(name);
    const wanted = this.often(50);
    const text = `${name} is ${wanted ? "present" : "missing"}`;
    return { text, holds: (row) => (cell(row, name) !== null) === wanted };
  }

  private other(kind: number): Said | undefined {
    if (kind === 0) return this.aWord();
    if (kind === 1) return this.aBool();
    return kind === 2 ? this.aDate() : this.aGap();
  }

  private atom(): Said {
    for (;;) {
      const kind = this.below(10);
      const said = kind < 3 ? this.aNumber() : kind < 6 ? this.twoNumbers() : this.other(kind - 6);
      if (said !== undefined) return said;
    }
  }

  condition(): Said {
    const first = this.atom();
    if (this.often(45)) return first;
    if (this.often(15)) return { text: `not (${first.text})`, holds: (row) => !first.holds(row) };
    const second = this.atom();
    if (this.often(45)) {
      const holds = (row: Row) => first.holds(row) && second.holds(row);
      return { text: `(${first.text} and ${second.text})`, holds };
    }
    const holds = (row: Row) => first.holds(row) || second.holds(row);
    return { text: `(${first.text} or ${second.text})`, holds };
  }

  rule(): Said {
    const kind = this.below(10);
    const first = this.condition();
    if (kind < 4) return { text: `require ${first.text}`, holds: first.holds };
    if (kind < 9) {
      const second = this.condition();
      const holds = (row: Row) => !first.holds(row) || second.holds(row);
      return { text: `when ${first.text} then ${second.text}`, holds };
    }
    const [left, right] = [this.atom(), this.atom()];
    const holds = (row: Row) => left.holds(row) === right.holds(row);
    return { text: `${left.text} exactly when ${right.text}`, holds };
  }

  key(): readonly [string, string] | undefined {
    const names = this.two(this.pool);
    for (const name of names ?? []) this.used.add(name);
    return names;
  }
}

/** Whether each present value of one column goes with one value of the other. */
function determines([from, to]: readonly [string, string], rows: readonly Row[]): boolean {
  const known = new Map<Cell, Cell>();
  return rows.every((row) => {
    const [key, value] = [cell(row, from), cell(row, to)];
    if (key === null) return true;
    if (!known.has(key)) known.set(key, value);
    return known.get(key) === value;
  });
}

/** One to four rules over three to six columns, now and then with a key and a condition. */
export function randomRules(seed: number): RandomSet {
  const author = new Author(seed);
  const rules = Array.from({ length: 1 + author.below(4) }, () => author.rule());
  const keys = author.often(30) ? [author.key() as readonly [string, string]] : [];
  const given = author.often(40) ? author.condition() : undefined;
  return {
    name: `rules ${seed}`,
    columns: [...author.used].join(" "),
    rules: [...rules.map(({ text }) => text), ...keys.map((key) => key.join(" determines "))],
    ...(given === undefined ? {} : { given: given.text }),
    holds: (row) => rules.every((rule) => rule.holds(row)),
    together: (rows) => keys.every((key) => determines(key, rows)),
    givenHolds: given?.holds ?? (() => true),
  };
}
