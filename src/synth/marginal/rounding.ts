import type { Random } from "../../base/random.js";
import type { Conditional } from "./conditionals.js";

/**
 * Codes for rows, given the parent cell of each: in a group of n rows with the same parents each code
 * occurs ⌊n·p⌋ or one more times, the rest by systematic sampling of the fractions, in random order
 * (McKenna et al. 2021, "Winning the NIST Contest", section 3.4). A group whose parents the model
 * holds impossible follows the column's own marginal.
 */
export function apportion(
  parents: Int32Array,
  conditional: Conditional,
  marginal: Float64Array,
  random: Random,
): Int32Array {
  const { size, joint } = conditional;
  const groups = groupRows(parents, joint.length / size);
  const codes = new Int32Array(parents.length);
  const drawn: number[] = [];
  for (let group = 0; group + 1 < groups.starts.length; group++) {
    const start = groups.starts[group] as number;
    const end = groups.starts[group + 1] as number;
    if (start === end) continue;
    let run = joint.subarray(group * size, (group + 1) * size);
    let mass = sum(run);
    if (!(mass > 0)) {
      run = marginal as Float64Array<ArrayBuffer>;
      mass = sum(run);
    }
    drawn.length = 0;
    roundedCounts(run, mass, end - start, random, drawn);
    random.shuffle(drawn);
    for (let i = start; i < end; i++) codes[groups.rows[i] as number] = drawn[i - start] as number;
  }
  return codes;
}

/** Rows sorted by parent cell (counting sort): rows of cell c are `rows[starts[c] .. starts[c + 1])`. */
function groupRows(parents: Int32Array, cells: number): { rows: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(cells + 1);
  for (const cell of parents) starts[cell + 1] = (starts[cell + 1] as number) + 1;
  for (let cell = 0; cell < cells; cell++) {
    starts[cell + 1] = (starts[cell + 1] as number) + (starts[cell] as number);
  }
  const next = Int32Array.from(starts);
  const rows = new Int32Array(parents.length);
  for (let row = 0; row < parents.length; row++) {
    const cell = parents[row] as number;
    rows[next[cell] as number] = row;
    next[cell] = (next[cell] as number) + 1;
  }
  return { rows, starts };
}

/**
 * Systematic sampling: with u uniform on [0, 1), code i is taken as often as an integer + u falls in
 * its stretch of the cumulated expected counts, which is ⌊n·p_i⌋ or ⌈n·p_i⌉ times, n in all.
 */
function roundedCounts(
  run: Float64Array,
  mass: number,
  count: number,
  random: Random,
  into: number[],
): void {
  const scale = count / mass;
  let point = random.uniform();
  let cumulated = 0;
  for (let code = 0; code < run.length; code++) {
    cumulated += (run[code] as number) * scale;
    while (point < cumulated && into.length < count) {
      into.push(code);
      point++;
    }
  }
  while (into.length < count) into.push(heaviest(run));
}

function heaviest(run: Float64Array): number {
  let best = 0;
  for (let i = 1; i < run.length; i++) if ((run[i] as number) > (run[best] as number)) best = i;
  return best;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
