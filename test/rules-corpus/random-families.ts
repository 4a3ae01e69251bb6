import { stream } from "../../src/base/random.js";

/** A row as a frame has it. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A rule between tables: its text, and the rows of its table that break it, each beside what its refs lead to. */
interface FamilyRule {
  readonly text: string;
  readonly holds?: (row: Row, above: Record<string, Row>) => boolean;
  /** Columns of which no two rows may have the same values. */
  readonly key?: readonly string[];
  /** The second column's values follow from the first's. */
  readonly determines?: readonly [string, string];
  /** The column grows among rows with the same value of the other. */
  readonly increases?: readonly [string, string];
}

export interface RandomFamily {
  readonly spec: string;
  readonly rules: Readonly<Record<string, readonly FamilyRule[]>>;
  /** The fewest orders of a shop and lines of an order. */
  readonly fewest: number;
  /** What the rows of shops must be. */
  readonly given: (shop: Row) => boolean;
  readonly isPrivate: boolean;
}

const day = (date: unknown): number => Date.parse(String(date));
const number = (value: unknown): number => Number(value);

const SHOPS: readonly FamilyRule[] = [
  {
    text: 'when city = "Rome" then size >= 3',
    holds: ({ city, size }) => city !== "Rome" || number(size) >= 3,
  },
  { text: "city determines open", determines: ["city", "open"] },
];

const ORDERS: readonly FamilyRule[] = [
  {
    text: "require day >= sid.open",
    holds: (order, { sid }) => day(order["day"]) >= day(sid?.["open"]),
  },
  {
    text: 'when how = "web" then tip is missing',
    holds: ({ how, tip }) => how !== "web" || tip === null,
  },
  {
    text: 'when sid.city = "Oslo" then how = "desk"',
    holds: ({ how }, { sid }) => sid?.["city"] !== "Oslo" || how === "desk",
  },
  { text: "day of each sid increases", increases: ["day", "sid"] },
  {
    text: "when tip is present then tip <= sid.size",
    holds: ({ tip }, { sid }) => tip === null || number(tip) <= number(sid?.["size"]),
  },
  { text: "unique sid, day", key: ["sid", "day"] },
];

const LINES: readonly FamilyRule[] = [
  {
    text: 'when good.kind = "toy" then note is present',
    holds: ({ note }, { good }) => good?.["kind"] !== "toy" || note !== null,
  },
  {
    text: "require paid >= good.price",
    holds: ({ paid }, { good }) => number(paid) >= number(good?.["price"]),
  },
  { text: "unique order, good", key: ["order", "good"] },
  {
    text: 'when order.how = "web" then qty <= 3',
    holds: ({ qty }, { order }) => order?.["how"] !== "web" || number(qty) <= 3,
  },
  {
    text: 'when order.how = "web" then good.kind = "toy"',
    holds: (_, { order, good }) => order?.["how"] !== "web" || good?.["kind"] === "toy",
  },
  {
    text: 'when qty >= 4 and note is present then note != "fragile"',
    holds: ({ qty, note }) => number(qty) < 4 || note !== "fragile",
  },
  { text: "good determines note", determines: ["good", "note"] },
];

const LEARNERS = ["trees", "auto", "swift", "mst", "aim", "independent", "none"];

