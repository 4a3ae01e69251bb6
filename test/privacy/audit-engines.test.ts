import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import type { Access } from "../../src/privacy/access.js";
import { aimEngine } from "../../src/synth/marginal/aim.js";
import type { Engine } from "../../src/synth/marginal/engine.js";
import { independentEngine } from "../../src/synth/marginal/independent.js";
import { mstEngine } from "../../src/synth/marginal/mst.js";
import { swiftEngine } from "../../src/synth/marginal/swift.js";
import { pairWorkload } from "../../src/synth/marginal/workload.js";
import { accessTo, type Rows, rhoAtLeast } from "./audit.js";
import { memoryAccount } from "./memory-ledger.js";

const RUNS = 400;
const RHO = 0.5;
const sizes = [3, 3, 2];
/** The worst case for a table: the row more is alone in its cells. */
const lone = [2, 2, 1];
const without: Rows = Array.from({ length: 12 }, (_, i) => [i % 2, (i >> 1) % 2, 0]);
const engines: readonly Engine[] = [
  ...[independentEngine, mstEngine, aimEngine, swiftEngine],
  withinParts(mstEngine),
];

/** The engine as `partition by` has it work: everything is asked for within the values of the last column. */
function withinParts(engine: Engine): Engine {
  return {
    ...engine,
    name: `${engine.name} within parts`,
    run: (request) => engine.run({ ...request, parts: 2 }),
  };
}

function run(engine: Engine, access: Access, rho: number) {
  return engine.run({
    access,
    rho,
    workload: pairWorkload(3),
    zeros: [],
    cells: 100,
    iterations: 20,
    progress: silent,
  });
}

/** The likelihood ratio of the lone row, from everything that the engine says that it measured. */
async function evidence(engine: Engine, access: Access): Promise<number> {
  const { measurements } = await run(engine, access, RHO);
  return measurements.reduce((sum, { clique, counts, sigma, groups }) => {
    const cellOf = (row: readonly number[]): number =>
      clique.reduce((index, c, i) => {
        const codes = groups?.[i];
        const size = codes === undefined ? sizes[c]! : Math.max(...codes) + 1;
        return index * size + (codes?.[row[c]!] ?? row[c]!);
      }, 0);
    const cell = cellOf(lone);
    const known = without.filter((row) => cellOf(row) === cell).length;
    return sum + ((counts[cell] as number) - known) / sigma ** 2;
  }, 0);
}

/** A mutant access: its noise on marginals, of codes or of groups, is a quarter of what it says and charges. */
function loose(access: Access, rows: Rows): Access {
  const sizes = access.columns.map(({ size }) => size);
  const sharpen = (request: { columns: readonly number[] }, counts: Float64Array) => {
    const exact = new Float64Array(counts.length);
    for (const row of rows) {
      exact[request.columns.reduce((index, c) => index * sizes[c]! + row[c]!, 0)]!++;
    }
    return counts.map((count, i) => exact[i]! + (count - exact[i]!) / 4);
  };
  return new Proxy(access, {
    get(target, name) {
      if (name === "measureMarginals" || name === "measureMarginal") {
        const many: Access["measureMarginals"] = (requests) =>
          target
            .measureMarginals(requests)
            .map((noisy) => ({ ...noisy, counts: sharpen(noisy, noisy.counts) }));
        if (name === "measureMarginals") return many;
        return (request: Parameters<Access["measureMarginal"]>[0]) => many([request])[0];
      }
      if (name === "merged") {
        return (groups: readonly Int32Array[]) => {
          const merged = rows.map((row) => row.map((code, column) => groups[column]![code]!));
          return loose(target.merged(groups), merged);
        };
      }
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function attack(engine: Engine, mutant: boolean): Promise<number> {
  const sides: number[][] = [];
  for (const [side, rows] of [[...without, lone], without].entries()) {
    const seen: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const { account } = memoryAccount(50, 1e-6);
      const access = accessTo(rows, sizes, `${engine.name} ${side} ${i}`, { account });
      seen.push(await evidence(engine, mutant ? loose(access, rows) : access));
    }
    sides.push(seen);
  }
  return rhoAtLeast(sides[0]!, sides[1]!);
}

describe.each(engines)("$name, end to end", (engine) => {
  it("tells no more of a lone row than its ρ", async () => {
    expect(await attack(engine, false)).toBeLessThanOrEqual(RHO);
  });

  it("is caught when its noise is a quarter of what was charged", async () => {
    expect(await attack(engine, true)).toBeGreaterThan(RHO);
  });

  it("spends all of a real budget without ever asking for more", async () => {
    const { account, ledger } = memoryAccount(1, 1e-6);
    const access = accessTo([...without, lone], sizes, engine.name, { account });
    await run(engine, access, access.remaining());
    expect(account.epsilonSpent()).toBeLessThanOrEqual(1);
    expect(account.epsilonSpent()).toBeGreaterThan(0.97);
    expect(ledger.book.length).toBeGreaterThan(0);
  });
});
