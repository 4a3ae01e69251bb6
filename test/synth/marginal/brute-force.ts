import type { Clique } from "../../../src/synth/marginal/junction-tree.js";

/** Every cell of the full joint table, as value tuples, row-major. */
export function allTuples(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (tuples, size) =>
      tuples.flatMap((tuple) => Array.from({ length: size }, (_, value) => [...tuple, value])),
    [[]],
  );
}

/** The cell of a tuple in a table over `clique`. */
export function cellOf(tuple: readonly number[], clique: Clique, sizes: readonly number[]): number {
  return clique.reduce(
    (cell, attribute) => cell * (sizes[attribute] as number) + (tuple[attribute] as number),
    0,
  );
}

/** The joint distribution p ∝ exp Σ θ_r(x_r), by enumeration. */
export function jointOf(
  sizes: readonly number[],
  factors: readonly { clique: Clique; logs: Float64Array }[],
): { tuples: number[][]; probabilities: number[]; logPartition: number } {
  const tuples = allTuples(sizes);
  const logs = tuples.map((tuple) =>
    factors.reduce(
      (sum, factor) => sum + (factor.logs[cellOf(tuple, factor.clique, sizes)] as number),
      0,
    ),
  );
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return { tuples, probabilities: weights.map((w) => w / sum), logPartition: most + Math.log(sum) };
}

/** The marginal of a joint distribution over `clique`. */
export function marginalOf(
  joint: { tuples: number[][]; probabilities: number[] },
  clique: Clique,
  sizes: readonly number[],
): Float64Array {
  const cells = clique.reduce((product, attribute) => product * (sizes[attribute] as number), 1);
  const marginal = new Float64Array(cells);
  for (const [i, tuple] of joint.tuples.entries()) {
    const cell = cellOf(tuple, clique, sizes);
    marginal[cell] = (marginal[cell] as number) + (joint.probabilities[i] as number);
  }
  return marginal;
}
