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

/** Of `wideGaussians`: the table's standard deviation and the step of the coarse part. */
const NARROW = 2048n;
const COARSE = 512n;

/** The standard deviation of `wideGaussians`, 2048·√(512² + 1). */
export const WIDE = Number(NARROW) * Math.sqrt(Number(COARSE * COARSE + 1n));

/**
 * `count` draws of a discrete Gaussian a million wide, at the price of two narrow ones: 512·X + Y for X
 * and Y of standard deviation 2048. As Y is four steps of the coarse lattice wide, the sum is a
 * discrete Gaussian of variance 2048²·(512² + 1) up to a relative 10⁻¹³⁰ in every probability (Micciancio & Walter
 * 2017, Theorem 3 with Lemma 1).
 */
export function wideGaussians(count: number, entropy: Entropy): Float64Array {
  const sigma2 = { num: NARROW * NARROW, den: 1n };
  const table = tables.get("wide") ?? new TableGaussian(sigma2);
  tables.set("wide", table);
  const coarse = new Float64Array(count);
  const fine = new Float64Array(count);
  table.fill(coarse, entropy);
  table.fill(fine, entropy);
  for (let i = 0; i < count; i++) fine[i]! += Number(COARSE) * (coarse[i] as number);
  return fine;
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
  if (tables.size >= TABLES_KEPT) tables.delete(oldest());
  tables.set(key, table);
  return table;
}

function oldest(): string {
  const [first = "", second = ""] = tables.keys();
  return first === "wide" ? second : first;
}
