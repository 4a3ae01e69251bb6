import { boxesOf } from "../constraint/boxes.js";
import { compileTruth } from "../constraint/expression.js";
import type { Guide } from "../constraint/guide.js";
import { inline } from "../constraint/lower.js";
import type { Scope } from "../constraint/scope.js";
import type { Formula } from "../ir/formula.js";
import type { Accept } from "./row-drawer.js";
import type { Conditioned, RowModel } from "./synthesizer.js";
import type { EventProbability } from "./weight-tally.js";

/** A rule that holds in all but this share of the model is in the model. */
const HELD = 1e-9;

/** A table to be drawn, or asked about, under a condition. */
export interface Circumstances {
  readonly model: RowModel;
  /** The table's columns. */
  readonly scope: Scope;
  readonly guide: Pick<Guide, "conditions">;
  readonly computed: ReadonlyMap<string, Formula>;
}

/**
 * The model with its rules, conditioned on an event without sampling, and the event's probability.
 * Rules that the model already holds (structural zeros) cost nothing; others are conditioned on first.
 * Undefined where the model can't, or where the event or a rule compares columns with each other.
 */
export function conditionExactly(
  { model, scope, guide, computed }: Circumstances,
  event: Formula,
): Conditioned | undefined {
  const own: Scope = { columns: model.columns, levels: model.levels };
  let ruled = model;
  for (const rule of guide.conditions) {
    const found = under(ruled, rule, own, true);
    if (found === undefined || !(found.probability > 0)) return undefined;
    if (found.probability < 1 - HELD) ruled = found.model;
  }
  return under(ruled, inline(event, computed, scope), own, false);
}

/** The model under `given` and its probability; undefined where rows must be weighed instead. */
export function exactlyGiven(
  given: Formula,
  circumstances: Circumstances,
  rows: number,
): { model: RowModel; accept: Accept; probability: EventProbability } | undefined {
  const found = conditionExactly(circumstances, given);
  if (found === undefined || found.probability === 0) return undefined;
  const holds = compileTruth(given, circumstances.scope);
  const { probability: estimate } = found;
  const probability = { estimate, low: estimate, high: estimate, effectiveRows: rows } as const;
  return {
    model: found.model,
    accept: (cells, row) => holds(cells, row) === 1,
    probability: { ...probability, exact: true },
  };
}

function under(
  model: RowModel,
  condition: Formula,
  scope: Scope,
  unlessFalse: boolean,
): Conditioned | undefined {
  const boxes = boxesOf(condition, scope, unlessFalse);
  if (boxes === undefined) return undefined;
  if (boxes.length === 0) return { model, probability: 0 };
  return model.condition?.(boxes);
}
