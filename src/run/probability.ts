import { failure } from "../base/failure.js";
import { silent } from "../base/progress.js";
import type { CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { Release } from "../ir/release.js";
import { eventProbability } from "../synth/event-probability.js";
import { loadModel } from "../synth/registry.js";
import type { EventProbability } from "../synth/weight-tally.js";
import { modelOf, withTypes } from "./draw.js";

/**
 * How likely an event is in a table of a release, by the model that drew it.
 *
 * @throws Failure P1411 for a table whose rows belong to others; P1412 for a condition that can't occur.
 */
export async function probabilityIn(
  release: Release,
  name: string,
  event: Formula,
  given?: Formula,
): Promise<EventProbability> {
  const declared = release.plan.checked.tables.find((each) => each.name === name) as CheckedTable;
  if (declared.columns.some(({ type }) => type.kind === "ref")) {
    throw failure("P1411", { table: name });
  }
  const { saved, taught } = release.models.find((each) => each.table === name) ?? {};
  const learned = saved === undefined ? undefined : await loadModel(saved);
  const table = withTypes(declared, learned?.columns ?? []);
  const model = await modelOf({ progress: silent }, table, learned, new Map());
  const request = {
    ...{ table, model, name, seed: "probability", progress: silent },
    ...(taught === undefined ? {} : { taught }),
  };
  const found = await eventProbability(request, event, given);
  if (found === undefined) throw failure("P1412", { table: name });
  return found;
}
