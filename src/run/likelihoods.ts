import { failure } from "../base/failure.js";
import type { Release } from "../ir/release.js";
import { loadModel } from "../synth/registry.js";
import { rowsWithin, standsAlone } from "./keep-learned.js";

/**
 * Log-probabilities of texts in a column, by the model that drew it.
 *
 * @throws Failure P1416 where no table's model knows likelihoods of texts in such a column.
 */
export async function likelihoodsIn(
  release: Release,
  column: string,
  texts: readonly string[],
  table?: string,
): Promise<Float64Array> {
  for (const { table: name, saved } of release.models) {
    const rows = rowsWithin(saved);
    if ((table !== undefined && name !== table) || !standsAlone(rows)) continue;
    const model = await loadModel(rows);
    const at = model.columns.findIndex((each) => each.name === column);
    const found = model.textLikelihoods?.(at, texts);
    if (found !== undefined) return found;
  }
  throw failure("P1416", { column });
}
