import { expect, test } from "vitest";
import { silent } from "../../../src/base/progress.js";
import { stream } from "../../../src/base/random.js";
import { aimEngine } from "../../../src/synth/marginal/aim.js";
import { independentEngine } from "../../../src/synth/marginal/independent.js";
import { ModelMarginals } from "../../../src/synth/marginal/model-marginals.js";
import { mstEngine } from "../../../src/synth/marginal/mst.js";
import { swiftEngine } from "../../../src/synth/marginal/swift.js";
import { pairWorkload } from "../../../src/synth/marginal/workload.js";
import { PlainAccess } from "./plain-access.js";

/** A chain of five attributes, each mostly a copy of the one before: relations that engines must find. */
function chain(rows: number): { codes: Int32Array[]; sizes: number[] } {
  const random = stream(11, "chain");
  const sizes = [6, 6, 6, 6, 6];
  const codes = sizes.map(() => new Int32Array(rows));
  for (let row = 0; row < rows; row++) {
    let value = random.below(6);
    for (const column of codes) {
      column[row] = value;
      if (random.uniform() < 0.3) value = random.below(6);
    }
  }
  return { codes, sizes };
}

const engines = [independentEngine, mstEngine, aimEngine, swiftEngine];

test.each(engines)(
  "$name spends no more than its budget and tells what it measured",
  async (engine) => {
    const { codes, sizes } = chain(2000);
    const access = new PlainAccess(codes, sizes, 0.05, stream(1, engine.name));
    const { model, measurements } = await engine.run({
      access,
      rho: 0.05,
      workload: pairWorkload(5),
      zeros: [],
      cells: 10_000,
      iterations: 500,
      progress: silent,
    });
    expect(access.spent).toBeLessThanOrEqual(0.05 * (1 + 1e-9));
    expect(access.spent).toBeGreaterThan(0.049);
    expect(measurements.length).toBeGreaterThanOrEqual(5);
    expect(model.total).toBeGreaterThan(1000);
  },
);

test("engines that look for relations find the chain; independence does not", async () => {
  const { codes, sizes } = chain(20_000);
  const errors = new Map<string, number>();
  for (const engine of engines) {
    const access = new PlainAccess(codes, sizes, 0.05, stream(2, engine.name));
    const { model } = await engine.run({
      access,
      rho: 0.05,
      workload: pairWorkload(5),
      zeros: [],
      cells: 10_000,
      iterations: 500,
      progress: silent,
    });
    const marginals = new ModelMarginals(model.beliefs);
    let error = 0;
    for (let a = 0; a < 5; a++) {
      for (let b = a + 1; b < 5; b++) {
        const exact = access.exact([a, b]);
        const found = marginals.of([a, b]);
        for (const [i, share] of found.entries()) {
          error += Math.abs(share - (exact[i] as number) / 20_000) / 20;
        }
      }
    }
    errors.set(engine.name, error);
  }
  const independent = errors.get("independent") as number;
  for (const name of ["mst", "aim", "swift"]) {
    expect(errors.get(name), name).toBeLessThan(independent / 4);
  }
});

/** Six attributes of 32 ordered codes each that go with one hidden number. */
function related(rows: number): { codes: Int32Array[]; sizes: number[] } {
  const random = stream(12, "related");
  const sizes = Array.from({ length: 6 }, () => 32);
  const codes = sizes.map(() => new Int32Array(rows));
  for (let row = 0; row < rows; row++) {
    const hidden = random.below(32);
    for (const column of codes) {
      column[row] = Math.min(31, Math.max(0, hidden + random.below(9) - 4));
    }
  }
  return { codes, sizes };
}

test("mst closes no ring with what rules tie together, which would need a table over all of it", async () => {
  const size = 32;
  const random = stream(13, "ring");
  const own = Array.from({ length: 3 }, () =>
    Int32Array.from({ length: 4000 }, () => random.below(size - 1)),
  );
  // Columns 0 and 5, 1 and 4, 2 and 3 are the same; neighbours may not both be 31.
  const codes = [0, 1, 2, 2, 1, 0].map((at) => own[at] as Int32Array);
  const allowed = Uint8Array.from({ length: size * size }, (_, at) => Number(at < size * size - 1));
  const zeros = [0, 1, 2, 3, 4].map((at) => ({ clique: [at, at + 1], allowed }));
  const sizes = codes.map(() => size);
  const access = new PlainAccess(codes, sizes, 2, stream(6, "ring"));
  const { model, measurements } = await mstEngine.run({
    ...{ access, rho: 2, workload: pairWorkload(6), zeros },
    ...{ iterations: 200, progress: silent },
  });
  const { tree } = model.beliefs;
  const cells = tree.nodes.map(({ attributes }) =>
    attributes.reduce((product, at) => product * (tree.sizes[at] as number), 1),
  );
  expect(Math.max(...cells)).toBeLessThanOrEqual(size * size);
  const pairs = measurements.filter(({ clique }) => clique.length === 2);
  expect(pairs.map(({ clique }) => clique.join())).toContain("2,3");
  expect(pairs).toHaveLength(5);
  expect(access.spent).toBeLessThanOrEqual(2 * (1 + 1e-9));
});

