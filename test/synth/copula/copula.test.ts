import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { fillNormals } from "../../../src/kernels/ziggurat.js";
import { hermiteCoefficients, latentCorrelation } from "../../../src/synth/copula/hermite.js";
import { cholesky, eigen, nearestCorrelation } from "../../../src/synth/copula/matrix.js";
import { normalMass, normalQuantile, truncatedNormal } from "../../../src/synth/copula/normal.js";
import { blankCells } from "../../../src/synth/draw-plan.js";
import { labels, numbers, people, tableOf, whole } from "../../families.js";
import { drawn, labelsOf, learn, valuesOf } from "../drawing.js";

/** Pairs of normals with correlation rho. */
function pairs(rho: number, count: number, seed: number): readonly [number, number][] {
  const random = stream(seed, "pairs");
  return Array.from({ length: count }, () => {
    const x = random.normal();
    return [x, rho * x + Math.sqrt(1 - rho * rho) * random.normal()];
  });
}

function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [a, b] = [x[i] as number, y[i] as number];
    sx += a;
    sy += b;
    sxx += a * a;
    syy += b * b;
    sxy += a * b;
  }
  return (sxy - (sx * sy) / n) / Math.sqrt((sxx - (sx * sx) / n) * (syy - (sy * sy) / n));
}

describe("latent correlations", () => {
  const seen: Record<string, (z: number) => number> = {
    continuous: (z) => Math.exp(z),
    binary: (z) => Number(z > 0.7),
    five: (z) => [-1, -0.2, 0.5, 1.4].filter((cut) => z > cut).length,
    spiked: (z) => (z < 0.8 ? 0 : z),
  };
  const kinds = Object.keys(seen);
  // 20,000 rows: standard errors up to 0.02 for binary pairs; 0.08 is four of them.
  test.each(kinds.flatMap((a) => kinds.map((b) => [a, b] as const)))(
    "come back for %s with %s",
    async (a, b) => {
      for (const rho of [-0.6, 0.3, 0.85]) {
        const z = pairs(rho, 20_000, 5);
        const x = z.map(([value]) => seen[a]?.(value) as number);
        const y = z.map(([, value]) => seen[b]?.(value) as number);
        const model = await learn("copula", tableOf("t", numbers("x", x), numbers("y", y)));
        const root = model.save().arrays["root"] as Float64Array;
        expect(Math.abs((root[2] as number) - rho)).toBeLessThan(0.08);
      }
    },
  );

  test("of two binary columns is the tetrachoric correlation: ¼ + asin(ρ)/2π for medians", () => {
    const half = Float64Array.of(0.5, 0.5);
    const c = hermiteCoefficients(Float64Array.of(-Infinity, 0, Infinity), half);
    const rho = 0.5;
    const score = Math.sqrt(2 / Math.PI);
    const agree = 0.5 + Math.asin(rho) / Math.PI;
    const covariance = score * score * (2 * agree - 1);
    expect(latentCorrelation(c, c, covariance)).toBeCloseTo(rho, 3);
  });
});

describe("normals", () => {
  test("have the moments and tails they should", () => {
    const values = new Float64Array(400_000);
    fillNormals(values, 0, values.length, stream(2, "normals"));
    const moment = (k: number) => values.reduce((sum, z) => sum + z ** k, 0) / values.length;
    // Four standard errors each.
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(values.length));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / values.length));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / values.length));
    for (const z of [-3.5, -2, -0.5, 0.1, 1, 3.5]) {
      const share = values.filter((value) => value < z).length / values.length;
      const chance = normalMass(-Infinity, z);
      const error = Math.sqrt((chance * (1 - chance)) / values.length);
      expect(Math.abs(share - chance)).toBeLessThan(4.5 * error);
    }
  });

  test("truncated stay inside, in far tails too", () => {
    const random = stream(3, "truncated");
    for (const [low, high] of [
      [5, 6],
      [-9, -8],
      [12, Infinity],
      [-0.1, 0.2],
      [37, 37.1],
    ] as const) {
      for (let i = 0; i < 100; i++) {
        const z = truncatedNormal(low, high, random);
        expect(z).toBeGreaterThanOrEqual(low);
        expect(z).toBeLessThanOrEqual(high);
      }
    }
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
  });
});

describe("matrices", () => {
  test("an impossible set of correlations is replaced by a near possible one", () => {
    const bad = { size: 3, values: Float64Array.of(1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1) };
    expect(cholesky(bad)).toBeUndefined();
    const good = nearestCorrelation(bad);
    expect(Math.min(...eigen(good).values)).toBeGreaterThan(0);
    for (let i = 0; i < 3; i++) expect(good.values[i * 4]).toBeCloseTo(1, 12);
    // Higham's method gives 1/2 here by symmetry: eigenvalues 1.5, 1.5, 0.
    expect(good.values[1]).toBeCloseTo(0.5, 3);
    expect(cholesky(good, 0)).toBeDefined();
  });
});

