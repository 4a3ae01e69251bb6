import { nearestRows } from "../../kernels/gower.js";
import { type Separation, separation } from "./roc.js";
import { type Encoded, pick, samplePositions } from "./rows.js";

/**
 * Membership inference by density ratio, after DOMIAS (van Breugel et al. 2023): a person was learned
 * from if generated rows are dense around them compared with the population. Densities are those of
 * the nearest neighbour, so the score is ln d(x, reference) − ln d(x, synthetic).
 *
 * Held-out rows are split in two: one half is the attacker's reference, the other the people who were
 * not learned from; then the halves change places, so that every held-out row is used.
 */
export function densityRatioAttack(
  encoded: Encoded,
  seed: number | string,
  most = 10_000,
): Separation {
  const { holdout, train, synthetic } = encoded;
  const order = samplePositions(holdout.count, holdout.count, seed, "membership halves");
  const middle = order.length >> 1;
  const halves = [order.subarray(0, middle), order.subarray(middle)] as const;
  const members: number[] = [];
  const others: number[] = [];
  halves.forEach((half, turn) => {
    const reference = pick(holdout, halves[1 - turn] as Uint32Array);
    const outside = pick(holdout, half.subarray(0, most));
    const learned = samplePositions(
      train.count,
      Math.min(outside.count, train.count),
      seed,
      `membership members ${turn}`,
    );
    const size = Math.min(synthetic.count, reference.count);
    const dense = pick(synthetic, samplePositions(synthetic.count, size, seed, `density ${turn}`));
    members.push(...scores(pick(train, learned), dense, reference));
    others.push(...scores(outside, dense, reference));
  });
  return separation(Float64Array.from(members), Float64Array.from(others));
}

function scores(
  people: Encoded["train"],
  synthetic: Encoded["train"],
  reference: Encoded["train"],
): Float64Array {
  const toSynthetic = nearestRows(people, synthetic).nearest;
  const toReference = nearestRows(people, reference).nearest;
  // A tenth of one column's range: keeps exact matches finite.
  const floor = 0.1 / people.columns;
  return toSynthetic.map((distance, i) =>
    Math.log(((toReference[i] as number) + floor) / (distance + floor)),
  );
}
