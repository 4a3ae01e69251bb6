import { stream } from "../../base/random.js";
import { nearestRows } from "../../kernels/gower.js";
import { type AttackRisk, attackRisk } from "./intervals.js";
import { type Encoded, pick, project, samplePositions } from "./rows.js";

/**
 * Linkability (Giomi et al. 2023): an attacker holds two files about the same people with different
 * columns and asks the generated table which rows belong together. Success: the generated row nearest
 * to a person by the one half of the columns is the nearest by the other half too.
 *
 * @param halves places of the columns in each file; random halves where left out.
 */
export function linkability(
  encoded: Encoded,
  attacks: number,
  seed: number | string,
  halves: readonly [readonly number[], readonly number[]] = randomHalves(encoded, seed),
): AttackRisk {
  // Shuffled, so that the lowest of equally near rows is a random one.
  const count = encoded.synthetic.count;
  const synthetic = pick(
    encoded.synthetic,
    samplePositions(count, count, seed, "linkability rows"),
  );
  const [left, right] = halves.map((places) => project(synthetic, places));
  if (left === undefined || right === undefined) throw new RangeError("two halves are needed");
  const attack = (rows: Encoded["train"], what: string) => {
    const made = Math.min(attacks, rows.count);
    const targets = pick(rows, samplePositions(rows.count, made, seed, what));
    const byLeft = nearestRows(project(targets, halves[0]), left).row;
    const byRight = nearestRows(project(targets, halves[1]), right).row;
    let linked = 0;
    for (let i = 0; i < made; i++) linked += Number(byLeft[i] === byRight[i]);
    return { made, right: linked };
  };
  const main = attack(encoded.train, "linkability train");
  const control = attack(encoded.holdout, "linkability holdout");
  return attackRisk(main, control, { right: main.made / count, made: main.made });
}

function randomHalves(
  { synthetic }: Encoded,
  seed: number | string,
): readonly [readonly number[], readonly number[]] {
  const places = Uint32Array.from({ length: synthetic.columns }, (_, place) => place);
  const order = [...stream(seed, "attack", "linkability halves").shuffle(places)];
  const middle = Math.ceil(order.length / 2);
  return [order.slice(0, middle), order.slice(middle)];
}
