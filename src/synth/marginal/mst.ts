import type { Access, ErrorRequest } from "../../privacy/access.js";
import { Beginning } from "./beginning.js";
import { type Engine, type EngineRequest, measurementOf, step } from "./engine.js";
import type { MarginalModel } from "./estimate.js";
import { type Clique, cellsOf } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";
import { columnsBeside, measureWithin } from "./parts.js";

/**
 * MST (McKenna, Miklau & Sheldon 2021, "Winning the NIST Contest"): a third of the budget for single
 * columns, whose rare values are put together; a third to choose a spanning tree of pairs by the
 * exponential mechanism; a third to measure the tree's pairs. Within parts, the first third also buys every
 * column within each part, and the tree, one for all parts, joins the other columns by pairs within each.
 */
export const mstEngine: Engine = {
  name: "mst",
  summary: "a spanning tree of pairs, chosen privately; cheap and quick",
  async run(request) {
    const { access, rho, progress, iterations, parts } = request;
    if (columnsBeside(access, parts).length < 2)
      return (await import("./independent.js")).independentEngine.run(request);
    await step(progress, "measuring columns", 0, 3);
    const beginning = new Beginning(request, parts === undefined ? rho / 3 : rho / 6);
    const { singles } = beginning;
    const within = parts === undefined ? [] : measureWithin(beginning, parts, rho / 6);
    const independent = beginning.fit(singles, within, { iterations });
    await step(progress, "choosing pairs", 1, 3);
    const edges = await chooseTree(request, beginning, independent, rho / 3);
    await step(progress, "measuring pairs", 2, 3);
    const share = (rho * (1 - 1e-9)) / 3 / edges.length;
    const pairs = [
      ...within,
      ...beginning.access
        .measureMarginals(edges.map((columns) => ({ columns, rho: share })))
        .map(measurementOf),
    ];
    const model = beginning.fit(singles, pairs, { iterations });
    await step(progress, "measuring pairs", 3, 3);
    return {
      model: beginning.finish(model, singles),
      measurements: beginning.told(singles, pairs),
      notes: [],
    };
  },
};

/** Cells of a pair that is measured because a rule ties it together; a larger one must be chosen. */
const mostTied = 10_000;

/**
 * What rules tie together, then one selection less than there are columns left apart, each among the pairs
 * that join two components. Impossible cells tie columns, too: a pair that closed a ring with them would
 * need a table over the whole ring. So a pair lies within what one such table holds, or joins what no
 * table and no pair have joined.
 */
async function chooseTree(
  { progress, parts, tied = [] }: EngineRequest,
  { access, sizes, cells, zeros }: Beginning,
  model: MarginalModel,
  rho: number,
): Promise<Clique[]> {
  const count = columnsBeside(access, parts).length;
  const component = [...access.columns.keys()];
  const tables = zeros.map(({ clique }) => clique.filter((column) => column !== parts));
  const reached = [...component];
  for (const [first, ...others] of tables) {
    for (const other of others) unite(reached, first as number, other);
  }
  const pairs = pairRequests(access, model, parts).filter(
    ({ columns }) => parts === undefined || cellsOf(columns, sizes) <= cells,
  );
  const edges: Clique[] = [];
  const joins = ({ ends: [a, b] }: Pair): boolean =>
    component[a] !== component[b] &&
    (reached[a] !== reached[b] || tables.some((own) => own.includes(a) && own.includes(b)));
  const join = ({ ends: [a, b], columns }: Pair): void => {
    unite(component, a, b);
    unite(reached, a, b);
    edges.push(columns);
  };
  for (const pair of pairs) {
    const isTied = tied.some(([a, b]) => pair.ends[0] === a && pair.ends[1] === b);
    if (isTied && joins(pair) && cellsOf(pair.columns, sizes) <= mostTied) join(pair);
  }
  const left = count - 1 - edges.length;
  if (pairs.length === 0 || left === 0) return edges;
  const choose = access.choices(pairs, left, rho / left);
  while (edges.length < count - 1) {
    const open = [...pairs.keys()].filter((at) => joins(pairs[at] as Pair));
    if (open.length === 0) break;
    join(pairs[choose(open)] as Pair);
    await step(progress, "choosing pairs", 1 + edges.length / count, 3);
  }
  return edges;
}

/** Give two components one name. */
function unite(names: number[], a: number, b: number): void {
  const [from, to] = [names[b] as number, names[a] as number];
  for (const [at, name] of names.entries()) if (name === from) names[at] = to;
}

interface Pair extends ErrorRequest {
  readonly ends: readonly [number, number];
}

/** Every pair, within each part where there are parts, with what the model expects of it. */
function pairRequests(access: Access, model: MarginalModel, parts: number | undefined): Pair[] {
  const marginals = new ModelMarginals(model.beliefs);
  const requests: Pair[] = [];
  const others = columnsBeside(access, parts);
  for (const [i, a] of others.entries()) {
    for (const b of others.slice(i + 1)) {
      const columns = [a, b, ...(parts === undefined ? [] : [parts])].sort((x, y) => x - y);
      const expected = marginals.of(columns).map((share) => share * model.total);
      requests.push({ ends: [a, b], columns, model: expected });
    }
  }
  access.prepare(requests.map((request) => request.columns));
  return requests;
}
