import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import type { ColumnType } from "../../src/table/column-type.js";
import {
  binned,
  codeDomain,
  decodeCodes,
  decodeNumbers,
  encodeCodes,
  encodeNumbers,
  publicDomain,
  quantileDomain,
} from "../../src/table/domain.js";

const int = (min: number, max: number, step?: number): ColumnType => ({
  kind: "int",
  min,
  max,
  learned: false,
  ...(step === undefined ? {} : { step }),
});

describe("public domains", () => {
  it("gives each value its own bin when they are few", () => {
    const domain = publicDomain({ name: "a", type: int(1, 4), optional: true }, 10);
    expect(domain?.size).toBe(5);
    expect(domain?.edges).toEqual([1, 2, 3, 4, 4]);
    expect(domain?.missingCode).toBe(4);
    const codes = encodeNumbers(domain!, Float64Array.of(1, 2, 3, 4, Number.NaN));
    expect([...codes]).toEqual([0, 1, 2, 3, 4]);
    expect([...decodeNumbers(domain!, codes, stream(1))]).toEqual([1, 2, 3, 4, Number.NaN]);
  });

  it("is absent where the spec states no domain", () => {
    const type: ColumnType = { kind: "real", learned: true };
    expect(publicDomain({ name: "a", type, optional: false }, 10)).toBeUndefined();
    expect(publicDomain({ name: "a", type: { kind: "id" }, optional: false }, 10)).toBeUndefined();
  });

  it("decodes what it encodes into the same bin, on the step, within the bounds", () => {
    const cases = fc.record({
      low: fc.integer({ min: -1000, max: 1000 }),
      span: fc.integer({ min: 0, max: 500 }),
      step: fc.constantFrom(1, 2, 10, 0.1, 0.25),
      bins: fc.integer({ min: 1, max: 40 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ low, span, step, bins, seed }) => {
        const inverse = Math.round(1 / step);
        const at = (i: number) => (step < 1 ? i / inverse : i * step);
        const type: ColumnType = {
          kind: "real",
          min: at(low),
          max: at(low + span),
          step,
          learned: false,
        };
        const domain = publicDomain({ name: "a", type, optional: false }, bins)!;
        expect(domain.size).toBeLessThanOrEqual(bins);
        const values = Float64Array.from({ length: span + 1 }, (_, i) => at(low + i));
        const codes = encodeNumbers(domain, values);
        expect(Math.min(...codes)).toBe(0);
        expect(Math.max(...codes)).toBe(domain.size - 1);
        const back = decodeNumbers(domain, codes, stream(seed));
        expect([...encodeNumbers(domain, back)]).toEqual([...codes]);
        const grid = new Set(values);
        for (const value of back) expect(grid.has(value)).toBe(true);
      }),
    );
  });
});

describe("quantile domains", () => {
  it("hold about equally many values", () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => ((i * 7919) % 10_000) ** 2);
    const type: ColumnType = { kind: "real", learned: true };
    const domain = quantileDomain({ name: "a", type, optional: false }, values, 10);
    const counts = new Array<number>(10).fill(0);
    for (const code of encodeNumbers(domain, values)) counts[code] = (counts[code] ?? 0) + 1;
    expect(counts).toEqual(new Array(10).fill(1000));
  });

  it("survive ties, one value and none", () => {
    const type: ColumnType = { kind: "real", learned: true };
    const column = { name: "a", type, optional: true };
    const tied = quantileDomain(column, Float64Array.of(...new Array(99).fill(0), 1, 2, 3, 4), 3);
    expect(tied.edges).toEqual([0, 4]);
    expect(quantileDomain(column, Float64Array.of(5, 5), 10).edges).toEqual([5, 5]);
    expect(quantileDomain(column, Float64Array.of(Number.NaN), 10).size).toBe(2);
  });
});

it("keeps codes and gives the missing value its own", () => {
  const domain = codeDomain({ name: "a", type: { kind: "id" }, optional: true }, ["x", "y"]);
  const codes = Int32Array.of(0, -1, 1);
  expect([...encodeCodes(domain, codes)]).toEqual([0, 2, 1]);
  expect([...decodeCodes(domain, encodeCodes(domain, codes))]).toEqual([0, -1, 1]);
});

describe("learned bins on a step that doubles can't hold", () => {
  it("hold the values that their edges name", () => {
    const type: ColumnType = { kind: "real", min: 43, max: 79, learned: false, step: 0.1 };
    const cells = Array.from({ length: 180 }, (_, i) => 2 * i + 1);
    const edges = [43, ...cells.map((cell) => 43 + cell * 0.1), 79];
    const domain = binned({ name: "depth", type, optional: false }, edges);
    for (const cell of cells) {
      const value = (430 + cell) / 10;
      const [code] = encodeNumbers(domain, Float64Array.of(value));
      expect(domain.edges?.[code as number]).toBe(value);
    }
  });

  it("are one where two edges differ by a rounding", () => {
    const type: ColumnType = { kind: "real", min: 0, max: 1, learned: false, step: 0.1 };
    const domain = binned({ name: "a", type, optional: false }, [0, 0.3, 0.1 + 0.2, 1]);
    expect(domain.edges).toEqual([0, 0.3, 1]);
  });
});