/** Shops have orders, orders have lines, and each line a good of a list that is no shop's. */
export function randomFamily(seed: number): RandomFamily {
  const random = stream(seed, "family of tables");
  const some = (all: readonly FamilyRule[], most: number): readonly FamilyRule[] =>
    Array.from(random.shuffle(Uint32Array.from(all.keys())))
      .slice(0, random.below(most + 1))
      .map((at) => all[at] as FamilyRule);
  const rules = { shops: some(SHOPS, 1), orders: some(ORDERS, 2), lines: some(LINES, 3) };
  const learner = LEARNERS[random.below(LEARNERS.length)] as string;
  const isPrivate = !["trees", "none"].includes(learner) && random.below(3) > 0;
  const fewest = random.below(2);
  const isGiven = random.below(2) === 1;
  const from = (name: string): string =>
    learner === "none" || (isPrivate && name === "goods") ? "" : ` from ${name}`;
  const sources = ["shops", "goods", "orders", "lines"].filter((name) => from(name) !== "");
  const learn = isPrivate || learner === "trees" ? `learn with ${learner}` : "";
  const text = (of: readonly FamilyRule[]): string => of.map((rule) => `  ${rule.text}\n`).join("");
  const spec = `${sources.map((name) => `source ${name} = frame ${name}\n`).join("")}
table shops${from("shops")} {
  id: id
  city: "Rome" | "Oslo" | "Bonn"
  size: int 1..9
  open: date 2011-01-01..2015-12-31
${text(rules.shops)}}
table goods${from("goods")} {
  gid: id
  kind: "food" | "toy"
  price: money EUR 1..60 step 0.01
}
table orders${from("orders")} {
  oid: id
  sid: ref shops, ${fewest}..9 per shops
  day: date 2011-01-01..2019-12-31
  how: "web" | "desk"
  tip: int 0..10 or missing
${text(rules.orders)}}
table lines${from("lines")} {
  order: ref orders, ${fewest}..4 per orders
  good: ref goods
  qty: int 1..5
  paid: money EUR 0..300 step 0.01
  note: "gift" | "fragile" or missing
${text(rules.lines)}}
${isPrivate ? "privacy {\n  protect each shops, at most 9 orders, 36 lines\n  budget epsilon 20, delta 1e-6\n}" : ""}
${learn}
generate made: 40 shops${isGiven ? " given size >= 5" : ""}
`;
  const given = (shop: Row): boolean => !isGiven || number(shop["size"]) >= 5;
  return { spec, rules, fewest, given, isPrivate };
}

/** Real rows of the four tables; some break rules. */
export function familyFrames(): ReadonlyMap<string, readonly Row[]> {
  const random = stream(3, "real family");
  const pick = <T>(all: readonly T[]): T => all[random.below(all.length)] as T;
  const date = (first: number, days: number): string =>
    new Date((first + random.below(days)) * 86_400_000).toISOString().slice(0, 10);
  const goods = Array.from({ length: 25 }, (_, at): Row => {
    const price = 1 + random.below(5000) / 100;
    return { gid: at + 1, kind: pick(["food", "toy"]), price };
  });
  const shops: Row[] = [];
  const orders: Row[] = [];
  const lines: Row[] = [];
  for (let shop = 0; shop < 60; shop++) {
    const size = 1 + random.below(9);
    const city = pick(["Rome", "Oslo", "Bonn"]);
    shops.push({ id: `s${shop}`, city, size, open: date(15_000, 1500) });
    for (let left = 1 + random.below(size); left > 0; left--) {
      const oid = orders.length + 1;
      const tip = random.below(10) < 3 ? null : random.below(11);
      orders.push({
        oid,
        sid: `s${shop}`,
        day: date(17_000, 700),
        how: pick(["web", "desk"]),
        tip,
      });
      for (let more = 1 + random.below(4); more > 0; more--) {
        const [good, qty] = [pick(goods), 1 + random.below(5)];
        const paid = Math.round(100 * qty * number(good["price"])) / 100;
        const note = random.below(2) === 0 ? null : pick(["gift", "fragile"]);
        lines.push({ order: oid, good: good["gid"] as number, qty, paid, note });
      }
    }
  }
  return new Map([
    ["shops", shops],
    ["goods", goods],
    ["orders", orders],
    ["lines", lines],
  ]);
}

/** The texts of the rules that some row breaks. */
export function brokenIn(
  rules: readonly FamilyRule[],
  rows: readonly Row[],
  aboveOf: (row: Row) => Record<string, Row>,
): readonly string[] {
  return rules
    .filter((rule) => {
      const { holds, key, determines, increases } = rule;
      if (holds !== undefined) return rows.some((row) => !holds(row, aboveOf(row)));
      if (key !== undefined) {
        return new Set(rows.map((row) => key.map((name) => row[name]).join())).size < rows.length;
      }
      const seen = new Map<unknown, unknown>();
      return rows.some((row) => {
        if (determines !== undefined) {
          const [from, to] = determines;
          if (seen.has(row[from]) && seen.get(row[from]) !== row[to]) return true;
          seen.set(row[from], row[to]);
          return false;
        }
        const [column, of] = increases as readonly [string, string];
        const before = seen.get(row[of]);
        seen.set(row[of], row[column]);
        return before !== undefined && day(row[column]) <= day(before);
      });
    })
    .map(({ text }) => text);
}