test("where noise is wider than the rows of a cell, swift finds how numbers go together coarsely", async () => {
  const { codes, sizes } = related(3000);
  const access = new PlainAccess(codes, sizes, 0.01, stream(5, "related"));
  const { model } = await swiftEngine.run({
    ...{ access, rho: 0.01, workload: pairWorkload(6), zeros: [], ordered: sizes },
    ...{ iterations: 500, progress: silent },
  });
  const marginals = new ModelMarginals(model.beliefs);
  const quarters = (cells: Float64Array, of: number) => {
    const sums = new Float64Array(64);
    for (const [i, cell] of cells.entries()) {
      const to = Math.floor(i / 128) * 8 + Math.floor((i % 32) / 4);
      sums[to] = (sums[to] as number) + cell / of;
    }
    return sums;
  };
  let error = 0;
  for (const { clique } of pairWorkload(6)) {
    const exact = quarters(access.exact(clique), 3000);
    const found = quarters(marginals.of(clique), 1);
    error += exact.reduce((sum, share, i) => sum + Math.abs(share - (found[i] as number)), 0) / 30;
  }
  expect(error).toBeLessThan(0.2);
});

test.each(engines)(
  "$name within parts keeps to its budget, however few columns there are",
  async (engine) => {
    for (const [columns, parts] of [
      [5, 2],
      [3, 0],
      [2, 1],
      [1, 0],
    ] as const) {
      const { codes, sizes } = chain(2000);
      const few = [codes.slice(0, columns), sizes.slice(0, columns)] as const;
      const access = new PlainAccess(...few, 0.05, stream(4, engine.name));
      const { model, measurements } = await engine.run({
        access,
        rho: 0.05,
        parts,
        workload: pairWorkload(columns).map(({ clique, weight }) => ({
          ...{ clique: [...new Set([...clique, parts])].sort((a, b) => a - b), weight },
        })),
        zeros: [],
        cells: 10_000,
        iterations: 500,
        progress: silent,
      });
      expect(access.spent).toBeLessThanOrEqual(0.05 * (1 + 1e-9));
      expect(access.spent).toBeGreaterThan(0.045);
      expect(model.total).toBeGreaterThan(1000);
      const joint = measurements.filter(({ clique }) => clique.length > 1);
      if (["mst", "independent"].includes(engine.name)) {
        expect(joint.every(({ clique }) => clique.includes(parts))).toBe(true);
        expect(joint.length).toBeGreaterThanOrEqual(columns - 1);
      }
    }
  },
);

test("aim's model of a small table misses its counts by no more than their noise (five seeds)", async () => {
  const { codes, sizes } = chain(1000);
  for (let seed = 0; seed < 5; seed++) {
    const { model } = await aimEngine.run({
      access: new PlainAccess(codes, sizes, 2, stream(seed, "small table")),
      rho: 2,
      workload: pairWorkload(5),
      zeros: [],
      iterations: 1000,
      progress: silent,
    });
    // A χ² over hundreds of cells: twice its mean is beyond any chance.
    expect(model.fit.loss / model.fit.expectedLoss).toBeLessThan(2);
  }
});

test("an abort stops the rounds", async () => {
  const { codes, sizes } = chain(1000);
  const controller = new AbortController();
  controller.abort(new Error("stop"));
  const access = new PlainAccess(codes, sizes, 1, stream(3, "abort"));
  const progress = { report: () => {}, signal: controller.signal };
  const request = {
    access,
    rho: 1,
    workload: pairWorkload(5),
    zeros: [],
    cells: 1e4,
    iterations: 50,
    progress,
  };
  await expect(aimEngine.run(request)).rejects.toThrow("stop");
});
