import { silent } from "../base/progress.js";
import { stream } from "../base/random.js";
import type { MeasuredCounts } from "../ir/release.js";
import type { Access } from "../privacy/access.js";
import { Beginning } from "../synth/marginal/beginning.js";
import { measurementOf } from "../synth/marginal/engine.js";
import type { Measurement } from "../synth/marginal/terms.js";
import type { ColumnDomain } from "../table/domain.js";
import { orderedCodes } from "./private-engine.js";

/**
 * Noisy counts for a report about a learner that sees none: half of `rho` for all columns, half for pairs,
 * as many as columns, picked blindly; rare values and neighbouring bins of pairs are put together as far as the
 * noise asks for it.
 */
export function measureCounts(
  access: Access,
  domains: readonly ColumnDomain[],
  rho: number,
): readonly MeasuredCounts[] {
  const columns = [...domains.keys()];
  const all = columns.flatMap((a) => columns.slice(a + 1).map((b) => [a, b]));
  const order = stream("counted pairs")
    .shuffle([...all.keys()])
    .slice(0, columns.length);
  const pairs = order.map((i) => all[i] as number[]);
  const beginning = new Beginning(
    {
      ...{ access, rho, workload: [], zeros: [], iterations: 0, progress: silent },
      ordered: domains.map(orderedCodes),
    },
    pairs.length === 0 ? rho : rho / 2,
  );
  const each = (rho * (1 - 1e-9)) / (2 * pairs.length);
  const grouped = beginning.access
    .measureMarginals(pairs.map((pair) => ({ columns: pair, rho: each })))
    .map(measurementOf);
  return countsOf(beginning.told(beginning.singles, grouped), columns.length);
}

/** Measurements of a table's own columns, the first `own`, as a report takes them. */
export function countsOf(measurements: readonly Measurement[], own: number): MeasuredCounts[] {
  return measurements
    .filter(({ clique }) => clique.length > 0 && clique.every((column) => column < own))
    .map(({ clique, counts, sigma, groups }) => ({
      ...{ columns: clique, counts, sigma },
      ...(groups === undefined ? {} : { groups: groups.map((codes) => [...codes]) }),
    }));
}
