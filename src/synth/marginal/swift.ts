import { allocate, type Choice, noiseError, type Scored } from "./allocate.js";
import { Beginning, oneFit } from "./beginning.js";
import {
  type Engine,
  type EngineRequest,
  type EngineResult,
  measurementOf,
  step,
} from "./engine.js";
import { buildJunctionTree, type Clique, cellsNeeded, contains } from "./junction-tree.js";
import type { Measurement } from "./terms.js";
import { type Candidate, candidatesOf } from "./workload.js";

/** Shares of the budget: of single columns to begin with, and of choosing what else to measure. */
const SINGLES = 0.2;
const SELECTION = 0.08;

/** A marginal with how wrong independence is about it, as released with noise. */
type Marked = Candidate & Scored;

/**
 * One-shot selection: the errors of independence on all candidates are released at once with Gaussian
 * noise; everything after that, the tree, which marginals to measure and how precisely, is computed
 * from public numbers; then one round of measuring and one fit. No adaptivity, so it is quick.
 */
export const swiftEngine: Engine = {
  name: "swift",
  summary: "one-shot choice of marginals, one fit; the least error in seconds",
  async run(request) {
    const { access, rho, progress } = request;
    await step(progress, "measuring columns", 0, 4);
    const beginning = new Beginning(request, SINGLES * rho, oneFit);
    await step(progress, "choosing marginals", 1, 4);
    const counts = beginning.counts(beginning.singles, beginning.total);
    const scored = [
      ...rescored(request, beginning, counts),
      ...score(request, beginning, beginning.groupCounts(counts), SELECTION * rho),
    ];
    const chosen = await choose(request, beginning, scored, (1 - SINGLES - SELECTION) * rho);
    await step(progress, "measuring marginals", 2, 4);
    const [again, joint] = [chosen.filter(isSingle), chosen.filter((choice) => !isSingle(choice))];
    const singles = [...beginning.singles, ...measureAll(access, again)];
    const grouped = measureAll(beginning.access, joint);
    await step(progress, "fitting", 3, 4);
    return finished(request, beginning, singles, grouped);
  },
};

function finished(
  request: EngineRequest,
  beginning: Beginning,
  singles: readonly Measurement[],
  grouped: readonly Measurement[],
): EngineResult {
  const model = beginning.fit(singles, grouped, { iterations: request.iterations });
  return {
    model: beginning.finish(model, singles),
    measurements: beginning.told(singles, grouped),
    notes: [
      `${grouped.length} ${grouped.length === 1 ? "marginal" : "marginals"} chosen in one shot`,
    ],
  };
}

function isSingle({ candidate }: Choice<Marked>): boolean {
  return candidate.clique.length === 1;
}

function measureAll(
  access: EngineRequest["access"],
  choices: readonly Choice<Marked>[],
): Measurement[] {
  const requests = choices.map(({ candidate, rho }) => ({ columns: candidate.clique, rho }));
  return access.measureMarginals(requests).map(measurementOf);
}

function score(
  request: EngineRequest,
  { access, sizes, total, cells }: Beginning,
  counts: readonly Float64Array[],
  rho: number,
): Marked[] {
  const candidates = candidatesOf(sizes, request.workload, cells / 4).filter(
    (candidate) => candidate.clique.length > 1,
  );
  if (candidates.length === 0) return [];
  access.prepare(candidates.map((candidate) => candidate.clique));
  const expected = candidates.map(({ clique }) => independentCounts(clique, counts, total));
  const requests = candidates.map((candidate, i) => ({
    columns: candidate.clique,
    model: expected[i] as Float64Array,
  }));
  const { errors, sigma } = access.measureErrors(requests, rho);
  return candidates.flatMap((candidate, i) => {
    const error = errors[i] as number;
    const known = { ...candidate, weight: candidate.own, expected: expected[i] as Float64Array };
    return error > sigma ? [{ ...known, error }] : [];
  });
}

/** Rows expected in each cell of a clique when its columns are independent. */
function independentCounts(
  clique: Clique,
  counts: readonly Float64Array[],
  total: number,
): Float64Array {
  let cells: Float64Array = Float64Array.of(total);
  for (const column of clique) {
    const shares = counts[column] as Float64Array;
    const wider = new Float64Array(cells.length * shares.length);
    for (let i = 0, at = 0; i < cells.length; i++) {
      for (const share of shares) wider[at++] = ((cells[i] as number) * share) / total;
    }
    cells = wider;
  }
  return cells;
}

/** Singles may be measured again: what they can still gain is the noise of their first measurement. */
function rescored(
  request: EngineRequest,
  { singles }: Beginning,
  counts: readonly Float64Array[],
): Marked[] {
  const sizes = counts.map((values) => values.length);
  return candidatesOf(sizes, request.workload, Number.POSITIVE_INFINITY)
    .filter((candidate) => candidate.clique.length === 1)
    .map((candidate) => {
      const column = candidate.clique[0] as number;
      const expected = counts[column] as Float64Array;
      const error = noiseError(expected, (singles[column] as Measurement).sigma);
      return { ...candidate, weight: candidate.own, expected, error };
    });
}

/** Cells of the trees that are tried, as shares of what may be, and prices of a cell in errors. */
const LIMITS = [0.03, 0.1, 0.3, 1];
const PENALTIES = [0, 0.5, 2];
/** A tree is full when so many candidates a column in a row did not fit. */
const PATIENCE = 2;

/**
 * Trees of several sizes, grown under several penalties; the one whose best allocation is expected to
 * leave least error wins.
 */
async function choose(
  request: EngineRequest,
  beginning: Beginning,
  scored: readonly Marked[],
  rho: number,
): Promise<readonly Choice<Marked>[]> {
  const sigmaOf = (price: number): number => request.access.sigmaOf(price);
  let best = allocate(
    scored.filter(({ clique }) => clique.length === 1),
    rho,
    sigmaOf,
  );
  for (const limit of LIMITS) {
    for (const penalty of PENALTIES) {
      const inside = supported(beginning, scored, limit * beginning.cells, penalty);
      const allocation = allocate(inside, rho, sigmaOf);
      if (allocation.value > best.value) best = allocation;
      await step(request.progress, "choosing marginals", 1 + limit / 2, 4);
    }
  }
  return best.choices;
}

/** The candidates inside a junction tree of at most `limit` cells, grown greedily, worst first. */
function supported(
  { sizes, zeros }: Beginning,
  scored: readonly Marked[],
  limit: number,
  penalty: number,
): Marked[] {
  const worth = ({ weight, error, cells }: Marked): number => weight * error - penalty * cells;
  const order = scored
    .filter((candidate) => candidate.clique.length > 1 && worth(candidate) > 0)
    .sort((a, b) => worth(b) - worth(a));
  let cliques: Clique[] = zeros.map((zero) => zero.clique);
  let refused = 0;
  for (const { clique } of order) {
    if (refused > PATIENCE * sizes.length) break;
    const grown = [...cliques, clique];
    const fits = cellsNeeded(sizes, grown, limit) <= limit;
    if (fits) cliques = grown;
    refused = fits ? 0 : refused + 1;
  }
  const tree = buildJunctionTree(sizes, cliques);
  const inside = ({ clique }: Marked): boolean =>
    clique.length === 1 || tree.nodes.some((node) => contains(node.attributes, clique));
  return scored.filter(inside);
}
