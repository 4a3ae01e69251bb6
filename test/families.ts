import { type Random, stream } from "../src/base/random.js";
import type { ColumnType } from "../src/table/column-type.js";
import type { Column, Table } from "../src/table/table.js";

/** Awkward inputs that every learner must take. Each is small enough for a test, whatever its shape. */
export interface Family {
  readonly name: string;
  readonly table: Table;
  /** Columns in which a value may be missing. */
  readonly optional: readonly string[];
}

export function numbers(name: string, values: Iterable<number>, type?: ColumnType): Column {
  const made = Float64Array.from(values);
  return { kind: "number", name, type: type ?? { kind: "real", learned: true }, values: made };
}

export function whole(name: string, values: Iterable<number>): Column {
  return numbers(name, values, { kind: "int", learned: true });
}

/** A code column from labels; `null` is missing. Levels in order of first appearance. */
export function labels(name: string, values: Iterable<string | null>): Column {
  const levels: string[] = [];
  const place = new Map<string, number>();
  const codes = Int32Array.from(values, (label) => {
    if (label === null) return -1;
    let code = place.get(label);
    if (code === undefined) {
      code = levels.length;
      place.set(label, code);
      levels.push(label);
    }
    return code;
  });
  return {
    kind: "code",
    name,
    type: { kind: "category", values: levels, ordered: false, learned: true },
    codes,
    levels,
  };
}

export function tableOf(name: string, ...columns: readonly Column[]): Table {
  const first = columns[0];
  const rows =
    first === undefined ? 0 : (first.kind === "number" ? first.values : first.codes).length;
  return { kind: "table", name, rows, columns };
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

/** Five hundred people, with kinds of every type and ties between them. */
export function people(rows = 500, seed = 1): Table {
  const random = stream(seed, "people");
  const age = times(rows, () => 18 + Math.floor(60 * random.uniform() ** 1.5));
  const sex = times(rows, () => (random.uniform() < 0.6 ? "Male" : "Female"));
  const job = age.map((years, at) =>
    years > 65 ? "retired" : sex[at] === "Male" && random.uniform() < 0.4 ? "smith" : "clerk",
  );
  const pay = age.map((years, at) =>
    job[at] === "retired" ? 0 : Math.round(100 * Math.exp(5 + years / 40 + random.normal() / 3)),
  );
  const weight = age.map(() => 60 + 12 * random.normal());
  const joined = age.map((years) => 15000 - years * 100 + Math.floor(365 * random.uniform()));
  const children = age.map((years) => (years < 25 ? Number.NaN : Math.floor(4 * random.uniform())));
  return tableOf(
    "people",
    whole("age", age),
    labels("sex", sex),
    labels("job", job),
    numbers("pay", pay, { kind: "money", unit: "EUR", learned: false, min: 0, max: 1e6, step: 1 }),
    numbers("weight", weight),
    numbers("joined", joined, { kind: "date", learned: true }),
    whole("children", children),
  );
}

function wide(random: Random): Table {
  return tableOf(
    "wide",
    ...times(200, (at) =>
      at % 2 === 0
        ? numbers(
            `n${at}`,
            times(60, () => random.normal()),
          )
        : labels(
            `c${at}`,
            times(60, () => "abc"[random.below(3)] as string),
          ),
    ),
  );
}

/** All of them; made afresh on each call. */
export function families(): readonly Family[] {
  const random = stream(7, "families");
  const uniform = () => random.uniform();
  const none = { optional: [] };
  return [
    { name: "ordinary", table: people(), optional: ["children"] },
    { name: "one row", table: tableOf("t", whole("x", [3]), labels("c", ["a"])), ...none },
    { name: "ten rows", table: people(10, 5), optional: ["children"] },
    { name: "one column", table: tableOf("t", numbers("x", times(50, uniform))), ...none },
    {
      name: "one category",
      table: tableOf(
        "t",
        labels(
          "c",
          times(40, () => "only"),
        ),
        whole(
          "x",
          times(40, (i) => i % 7),
        ),
      ),
      ...none,
    },
    {
      name: "constants",
      table: tableOf(
        "t",
        whole(
          "x",
          times(40, () => 5),
        ),
        numbers(
          "y",
          times(40, () => -0.25),
        ),
      ),
      ...none,
    },
    {
      name: "all missing",
      table: tableOf(
        "t",
        numbers(
          "x",
          times(30, () => Number.NaN),
        ),
        labels(
          "c",
          times(30, () => null),
        ),
        whole(
          "y",
          times(30, (i) => i),
        ),
      ),
      optional: ["x", "c"],
    },
    {
      name: "missing together",
      table: tableOf(
        "t",
        labels(
          "g",
          times(300, (i) => (i % 3 === 0 ? "a" : "b")),
        ),
        whole(
          "x",
          times(300, (i) => (i % 3 === 0 ? Number.NaN : i % 11)),
        ),
        labels(
          "c",
          times(300, (i) => (i % 3 === 0 ? null : ("uv"[i % 2] as string))),
        ),
      ),
      optional: ["x", "c"],
    },
    { name: "200 columns", table: wide(random), ...none },
    {
      name: "unicode",
      table: tableOf(
        "t",
        labels(
          "naïve name",
          times(60, (i) => ["Zoë", "东京", "🙂", "a\u0301", ""][i % 5] as string),
        ),
        numbers("größe", times(60, uniform)),
      ),
      ...none,
    },
    {
      name: "many levels",
      table: tableOf(
        "t",
        labels(
          "c",
          times(3000, (i) => `level ${i % 2500}`),
        ),
        whole(
          "x",
          times(3000, (i) => i % 5),
        ),
      ),
      ...none,
    },
    {
      name: "heavy tails",
      table: tableOf(
        "t",
        numbers(
          "x",
          times(400, () => Math.tan(Math.PI * (uniform() - 0.5))),
        ),
        numbers(
          "y",
          times(400, () => Math.exp(8 * random.normal())),
        ),
        numbers(
          "z",
          times(400, () => (uniform() < 0.9 ? 0 : 1e12 * uniform())),
        ),
      ),
      ...none,
    },
    {
      name: "dates",
      table: tableOf(
        "t",
        numbers(
          "day",
          times(200, () => Math.floor(18000 + 400 * uniform())),
          {
            kind: "date",
            learned: true,
          },
        ),
        numbers(
          "when",
          times(200, () => Math.floor(1.6e9 + 1e7 * uniform())),
          {
            kind: "datetime",
            learned: true,
          },
        ),
      ),
      ...none,
    },
    {
      name: "levels that never occur",
      table: tableOf(
        "t",
        {
          kind: "code",
          name: "grade",
          type: { kind: "category", values: ["low", "mid", "high"], ordered: true, learned: false },
          codes: Int32Array.from({ length: 50 }, (_, i) => (i % 2) * 2),
          levels: ["low", "mid", "high"],
        },
        whole(
          "x",
          times(50, (i) => i % 4),
        ),
      ),
      ...none,
    },
  ];
}