describe("rows of a copula", () => {
  test("keep margins and ties between kinds of columns", async () => {
    const real = people(4000);
    const made = drawn(await learn("copula", real), 4000);
    const mean = (values: Float64Array) => {
      const present = values.filter((value) => !Number.isNaN(value));
      return present.reduce((sum, value) => sum + value, 0) / present.length;
    };
    expect(Math.abs(mean(valuesOf(made, "age")) - mean(valuesOf(real, "age")))).toBeLessThan(1);
    const missing = (t: typeof real) => valuesOf(t, "children").filter(Number.isNaN).length;
    expect(Math.abs(missing(made) - missing(real))).toBeLessThan(150);
    const retired = (t: typeof real) => {
      const ages = valuesOf(t, "age");
      const jobs = labelsOf(t, "job");
      const own = Array.from(ages).filter((_, row) => jobs[row] === "retired");
      return own.reduce((sum, age) => sum + age, 0) / own.length;
    };
    // One normal behind three jobs can't hold a sharp threshold, but must lean the right way.
    expect(retired(made)).toBeGreaterThan(mean(valuesOf(real, "age")) + 8);
  });

  test("the mass of what is allowed is the normal's own, and later columns follow", async () => {
    const z = pairs(0.8, 20_000, 9);
    const table = tableOf(
      "t",
      numbers(
        "x",
        z.map(([x]) => x),
      ),
      numbers(
        "y",
        z.map(([, y]) => y),
      ),
    );
    const model = await learn("copula", table);
    const rows = 4000;
    const cells = blankCells(model.columns, rows);
    const random = stream(1, "given");
    const state = model.begin(rows, random);
    for (let row = 0; row < rows; row++) {
      const log = model.drawAllowed(
        state,
        cells,
        0,
        row,
        { missing: false, intervals: [1, Infinity] },
        random,
      );
      expect(Math.exp(log)).toBeCloseTo(normalMass(1, Infinity), 1);
    }
    model.drawFree(state, cells, 1, 0, rows, random);
    const mean = (cells[1] as Float64Array).reduce((sum, y) => sum + y, 0);
    // E[Y | X > 1] = 0.8 · φ(1) / (1 − Φ(1)) = 1.22; standard error 0.012.
    expect(Math.abs(mean / rows - 1.22)).toBeLessThan(0.06);
  });

  test("a column that the driver fixed is conditioned on", async () => {
    const z = pairs(0.9, 8000, 4);
    const model = await learn(
      "copula",
      tableOf(
        "t",
        labels(
          "g",
          z.map(([x]) => (x > 0.5 ? "high" : "low")),
        ),
        numbers(
          "y",
          z.map(([, y]) => y),
        ),
      ),
    );
    const cells = blankCells(model.columns, 1000);
    const high = model.levels[0]?.indexOf("high") as number;
    (cells[0] as Int32Array).fill(high);
    const random = stream(8, "fixed");
    model.drawFree(model.begin(1000, random), cells, 1, 0, 1000, random);
    const mean = (cells[1] as Float64Array).reduce((sum, y) => sum + y, 0) / 1000;
    // E[Y | X > 0.5] = 0.9 · φ(0.5) / (1 − Φ(0.5)) = 1.027; standard error 0.02.
    expect(Math.abs(mean - 1.027)).toBeLessThan(0.1);
  });

  test("parametric margins take the family that fits, and leave peaks alone", async () => {
    const random = stream(12, "margins");
    const normal = Array.from({ length: 400 }, () => 50 + 10 * random.normal());
    const peaked = normal.map((value) => (random.uniform() < 0.5 ? 0 : value));
    const table = tableOf("t", numbers("normal", normal), numbers("peaked", peaked));
    const model = await learn("copula", table, { margins: ["parametric"] });
    const { arrays } = model.save();
    const smooth = arrays["0.counts"] as Float64Array;
    expect(new Set(smooth).size).toBeGreaterThan(100);
    expect(smooth.reduce((sum, count) => sum + count, 0)).toBeCloseTo(400, 6);
    expect(Math.max(...(arrays["1.counts"] as Float64Array))).toBeGreaterThan(150);
    const made = valuesOf(drawn(model, 4000), "normal");
    const below = made.filter((value) => value < 40).length / made.length;
    // Φ(−1) = 0.159; the fit's own error from 400 rows is 0.015, that of 4,000 draws 0.006.
    expect(Math.abs(below - 0.159)).toBeLessThan(0.06);
  });

  test("columns that never occur together are left unrelated", async () => {
    const table = tableOf(
      "t",
      whole(
        "x",
        Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i : Number.NaN)),
      ),
      whole(
        "y",
        Array.from({ length: 200 }, (_, i) => (i % 2 === 1 ? i : Number.NaN)),
      ),
    );
    const made = drawn(await learn("copula", table), 500);
    expect(made.rows).toBe(500);
    expect(correlation([1, 2, 3], [1, 2, 3])).toBeCloseTo(1);
  });
});

test("a cell that is drawn again follows what its row has become", async () => {
  const z = pairs(0.95, 4000, 8);
  const table = tableOf(
    "t",
    ...["x", "y"].map((name, at) =>
      numbers(
        name,
        z.map((one) => one[at] as number),
      ),
    ),
  );
  const model = await learn("copula", table);
  const cells = blankCells(model.columns, 1);
  const random = stream(1, "again");
  const state = model.begin(1, random);
  const [x, y] = model.order as [number, number];
  const draw = (at: number, intervals: readonly number[]) => {
    model.drawAllowed(state, cells, at, 0, { missing: false, intervals }, random);
    return (cells[at] as Float64Array)[0] as number;
  };
  for (let turn = 0; turn < 20; turn++) {
    const sign = turn % 2 === 0 ? 1 : -1;
    draw(x, sign > 0 ? [1.5, 9] : [-9, -1.5]);
    // Given x beyond 1.5, y has a standard deviation of .31 about 1.4 or more: four of them are left of 0.
    expect(Math.sign(draw(y, [-9, 9]))).toBe(sign);
    expect(Math.sign(draw(y, [-9, 9]))).toBe(sign);
  }
});
