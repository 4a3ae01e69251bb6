import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { closeness } from "../../../src/evaluate/privacy/closeness.js";
import { exactCopies } from "../../../src/evaluate/privacy/copies.js";
import { inference } from "../../../src/evaluate/privacy/inference.js";
import { linkability } from "../../../src/evaluate/privacy/linkability.js";
import { densityRatioAttack } from "../../../src/evaluate/privacy/membership.js";
import { comparable, type Encoded, encode } from "../../../src/evaluate/privacy/rows.js";
import { shadowAttack } from "../../../src/evaluate/privacy/shadows.js";
import { aloneIn, singlingOut } from "../../../src/evaluate/privacy/singling-out.js";
import { type ColumnRequest, openSource } from "../../../src/table/source.js";
import { type Column, gather, type Table } from "../../../src/table/table.js";

const numbers = new Set(["age", "balance", "day", "duration", "campaign", "pdays", "previous"]);
let bank: Table;

beforeAll(async () => {
  const spec = { name: "bank", format: "example", where: "bank-marketing", missing: [] };
  const source = await openSource(spec, { folder: "." });
  const columns = (await source.headers()).map(
    (header): ColumnRequest => ({
      name: header,
      header,
      optional: false,
      type: numbers.has(header)
        ? { kind: "int", learned: true }
        : { kind: "category", values: [], ordered: false, learned: true },
    }),
  );
  bank = (await source.read({ name: "bank", columns, keepExamples: true })).table;
});

/** Three sets of real people who have nothing to do with each other. */
function strangers(seed: number, rows = 1000) {
  const all = Uint32Array.from({ length: bank.rows }, (_, row) => row);
  const order = stream(seed, "strangers").shuffle(all);
  const part = (i: number): Table => gather(bank, order.slice(i * rows, (i + 1) * rows));
  return { synthetic: part(0), train: part(1), holdout: part(2) };
}

function encoded(parties: ReturnType<typeof strangers>): Encoded {
  return encode(parties, comparable(parties));
}

/** Some learned rows among strangers: what a model that memorises a share gives out. */
function leaking(seed: number, share: number) {
  const parties = strangers(seed);
  const { train, synthetic } = parties;
  const copied = Math.round(share * train.rows);
  const columns = synthetic.columns.map((column, i): Column => {
    const from = train.columns[i] as Column;
    if (column.kind === "number" && from.kind === "number") {
      const values = column.values.slice();
      values.set(from.values.subarray(0, copied));
      return { ...column, values };
    }
    if (column.kind === "code" && from.kind === "code") {
      const codes = column.codes.slice();
      codes.set(from.codes.subarray(0, copied));
      return { ...column, codes };
    }
    throw new TypeError("columns of two kinds");
  });
  return { ...parties, synthetic: { ...synthetic, columns } };
}

describe("strangers in place of generated rows are no leak", () => {
  // 12 runs of 95 % intervals: more than 3 misses have a chance of 0.2 % for each measure; seeds are fixed.
  it("for distances and membership", async () => {
    const misses = { share: 0, auc: 0, epsilon: 0 };
    for (let seed = 0; seed < 12; seed++) {
      const rows = encoded(strangers(seed));
      const share = (await closeness(rows, seed)).nearerShare;
      const found = densityRatioAttack(rows, seed);
      misses.share += Number(share.low > 0.5 || share.high < 0.5);
      misses.auc += Number(found.auc.low > 0.5 || found.auc.high < 0.5);
      misses.epsilon += Number(found.epsilon > 0);
    }
    expect(misses.share).toBeLessThanOrEqual(3);
    expect(misses.auc).toBeLessThanOrEqual(3);
    expect(misses.epsilon).toBeLessThanOrEqual(1);
  });

  it("for the three attacks with a risk", () => {
    let misses = 0;
    for (let seed = 0; seed < 5; seed++) {
      const rows = encoded(strangers(seed));
      misses += Number(singlingOut(rows, { columns: 3, attacks: 200 }, seed).low > 0);
      misses += Number(linkability(rows, 300, seed).low > 0);
      misses += Number(inference(rows, 3, 300, seed).low > 0);
    }
    expect(misses).toBeLessThanOrEqual(3);
  });

  it("and equal nobody in every column", () => {
    expect(exactCopies(encoded(strangers(1))).count).toBeLessThanOrEqual(1);
  });
});

