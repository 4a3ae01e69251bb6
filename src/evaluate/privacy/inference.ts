import { type Random, stream } from "../../base/random.js";
import { type DistanceRows, nearestRows } from "../../kernels/gower.js";
import { type AttackRisk, attackRisk, Z } from "./intervals.js";
import { type Encoded, pick, project, samplePositions } from "./rows.js";

/**
 * Attribute inference (Giomi et al. 2023): an attacker knows everything about a person but one column
 * and takes it from the generated row that is nearest by the others.
 *
 * A guess is right when it is the same category, or a number within 5 % of the spread of the column
 * (5 % to 95 % quantile of the real values): unlike an error relative to the value, that judges a
 * shifted column alike, whatever its sign.
 *
 * @param secret place of the column in the layout.
 * @param z wider than one interval needs, where the worst of several columns is picked (`jointZ`).
 */
export function inference(
  encoded: Encoded,
  secret: number,
  attacks: number,
  seed: number | string,
  z = Z,
): AttackRisk {
  const known = Array.from({ length: encoded.train.columns }, (_, place) => place).filter(
    (place) => place !== secret,
  );
  const count = encoded.synthetic.count;
  const synthetic = pick(encoded.synthetic, samplePositions(count, count, seed, "inference rows"));
  const nearby = project(synthetic, known);
  const tolerance = secret < encoded.train.numeric ? toleranceOf(encoded.train, secret) : 0;
  const blind = stream(seed, "attack", "inference blindly", secret);
  const attack = (rows: DistanceRows, what: string) => {
    const made = Math.min(attacks, rows.count);
    const targets = pick(rows, samplePositions(rows.count, made, seed, `${what} ${secret}`));
    const nearest = nearestRows(project(targets, known), nearby).row;
    const right = (of: (i: number) => number): number => {
      let count = 0;
      for (let i = 0; i < made; i++) {
        const truth = cell(targets, i, secret);
        count += Number(agrees(cell(synthetic, of(i), secret), truth, tolerance));
      }
      return count;
    };
    return {
      made,
      right: right((i) => nearest[i] as number),
      blindly: right(() => anyRow(count, blind)),
    };
  };
  const main = attack(encoded.train, "inference train");
  const control = attack(encoded.holdout, "inference holdout");
  return attackRisk(main, control, { right: main.blindly, made: main.made }, z);
}

function anyRow(count: number, random: Random): number {
  return random.below(count);
}

function cell(rows: DistanceRows, row: number, place: number): number {
  return rows.values[row * rows.columns + place] as number;
}

function agrees(guess: number, truth: number, tolerance: number): boolean {
  if (Number.isNaN(guess) || Number.isNaN(truth)) return Number.isNaN(guess) && Number.isNaN(truth);
  return Math.abs(guess - truth) <= tolerance;
}

function toleranceOf(rows: DistanceRows, place: number): number {
  const values = Float64Array.from({ length: rows.count }, (_, row) => cell(rows, row, place));
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number): number =>
    present[Math.floor(share * (present.length - 1))] ?? Number.NaN;
  const spread = at(0.95) - at(0.05);
  return Number.isNaN(spread) ? 0 : 0.05 * spread;
}
