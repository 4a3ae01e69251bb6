import { stream } from "../../base/random.js";
import { nearestRows } from "../../kernels/gower.js";
import { gather, type Table } from "../../table/table.js";
import { type Separation, separation } from "./roc.js";
import { comparable, encode, pick, samplePositions } from "./rows.js";

/** How a shadow attack makes synthetic tables: fit on the given rows and draw as many. */
export type Generate = (rows: Table, seed: string) => Promise<Table>;

export interface ShadowOptions {
  /** Models trained in all; each leaves out a random half of the rows. */
  readonly shadows: number;
  /** People whose membership is guessed. */
  readonly targets: number;
  readonly seed: number | string;
  readonly signal?: AbortSignal;
}

/**
 * Membership inference with shadow models (Carlini et al. 2022, "Membership inference attacks from
 * first principles"; Stadler et al. 2022 for synthetic data): many generators are trained on random
 * halves of the rows; for each target the attacker compares the nearest distance to a synthetic table
 * with what it is when the target was in and when it was out, by a ratio of normal likelihoods.
 *
 * Each target is guessed once, against a model that takes its turn as the one attacked while the
 * others are its shadows. The implied ε holds for the generator as it is run here.
 */
export async function shadowAttack(
  rows: Table,
  generate: Generate,
  options: ShadowOptions,
): Promise<Separation> {
  const { shadows, seed } = options;
  const targets = samplePositions(rows.rows, Math.min(options.targets, rows.rows), seed, "targets");
  const distances: Float64Array[] = [];
  const inside: Uint8Array[] = [];
  for (let model = 0; model < shadows; model++) {
    options.signal?.throwIfAborted();
    const marks = coinFlips(rows.rows, seed, model);
    const learned = rowsWhere(rows, marks);
    const made = await generate(learned, `${seed}/shadow ${model}`);
    const parties = { synthetic: made, train: rows, holdout: rows };
    const encoded = encode(parties, comparable(parties));
    distances.push(nearestRows(pick(encoded.train, targets), encoded.synthetic).nearest);
    inside.push(Uint8Array.from(targets, (row) => marks[row] as number));
  }
  const members: number[] = [];
  const others: number[] = [];
  for (let target = 0; target < targets.length; target++) {
    const attacked = target % shadows;
    const score = likelihoodRatio(distances, inside, target, attacked);
    if (score === undefined) continue;
    ((inside[attacked] as Uint8Array)[target] === 1 ? members : others).push(score);
  }
  return separation(Float64Array.from(members), Float64Array.from(others));
}

/** ln of normal density of the attacked model's distance under "in", less that under "out". */
function likelihoodRatio(
  distances: readonly Float64Array[],
  inside: readonly Uint8Array[],
  target: number,
  attacked: number,
): number | undefined {
  const groups: [number[], number[]] = [[], []];
  distances.forEach((of, model) => {
    const group = groups[(inside[model] as Uint8Array)[target] as 0 | 1];
    if (model !== attacked) group.push(of[target] as number);
  });
  const [out, within] = groups;
  if (out.length < 2 || within.length < 2) return undefined;
  const seen = (distances[attacked] as Float64Array)[target] as number;
  // One spread for both: with few shadows two spreads are noise.
  const spread = Math.max(
    1e-3,
    Math.sqrt((squares(out) + squares(within)) / (out.length + within.length - 2)),
  );
  const far = (group: readonly number[]) => ((seen - average(group)) / spread) ** 2;
  return (far(out) - far(within)) / 2;
}

function coinFlips(count: number, seed: number | string, model: number): Uint8Array {
  const random = stream(seed, "attack", "shadow halves", model);
  return Uint8Array.from({ length: count }, () => random.below(2));
}

function rowsWhere(table: Table, marks: Uint8Array): Table {
  const kept: number[] = [];
  marks.forEach((mark, row) => {
    if (mark === 1) kept.push(row);
  });
  return gather(table, Uint32Array.from(kept));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[]): number {
  const centre = average(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}
