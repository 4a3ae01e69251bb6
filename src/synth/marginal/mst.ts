import type { Access, ErrorRequest } from "../../privacy/access.js";
import { Beginning } from "./beginning.js";
import { type Engine, type EngineRequest, measurementOf, sizesOf, step } from "./engine.js";
import type { MarginalModel } from "./estimate.js";
import type { Clique } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";

/**
 * MST (McKenna, Miklau & Sheldon 2021, "Winning the NIST Contest"): a third of the budget for single
 * columns, whose rare values are put together; a third to choose a spanning tree of pairs by the
 * exponential mechanism; a third to measure the tree's pairs.
 */
export const mstEngine: Engine = {
  name: "mst",
  summary: "a spanning tree of pairs, chosen privately; cheap and quick",
  async run(request) {
    const { access, rho, progress, iterations } = request;
    if (sizesOf(access).length === 1)
      return (await import("./independent.js")).independentEngine.run(request);
    await step(progress, "measuring columns", 0, 3);
    const beginning = new Beginning(request, rho / 3);
    const { singles } = beginning;
    const independent = beginning.fit(singles, [], { iterations });
    await step(progress, "choosing pairs", 1, 3);
    const edges = await chooseTree(request, beginning.access, independent, rho / 3);
    await step(progress, "measuring pairs", 2, 3);
    const share = (rho * (1 - 1e-9)) / 3 / edges.length;
    const pairs = beginning.access
      .measureMarginals(edges.map((columns) => ({ columns, rho: share })))
      .map(measurementOf);
    const model = beginning.fit(singles, pairs, { iterations });
    await step(progress, "measuring pairs", 3, 3);
    return {
      model: beginning.finish(model, singles),
      measurements: beginning.told(singles, pairs),
      notes: [],
    };
  },
};

/** d − 1 selections, each among the pairs that join two components. */
async function chooseTree(
  { progress }: EngineRequest,
  access: Access,
  model: MarginalModel,
  rho: number,
): Promise<Clique[]> {
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
function pairRequests(access: Access, model: MarginalModel): ErrorRequest[] {
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
