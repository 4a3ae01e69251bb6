import { measureByWidth } from "./beginning.js";
import { type Engine, noisyTotal, sizesOf, step } from "./engine.js";
import { estimate } from "./estimate.js";
import { sharesOf, smooth } from "./singles.js";
import { targetsOf } from "./terms.js";

/** Every column on its own: a baseline, and the honest choice when the budget is tiny. */
export const independentEngine: Engine = {
  name: "independent",
  summary: "each column on its own; relations are lost, noise is least",
  async run(request) {
    await step(request.progress, "measuring columns", 0, 1);
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