describe("copies of a part of the learned rows are found", () => {
  it("by every attack, at a fifth", async () => {
    const rows = encoded(leaking(3, 0.2));
    const copies = exactCopies(rows);
    expect(copies.count).toBeGreaterThanOrEqual(200);
    expect(copies.share.low).toBeGreaterThan(0.15);
    expect(copies.uniqueCopied).toBeGreaterThan(190);
    expect((await closeness(rows, 3)).nearerShare.low).toBeGreaterThan(0.5);
    expect((await closeness(rows, 3)).ratio.value).toBe(0);
    expect(densityRatioAttack(rows, 3).auc.low).toBeGreaterThan(0.5);
    expect(densityRatioAttack(rows, 3).epsilon).toBeGreaterThan(0.3);
    expect(linkability(rows, 500, 3).low).toBeGreaterThan(0.05);
    expect(singlingOut(rows, { columns: 1, attacks: 300 }, 3).low).toBeGreaterThan(0);
    expect(inference(rows, 3, 500, 3).low).toBeGreaterThan(0);
  });

  it("the more, the higher", () => {
    const aucs = [0, 0.1, 0.5, 1].map((share) => {
      return densityRatioAttack(encoded(leaking(5, share)), 5).auc.value;
    });
    expect(aucs).toEqual([...aucs].sort((a, b) => a - b));
  });
});

describe("defects of other tools that we do not have", () => {
  it("a secret that is negative is as hard to guess as one that is positive", () => {
    const random = stream(11, "signs");
    const noise = (rows: number) => Float64Array.from({ length: rows }, () => random.normal());
    const table = (name: string, shift: number): Table => {
      const values = noise(600);
      const type = { kind: "real", learned: true } as const;
      const code = {
        kind: "code",
        name: "c",
        type: { kind: "bool" },
        levels: ["false", "true"],
      } as const;
      return {
        kind: "table",
        name,
        rows: 600,
        columns: [
          { kind: "number", name: "x", type, values: values.map((value) => value + shift) },
          { ...code, codes: Int32Array.from({ length: 600 }, () => random.below(2)) },
        ],
      };
    };
    for (const shift of [-1000, 0, 1000]) {
      const parties = {
        synthetic: table("s", shift),
        train: table("t", shift),
        holdout: table("h", shift),
      };
      const risk = inference(encode(parties, ["x", "c"]), 0, 500, 1);
      expect(risk.main).toBeLessThan(0.2);
      expect(risk.control).toBeLessThan(0.2);
    }
  });

  it("two missing values are equal, a missing one and another are not", () => {
    const table = (...values: number[]): Table => ({
      kind: "table",
      name: "t",
      rows: values.length,
      columns: [
        {
          kind: "number",
          name: "x",
          type: { kind: "real", learned: true },
          values: Float64Array.from(values),
        },
      ],
    });
    const parties = {
      synthetic: table(Number.NaN, 1),
      train: table(Number.NaN, 3),
      holdout: table(2, 5),
    };
    expect(exactCopies(encode(parties, ["x"]))).toMatchObject({ count: 1, uniqueCopied: 1 });
  });

  it("rates are over the attacks that were made, not those asked for", () => {
    const parties = strangers(2, 40);
    expect(linkability(encoded(parties), 500, 1).attacks).toBe(40);
  });
});

describe("the chance that exactly one match is drawn", () => {
  it("agrees with counting all draws", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(9), (rows, f, d) => {
        const [found, drawn] = [Math.min(f, rows), Math.min(d, rows)];
        let alone = 0;
        let all = 0;
        for (let draw = 0; draw < 1 << rows; draw++) {
          const bits = [...Array(rows).keys()].filter((bit) => (draw >> bit) & 1);
          if (bits.length !== drawn) continue;
          all++;
          alone += Number(bits.filter((bit) => bit < found).length === 1);
        }
        expect(aloneIn(found, rows, drawn)).toBeCloseTo(alone / all, 12);
      }),
    );
  });
});

