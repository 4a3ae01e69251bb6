import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { Access } from "../../src/privacy/access.js";
import { openAccess } from "../../src/privacy/access-rows.js";
import { boundContributions } from "../../src/privacy/contribution.js";
import { countCells, countPairs, groupColumns, packCodes } from "../../src/privacy/count.js";
import { SeededEntropy } from "../../src/privacy/entropy.js";
import { MarginalCounts } from "../../src/privacy/marginal-counts.js";
import { zcdpOrder, zcdpRho } from "../../src/privacy/zcdp.js";
import { memoryAccount } from "./memory-ledger.js";

const sizes = [3, 7, 2, 40, 300, 5];
const rows = 5001;
const random = stream(1, "access");
const codes = sizes.map((size) => Int32Array.from({ length: rows }, () => random.below(size)));
const everyRow = Uint32Array.from({ length: rows }, (_, i) => i);
const packed = sizes.map((size, i) => packCodes(size, codes[i] as Int32Array, everyRow));

function bruteForce(columns: readonly number[]): Float64Array {
  const cells = columns.reduce((p, c) => p * (sizes[c] as number), 1);
  const counts = new Float64Array(cells);
  for (let row = 0; row < rows; row++) {
    let cell = 0;
    for (const c of columns)
      cell = cell * (sizes[c] as number) + ((codes[c] as Int32Array)[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts;
}

function open(
  epsilon: number,
  more: Parameters<typeof openAccess>[0] | object = {},
): {
  access: Access;
  ledger: ReturnType<typeof memoryAccount>["ledger"];
} {
  const { account, ledger } = memoryAccount(epsilon, 1e-6);
  const access = openAccess({
    columns: sizes.map((size, i) => ({ name: `c${i}`, size, codes: codes[i] as Int32Array })),
    rows,
    unit: { name: "each row", contributions: 1 },
    account,
    entropy: new SeededEntropy(5),
    ...more,
  });
  return { access, ledger };
}

describe("counting", () => {
  it.each([[[]], [[1]], [[0, 1]], [[3, 4]], [[0, 2, 5]], [[0, 1, 2, 5]]])("%j", (columns) => {
    const counts = countCells(
      columns.map((c) => packed[c]!),
      rows,
    );
    expect(counts).toEqual(bruteForce(columns));
  });

  it("of all pairs by fused columns gives the same", () => {
    const pairOf = countPairs(packed, rows);
    for (let a = 0; a < sizes.length; a++) {
      for (let b = a + 1; b < sizes.length; b++) {
        expect(pairOf(a, b)).toEqual(bruteForce([a, b]));
      }
    }
    for (const group of groupColumns(packed)) {
      const cells = group.reduce((p, c) => p * (sizes[c] as number), 1);
      expect(group.length === 1 || cells <= 256).toBe(true);
    }
  });
});

describe("counts that are prepared", () => {
  it.each([3, 40])(
    "are those of brute force, whatever columns and however many cells (%i)",
    (many) => {
      const counts = new MarginalCounts(
        sizes.map((size, i) => ({ name: `c${i}`, size })),
        packed,
        rows,
      );
      const pairs = sizes.flatMap((_, a) => sizes.slice(a + 1).map((_size, i) => [a, a + 1 + i]));
      const cliques = [
        ...pairs.slice(0, many),
        ...pairs.slice(0, 2).map(([a, b]) => [b, a] as number[]),
        [0, 1, 2],
        [4],
      ];
      counts.prepare(cliques);
      for (const columns of cliques) expect(counts.of(columns)).toEqual(bruteForce(columns));
    },
  );

  it("go beyond what is counted at once", () => {
    const wide = Array.from({ length: 12 }, (_, c) => ({
      size: 256,
      codes: Uint8Array.from({ length: 300 }, (_row, row) => (row * (c + 3) * 7) % 256),
    }));
    const counts = new MarginalCounts(
      wide.map(({ size }, i) => ({ name: `c${i}`, size })),
      wide,
      300,
    );
    const pairs = wide.flatMap((_, a) =>
      wide.slice(a + 1).map((_one, i) => [a, a + 1 + i] as const),
    );
    counts.prepare(pairs);
    for (const [a, b] of pairs) {
      const bytes = (cells: Float64Array) => Buffer.from(cells.buffer);
      const expected = bytes(countCells([wide[a]!, wide[b]!], 300));
      expect(expected.equals(bytes(counts.of([a, b]))), `${a}, ${b}`).toBe(true);
    }
  });
});

describe("contribution bounds", () => {
  it("hold for every entity, and depend on nobody else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (entities, most) => {
          const kept = boundContributions(entities, most, new SeededEntropy(1));
          const per = new Map<number, number>();
          for (const row of kept) per.set(entities[row]!, (per.get(entities[row]!) ?? 0) + 1);
          for (const entity of new Set(entities)) {
            const had = entities.filter((e) => e === entity).length;
            expect(per.get(entity) ?? 0).toBe(entity < 0 ? 0 : Math.min(had, most));
          }
        },
      ),
    );
  });

  it("keep each row of an entity equally often", () => {
    const entropy = new SeededEntropy("fair");
    const seen = new Float64Array(6);
    for (let i = 0; i < 6000; i++)
      for (const row of boundContributions([1, 1, 1, 1, 1, 1], 2, entropy)) seen[row]!++;
    for (const count of seen)
      expect(Math.abs(count - 2000)).toBeLessThan(6.2 * Math.sqrt(6000 / 3));
  });
});

