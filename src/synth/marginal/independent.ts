import { Beginning, measureByWidth } from "./beginning.js";
import {
  type Engine,
  type EngineRequest,
  type EngineResult,
  noisyTotal,
  sizesOf,
  step,
} from "./engine.js";
import { estimate } from "./estimate.js";
import { measureWithin } from "./parts.js";
import { sharesOf, smooth } from "./singles.js";
import { targetsOf } from "./terms.js";

/** Every column on its own: a baseline, and the honest choice when the budget is tiny. */
export const independentEngine: Engine = {
  name: "independent",
  summary: "each column on its own; relations are lost, noise is least",
  async run(request) {
    await step(request.progress, "measuring columns", 0, 1);
    const { parts } = request;
    if (parts !== undefined && request.access.columns.length > 1)
      return withinParts(request, parts);
    const measurements = measureByWidth(request.access, request.rho);
    const total = noisyTotal(measurements);
    const prior = targetsOf(measurements).map((target, column) =>
      sharesOf(smooth(target, request.ordered?.[column] ?? 0), total),
    );
    const settled = measurements.map((measured, column) => ({
      ...measured,
      counts: (prior[column] as Float64Array).map((share) => share * total),
    }));
    const model = estimate(sizesOf(request.access), settled, {
      ...{ total, prior, zeros: request.zeros },
      iterations: request.iterations,
    });
    await step(request.progress, "measuring columns", 1, 1);
    return { model, measurements, notes: [] };
  },
};

/** What columns get by themselves where each is counted within parts, too. */
const SINGLES = 0.2;

/** Every column on its own within each part: related to the parts, and to others through them alone. */
async function withinParts(request: EngineRequest, parts: number): Promise<EngineResult> {
  const { rho, iterations, progress } = request;
  const beginning = new Beginning(request, SINGLES * rho);
  const { singles } = beginning;
  const pairs = measureWithin(beginning, parts, (1 - SINGLES) * rho);
  const model = beginning.fit(singles, pairs, { iterations });
  await step(progress, "measuring columns", 1, 1);
  return {
    model: beginning.finish(model, singles),
    measurements: beginning.told(singles, pairs),
    notes: [],
  };
}