describe("shadow models", () => {
  const people = () => strangers(8, 120).train;

  it("find the members of a generator that copies", async () => {
    const copy = async (rows: Table) => rows;
    const found = await shadowAttack(people(), copy, { shadows: 10, targets: 100, seed: 1 });
    expect(found.auc.low).toBeGreaterThan(0.9);
    expect(found.epsilon).toBeGreaterThan(1);
  });

  it("find nothing in a generator that ignores its rows", async () => {
    const other = strangers(9, 120).synthetic;
    const found = await shadowAttack(people(), async () => other, {
      shadows: 8,
      targets: 100,
      seed: 1,
    });
    expect(found.auc.low).toBeLessThan(0.5);
    expect(found.epsilon).toBe(0);
  });
});

describe("copies by chance", () => {
  it("are the held-out rows that equal a learned one", () => {
    const rows = (values: readonly number[]) => ({
      count: values.length,
      columns: 1,
      numeric: 1,
      values: Float64Array.from(values),
    });
    const found = exactCopies({
      synthetic: rows([1, 2, 3, 9]),
      train: rows([1, 1, 2, 3]),
      holdout: rows([1, 5, 1]),
    } as never);
    expect([found.count, found.share.value]).toEqual([3, 0.75]);
    expect(found.expected.value).toBeCloseTo(2 / 3, 12);
    expect(found.uniqueCopied).toBe(2);
  });
  it("are as many as among strangers, though rows are often alike and few are held out", () => {
    const people = gather(
      bank,
      Uint32Array.from({ length: 4000 }, (_, i) => i),
    );
    const names = ["job", "marital", "housing", "age"];
    const coarse = {
      ...people,
      columns: people.columns.filter(({ name }) => names.includes(name)),
    };
    const part = (from: number, to: number): Table =>
      gather(
        coarse,
        Uint32Array.from({ length: to - from }, (_, i) => from + i),
      );
    const parties = {
      synthetic: part(0, 1000),
      train: part(1000, 3800),
      holdout: part(3800, 4000),
    };
    const { share, expected } = exactCopies(encode(parties, comparable(parties)));
    expect(share.value).toBeGreaterThan(0.5);
    expect(share.value).toBeLessThan(0.95);
    // Two hundred held-out rows: five standard errors, a false alarm in 1.7 million.
    expect(Math.abs(share.value - expected.value)).toBeLessThan(5 * Math.sqrt(0.25 / 200));
  });
  it("ties and a small hold-out tip no scale: strangers of few kinds are as near to either side", async () => {
    const names = ["job", "marital", "housing"];
    const coarse = { ...bank, columns: bank.columns.filter(({ name }) => names.includes(name)) };
    const part = (from: number, to: number): Table =>
      gather(
        coarse,
        Uint32Array.from({ length: to - from }, (_, i) => from + i),
      );
    const parties = {
      synthetic: part(0, 1000),
      train: part(1000, 5000),
      holdout: part(5000, 6000),
    };
    const { nearerShare } = await closeness(encode(parties, comparable(parties)), 1);
    expect(nearerShare.low).toBeLessThanOrEqual(0.5);
    expect(nearerShare.high).toBeGreaterThanOrEqual(0.5);
  });
  it("copies are seen among many learned rows, of which the closeness takes a part", async () => {
    const part = (from: number, to: number): Table =>
      gather(
        bank,
        Uint32Array.from({ length: to - from }, (_, i) => from + i),
      );
    const parties = { synthetic: part(0, 1000), train: part(0, 8000), holdout: part(8000, 10_000) };
    const rows = encode(parties, comparable(parties));
    expect(exactCopies(rows).share.value).toBe(1);
    expect(exactCopies(rows).expected.high).toBeLessThan(0.01);
    expect((await closeness(rows, 1)).nearerShare.low).toBeGreaterThan(0.5);
  });
});
