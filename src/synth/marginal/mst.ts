import type { Access, ErrorRequest } from "../../privacy/access.js";
import {
  type Engine,
  type EngineRequest,
  measurementOf,
  measureSingles,
  noisyTotal,
  sizesOf,
  step,
} from "./engine.js";
import { estimate, type MarginalModel } from "./estimate.js";
import type { Clique } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";

/**
 * MST (McKenna, Miklau & Sheldon 2021, "Winning the NIST Contest"): a third of the budget for single
 * columns, a third to choose a spanning tree of pairs by the exponential mechanism, a third to measure
 * the tree's pairs.
 */
export const mstEngine: Engine = {
  name: "mst",
  summary: "a spanning tree of pairs, chosen privately; cheap and quick",
  async run(request) {
    const { access, rho } = request;
    const sizes = sizesOf(access);
    if (sizes.length === 1)
      return (await import("./independent.js")).independentEngine.run(request);
    await step(request.progress, "measuring columns", 0, 3);
    const singles = measureSingles(access, rho / 3);
    const total = noisyTotal(singles);
    const options = { total, zeros: request.zeros, iterations: request.iterations };
    const independent = estimate(sizes, singles, options);
    await step(request.progress, "choosing pairs", 1, 3);
    const edges = await chooseTree(request, independent, rho / 3);
    await step(request.progress, "measuring pairs", 2, 3);
    const share = rho / 3 / edges.length;
    const pairs = access
      .measureMarginals(edges.map((columns) => ({ columns, rho: share })))
      .map(measurementOf);
    const measurements = [...singles, ...pairs];
    const model = estimate(sizes, measurements, { ...options, total: noisyTotal(measurements) });
    await step(request.progress, "measuring pairs", 3, 3);
    return { model, measurements, notes: [] };
  },
};

/** d − 1 selections, each among the pairs that join two components. */
async function chooseTree(
  request: EngineRequest,
  model: MarginalModel,
  rho: number,
): Promise<Clique[]> {
  const { access, progress } = request;
  const count = access.columns.length;
  const component = [...access.columns.keys()];
  const pairs = pairRequests(access, model);
  const edges: Clique[] = [];
  while (edges.length < count - 1) {
    const open = pairs.filter(({ columns }) => {
      const [a, b] = columns as [number, number];
      return component[a] !== component[b];
    });
    const chosen = open[access.select(open, rho / (count - 1))] as ErrorRequest;
    const [a, b] = chosen.columns as [number, number];
    const [from, to] = [component[b], component[a]];
    for (const [i, name] of component.entries()) if (name === from) component[i] = to as number;
    edges.push(chosen.columns);
    await step(progress, "choosing pairs", 1 + edges.length / count, 3);
  }
  return edges;
}

/** Every pair with what the model expects of it. */
export function pairRequests(access: Access, model: MarginalModel): ErrorRequest[] {
  const marginals = new ModelMarginals(model.beliefs);
  const requests: ErrorRequest[] = [];
  for (let a = 0; a < access.columns.length; a++) {
    for (let b = a + 1; b < access.columns.length; b++) {
      const expected = marginals.of([a, b]).map((share) => share * model.total);
      requests.push({ columns: [a, b], model: expected });
    }
  }
  access.prepare(requests.map((request) => request.columns));
  return requests;
}
