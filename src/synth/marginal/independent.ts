import { type Engine, measureSingles, noisyTotal, sizesOf, step } from "./engine.js";
import { estimate } from "./estimate.js";

/** Every column on its own: the honest choice when the budget is tiny. */
export const independentEngine: Engine = {
  name: "independent",
  summary: "each column on its own; relations are lost, noise is least",
  async run(request) {
    await step(request.progress, "measuring columns", 0, 1);
    const measurements = measureSingles(request.access, request.rho);
    const model = estimate(sizesOf(request.access), measurements, {
      total: noisyTotal(measurements),
      zeros: request.zeros,
      iterations: request.iterations,
    });
    await step(request.progress, "measuring columns", 1, 1);
    return { model, measurements, notes: [] };
  },
};
