import { stream } from "../base/random.js";
import type { MeasuredError } from "../ir/release.js";
import type { Access } from "../privacy/access.js";
import type { MarginalModel } from "../synth/marginal/estimate.js";
import { ModelMarginals } from "../synth/marginal/model-marginals.js";

/** Sets of columns whose errors are measured at most: the noise of each grows with the root of their number. */
const MOST_SETS = 400;

/**
 * The errors of a fitted model on single columns and pairs, from the part of the budget that is set aside
 * for the report: answers that the model was not fitted to. Nothing where no budget was set aside.
 *
 * @param own how many of the model's columns, the first ones, to ask about.
 * @returns total variation distances: half of the L1 error over the model's number of rows.
 */
export function measureFit(
  access: Access,
  model: MarginalModel,
  own: number,
  rho: number,
): readonly MeasuredError[] {
  if (!(rho > 0)) return [];
  const singles = Array.from({ length: own }, (_, column) => [column]);
  const pairs = singles.flatMap(([a]) =>
    singles.slice((a as number) + 1).map(([b]) => [a as number, b as number]),
  );
  const some = stream("measured pairs").shuffle([...pairs.keys()]);
  const few = some.slice(0, Math.max(0, MOST_SETS - own)).sort((a, b) => a - b);
  const sets = [...singles, ...few.map((i) => pairs[i] as number[])];
  const marginals = new ModelMarginals(model.beliefs);
  const requests = sets.map((columns) => ({
    columns,
    model: marginals.of(columns).map((share) => share * model.total),
  }));
  const { errors, sigma } = access.measureErrors(requests, Math.min(rho, access.remaining()));
  const scale = 1 / (2 * model.total);
  return sets.map((columns, i) => ({
    columns,
    distance: Math.max(0, (errors[i] as number) * scale),
    sigma: sigma * scale,
  }));
}