describe("Access", () => {
  it("adds noise of the size that it says, and charges what was asked", () => {
    const { access, ledger } = open(1);
    const rho = access.remaining() / 4;
    const exact = bruteForce([3, 4]);
    const noisy = access.measureMarginal({ columns: [3, 4], rho });
    expect(noisy.sigma).toBe(access.sigmaOf(rho));
    expect(noisy.sigma).toBeGreaterThanOrEqual(1 / Math.sqrt(2 * rho));
    expect(noisy.sigma).toBeLessThan(1.001 / Math.sqrt(2 * rho));
    const variance =
      noisy.counts.reduce((sum, x, i) => sum + (x - exact[i]!) ** 2, 0) / exact.length;
    expect(Math.abs(variance / noisy.sigma ** 2 - 1)).toBeLessThan(
      6.2 * Math.sqrt(2 / exact.length),
    );
    expect(noisy.counts.every(Number.isInteger)).toBe(true);
    expect(ledger.book).toHaveLength(1);
    expect(ledger.book[0]).toMatchObject({ what: "counts of c3 × c4", seeded: true });
    expect(access.remaining()).toBeLessThanOrEqual(3 * rho * (1 + 1e-3));
    expect(access.remaining()).toBeGreaterThanOrEqual(3 * rho * (1 - 1e-9));
  });

  it("lets all of the budget be spent, and no more", () => {
    const { access, ledger } = open(1);
    expect(access.remaining()).toBeLessThanOrEqual(zcdpRho(1, 1e-6));
    // Canonne, Kamath & Steinke 2020, proposition 12, of 0.9 δ at the order that is best for the whole of δ.
    const order = zcdpOrder(1, 1e-6);
    const loss = 1 + Math.log(0.9e-6 * order) / (order - 1) - Math.log1p(-1 / order);
    expect(access.remaining()).toBeLessThanOrEqual(zcdpRho(1, 0.9e-6));
    expect(access.remaining()).toBeLessThanOrEqual(loss / order);
    expect(access.remaining()).toBeGreaterThan((loss / order) * (1 - 1e-9));
    const third = access.remaining() / 3;
    access.measureMarginals([
      { columns: [0], rho: third },
      { columns: [1], rho: third },
    ]);
    access.select([{ columns: [0, 1], model: new Float64Array(21) }], access.remaining());
    const before = ledger.book.length;
    expect(() => access.noisyCount(third)).toThrow(
      /P0750: .*Requested: ρ .*Remaining: ρ .*Difference: ρ/,
    );
    expect(ledger.book).toHaveLength(before);
  });

  it("selects the worst set of columns when the price is high", () => {
    const { access } = open(100);
    const model = (columns: number[], shift: number) => bruteForce(columns).map((x) => x + shift);
    const requests = [
      { columns: [0, 1], model: model([0, 1], 0) },
      { columns: [3, 4], model: model([3, 4], 1) },
      { columns: [3, 5], model: model([3, 5], 1), weight: 2 },
    ];
    expect(access.select(requests, 5)).toBe(1);
    const penalised = requests.map((r, i) => ({ ...r, penalty: i === 1 ? 12_000 : 0 }));
    expect(access.select(penalised, 5)).toBe(2);
  });

  it("pays for several choices in one charge before the first, and draws no more than were paid for", () => {
    const { access, ledger } = open(100);
    const requests = [0, 1, 2].map((shift) => ({
      columns: [0, 1],
      model: bruteForce([0, 1]).map((count) => count + shift),
    }));
    const before = access.remaining();
    const choose = access.choices(requests, 2, 5);
    expect(ledger.book).toHaveLength(1);
    const event = { kind: "exponential", epsilon: expect.any(String) };
    expect(ledger.book[0]?.event).toEqual({ kind: "sequence", parts: [event, event] });
    expect(before - access.remaining()).toBeGreaterThan(10 * (1 - 1e-4));
    expect(before - access.remaining()).toBeLessThanOrEqual(10);
    expect([choose([0, 1, 2]), choose([0, 1])]).toEqual([2, 1]);
    expect(() => choose([0, 1])).toThrow(/not paid for/);
    expect(ledger.book).toHaveLength(1);
  });

  it("tells a model's errors with noise of the size that it says", () => {
    const { access } = open(10);
    const requests = Array.from({ length: 50 }, () => ({
      columns: [0, 1],
      model: new Float64Array(21).fill(1.3),
    }));
    const exact = bruteForce([0, 1]).reduce((sum, x) => sum + Math.abs(x - 1.3), 0);
    const { errors, sigma } = access.measureErrors(requests, 0.5);
    expect(sigma).toBeCloseTo(Math.sqrt(50), 2);
    const variance = errors.reduce((sum, e) => sum + (e - exact) ** 2, 0) / 50;
    expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(6.2 * Math.sqrt(2 / 50));
  });

  it("scales noise with the rows that a unit may have", () => {
    const entities = Int32Array.from({ length: rows }, (_, i) => i % 100);
    const { access } = open(1, { entities, unit: { name: "each patient", contributions: 12 } });
    expect(access.sigmaOf(0.01)).toBeGreaterThanOrEqual(12 / Math.sqrt(0.02));
    const { count, sigma } = access.noisyCount(0.01);
    expect(Math.abs(count - 1200)).toBeLessThan(6.2 * sigma);
    expect(() => access.partition(0)).toThrow(/P0753/);
    expect(() => open(1, { unit: { name: "each patient", contributions: 12 } })).toThrow();
  });

  it("charges disjoint parts as the dearest of them", () => {
    const { access } = open(1);
    const whole = access.remaining();
    const parts = access.partition(0);
    expect(parts).toHaveLength(3);
    for (const part of parts) part.measureMarginal({ columns: [1], rho: whole / 2 });
    expect(access.remaining()).toBeGreaterThan(whole * 0.499);
    expect(parts[0]!.remaining()).toBeLessThanOrEqual(whole * 0.501);
    parts[1]!.measureMarginal({ columns: [1], rho: whole / 4 });
    expect(access.remaining()).toBeLessThanOrEqual(whole * 0.251);
    expect(parts[0]!.remaining()).toBeGreaterThan(whole * 0.499);
    const total = parts.map((p) => p.noisyCount(whole / 8).count).reduce((a, b) => a + b, 0);
    expect(Math.abs(total - rows)).toBeLessThan(6.2 * Math.sqrt(3) * access.sigmaOf(whole / 8));
  });

  it("leaves out rows with a code that is no code", () => {
    const { account } = memoryAccount(1e4, 1e-6);
    const access = openAccess({
      columns: [{ name: "x", size: 2, codes: [0, 1, -1, 2, Number.NaN, 1] }],
      rows: 6,
      unit: { name: "each row", contributions: 1 },
      account,
    });
    expect(access.seeded).toBe(false);
    expect([...access.measureMarginal({ columns: [0], rho: 1000 }).counts]).toEqual([1, 2]);
  });

  it("shows no rows to whoever holds it", () => {
    const { access } = open(1);
    const seen = JSON.stringify(access, (_, value) =>
      ArrayBuffer.isView(value) ? "array" : value,
    );
    expect(seen).not.toContain("array");
    expect(Object.keys(access).sort()).toEqual(["columns", "unit"]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the price %f", (rho) => {
    const { access, ledger } = open(1);
    expect(() => access.noisyCount(rho)).toThrow(/P0756/);
    expect(() => access.select([{ columns: [0], model: new Float64Array(3) }], rho)).toThrow(
      /P0756/,
    );
    expect(ledger.book).toHaveLength(0);
  });

  it("refuses sets of columns that are too large before it counts or charges", () => {
    const { access, ledger } = open(1);
    const columns = [0, 1, 2, 3, 4, 5];
    const big = openAccess({
      columns: [0, 1].map((i) => ({ name: `b${i}`, size: 60_000, codes: [1] })),
      rows: 1,
      unit: { name: "each row", contributions: 1 },
      account: memoryAccount(1, 1e-6).account,
    });
    expect(() => big.measureMarginal({ columns: [0, 1], rho: 0.01 })).toThrow(/P0758/);
    expect(access.measureMarginal({ columns, rho: 0.01 }).counts.length).toBe(2_520_000);
    expect(ledger.book).toHaveLength(1);
  });
});
