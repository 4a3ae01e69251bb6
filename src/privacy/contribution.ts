import { below, type Entropy } from "./entropy.js";

/**
 * Keep at most `most` rows of each entity, chosen at random among its own rows (reservoir sampling,
 * Vitter 1985). Whether a row stays depends on its entity's rows only, so adding or removing an entity
 * changes nothing about the others. Rows without an entity (−1) are left out. Positions, ascending.
 */
export function boundContributions(
  entities: ArrayLike<number>,
  most: number,
  entropy: Entropy,
): Uint32Array {
  const kept = new Map<number, { seen: number; rows: number[] }>();
  for (let row = 0; row < entities.length; row++) {
    const entity = entities[row] as number;
    if (entity < 0 || Number.isNaN(entity)) continue;
    let own = kept.get(entity);
    if (own === undefined) {
      own = { seen: 0, rows: [] };
      kept.set(entity, own);
    }
    own.seen++;
    if (own.rows.length < most) {
      own.rows.push(row);
      continue;
    }
    const slot = below(own.seen, entropy);
    if (slot < most) own.rows[slot] = row;
  }
  const positions: number[] = [];
  for (const { rows } of kept.values()) for (const row of rows) positions.push(row);
  return Uint32Array.from(positions).sort();
}
