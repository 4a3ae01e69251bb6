import type { Entropy } from "./entropy.js";
import { RejectionGaussian } from "./noise.js";
import { TableGaussian } from "./noise-table.js";
import { type Rational, toNumber } from "./rational.js";

/** Beyond this standard deviation a table costs more than it saves. */
const WIDEST_TABLE = 4096;
const TABLES_KEPT = 8;

const tables = new Map<string, TableGaussian>();
const drawnSoFar = new Map<string, number>();

/**
 * `count` independent draws of the discrete Gaussian of variance parameter `sigma2`, as whole numbers.
 * Both samplers are exact; which one serves is a matter of speed and depends on public things only.
 */
export function discreteGaussians(sigma2: Rational, count: number, entropy: Entropy): Float64Array {
  const out = new Float64Array(count);
  const table = tableFor(sigma2, count);
  if (table !== undefined) {
    table.fill(out, entropy);
    return out;
  }
  const sampler = new RejectionGaussian(sigma2);
  for (let i = 0; i < count; i++) out[i] = sampler.draw(entropy);
  return out;
}

/** A table once enough draws of the same width have been asked for to pay for building it. */
function tableFor(sigma2: Rational, count: number): TableGaussian | undefined {
  const key = `${sigma2.num}/${sigma2.den}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const sigma = Math.sqrt(toNumber(sigma2));
  const drawn = (drawnSoFar.get(key) ?? 0) + count;
  if (sigma > WIDEST_TABLE || drawn < 200 + 20 * sigma) {
    if (drawnSoFar.size > 1000) drawnSoFar.clear();
    drawnSoFar.set(key, drawn);
    return undefined;
  }
  const table = new TableGaussian(sigma2);
  if (tables.size >= TABLES_KEPT) tables.delete(tables.keys().next().value as string);
  tables.set(key, table);
  return table;
}
