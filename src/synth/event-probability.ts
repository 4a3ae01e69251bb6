import { Failure } from "../base/failure.js";
import type { Formula } from "../ir/formula.js";
import { type Circumstances, conditionExactly } from "./condition-exactly.js";
import { ConditionedDrawer, pilotRows } from "./draw-given.js";
import { planDrawing } from "./draw-plan.js";
import { prepare, type TableRequest } from "./draw-table.js";
import type { EventProbability } from "./weight-tally.js";

/** Pilots of weighted rows for a probability that can't be computed: 65,536 proposals. */
const PILOTS = 32;

/** The table to ask about; nothing is drawn of it but weighted proposals. */
export type EventRequest = Omit<TableRequest, "rows" | "given">;

/**
 * How likely an event is under a table's model with its rules, or under a condition as well: exactly where
 * the model can be conditioned, else by importance sampling, with a 95 % interval. Of a condition
 * that the model holds impossible, undefined.
 */
export async function eventProbability(
  request: EventRequest,
  event: Formula,
  given?: Formula,
): Promise<EventProbability | undefined> {
  const { draw, scope, computed } = await prepare({ ...request, rows: 0 });
  const circumstances = { model: draw.model, scope, guide: draw.guide, computed };
  const exact = exactly(circumstances, event, given);
  if (exact !== undefined) return exact === "impossible" ? undefined : exact;
  if (given === undefined) return weighed(request, event, "event");
  const [both, condition] = await Promise.all([
    weighed(request, { op: "and", args: [given, event] }, "both"),
    weighed(request, given, "condition"),
  ]);
  return condition.estimate > 0 ? ratio(both, condition) : undefined;
}

function exactly(
  circumstances: Circumstances,
  event: Formula,
  given: Formula | undefined,
): EventProbability | "impossible" | undefined {
  const condition = given && conditionExactly(circumstances, given);
  if (given !== undefined && condition === undefined) return undefined;
  if (condition?.probability === 0) return "impossible";
  const { guide, model } = circumstances;
  // What the condition has left obeys the rules already.
  const under =
    condition === undefined
      ? { model, guide }
      : { model: condition.model, guide: { conditions: [] } };
  const found = conditionExactly({ ...circumstances, ...under }, event);
  if (found === undefined) return undefined;
  const { probability: estimate } = found;
  const effectiveRows = Number.POSITIVE_INFINITY;
  return { estimate, low: estimate, high: estimate, effectiveRows, exact: true };
}

async function weighed(
  request: EventRequest,
  event: Formula,
  name: string,
): Promise<EventProbability> {
  const proposals = PILOTS * pilotRows;
  const { draw, exact } = await prepare({ ...request, rows: 1, given: event });
  if (exact !== undefined) return exact;
  const plan = planDrawing(draw.model, draw.columns, draw.conditioned ?? draw.guide, draw);
  try {
    const options = { name, seed: request.seed, rows: proposals, pilots: PILOTS };
    return new ConditionedDrawer(plan, draw.guide, options).probability;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "P1402") throw error;
    // No weight among n proposals: above 3/n with a chance of at most e⁻³.
    return { estimate: 0, low: 0, high: 3 / proposals, effectiveRows: 0 };
  }
}

/** Independent estimates: the variances of their logarithms add. */
function ratio(both: EventProbability, condition: EventProbability): EventProbability {
  if (both.estimate === 0) {
    return { ...both, high: Math.min(1, both.high / condition.low) };
  }
  const estimate = Math.min(1, both.estimate / condition.estimate);
  const factor = Math.exp(
    Math.hypot(Math.log(both.estimate / both.low), Math.log(condition.estimate / condition.low)),
  );
  const effectiveRows = Math.min(both.effectiveRows, condition.effectiveRows);
  return { estimate, low: estimate / factor, high: Math.min(1, estimate * factor), effectiveRows };
}
