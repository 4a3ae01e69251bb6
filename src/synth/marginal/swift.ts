import {
  type Engine,
  type EngineRequest,
  measurementOf,
  measureSingles,
  noisyTotal,
  sizesOf,
  step,
} from "./engine.js";
import { estimate, keyOf, type MarginalModel, type Measurement } from "./estimate.js";
import { buildJunctionTree, type Clique, contains, treeCells } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";
import { type Candidate, candidatesOf } from "./workload.js";

const SINGLES = 0.1;
const SELECTION = 0.1;
const NOISE_L1 = Math.sqrt(2 / Math.PI);

/** A marginal with how wrong independence is about it, as released with noise. */
interface Scored extends Candidate {
  readonly error: number;
  readonly expected: Float64Array;
}

/**
 * One-shot selection: the errors of independence on all candidates are released at once with Gaussian
 * noise; everything after that, the tree, which marginals to measure and how precisely, is computed
 * from public numbers; then one round of measuring and one fit. No adaptivity, so it is quick.
 */
export const swiftEngine: Engine = {
  name: "swift",
  summary: "one-shot choice of marginals, one fit; nearly AIM's quality in seconds",
  async run(request) {
    const { access, rho, progress } = request;
    const sizes = sizesOf(access);
    await step(progress, "measuring columns", 0, 3);
    const singles = measureSingles(access, SINGLES * rho);
    const total = noisyTotal(singles);
    const options = { total, zeros: request.zeros, iterations: request.iterations };
    const independent = estimate(sizes, singles, options);
    await step(progress, "choosing marginals", 1, 3);
    const scored = [
      ...singlesAsCandidates(request, independent, singles),
      ...score(request, independent, SELECTION * (1 - SINGLES) * rho),
    ];
    const chosen = choose(request, sizes, scored, (1 - SELECTION) * (1 - SINGLES) * rho);
    await step(progress, "measuring marginals", 2, 3);
    if (chosen.length === 0) return { model: independent, measurements: singles, notes: [] };
    const measured = access.measureMarginals(chosen).map(measurementOf);
    const measurements = [...singles, ...measured];
    const model = estimate(sizes, measurements, { ...options, total: noisyTotal(measurements) });
    await step(progress, "measuring marginals", 3, 3);
    return { model, measurements, notes: [`${chosen.length} marginals chosen in one shot`] };
  },
};

function score(request: EngineRequest, model: MarginalModel, rho: number): Scored[] {
  const { access, workload } = request;
  const candidates = candidatesOf(sizesOf(access), workload, request.cells / 4).filter(
    (candidate) => candidate.clique.length > 1,
  );
  access.prepare(candidates.map((candidate) => candidate.clique));
  const marginals = new ModelMarginals(model.beliefs);
  const expected = candidates.map((candidate) =>
    marginals.of(candidate.clique).map((share) => share * model.total),
  );
  const requests = candidates.map((candidate, i) => ({
    columns: candidate.clique,
    model: expected[i] as Float64Array,
  }));
  if (requests.length === 0) return [];
  const { errors } = access.measureErrors(requests, rho);
  return candidates.map((candidate, i) => ({
    ...candidate,
    error: Math.max(0, errors[i] as number),
    expected: expected[i] as Float64Array,
  }));
}

/** Singles may be measured again: what they can still gain is the noise of their first measurement. */
function singlesAsCandidates(
  request: EngineRequest,
  model: MarginalModel,
  singles: readonly Measurement[],
): Scored[] {
  const marginals = new ModelMarginals(model.beliefs);
  return candidatesOf(sizesOf(request.access), request.workload, request.cells)
    .filter((candidate) => candidate.clique.length === 1)
    .map((candidate) => {
      const sigma = singles[candidate.clique[0] as number]?.sigma as number;
      const expected = marginals.of(candidate.clique).map((share) => share * model.total);
      return { ...candidate, expected, error: NOISE_L1 * sigma * effectiveCells(expected, sigma) };
    });
}

interface Choice {
  readonly columns: Clique;
  readonly rho: number;
}

/**
 * Trees of several sizes, grown under several penalties; the one whose best allocation is expected to
 * leave least error wins.
 */
function choose(
  request: EngineRequest,
  sizes: readonly number[],
  scored: readonly Scored[],
  rho: number,
): readonly Choice[] {
  let best: Allocation = { choices: [], value: 0 };
  for (const limit of [0.03, 0.1, 0.3, 1].map((share) => share * request.cells)) {
    for (const penalty of [0, 0.5, 2]) {
      const inside = supported(request, sizes, scored, limit, penalty);
      const allocation = allocate(inside, rho);
      if (allocation.value > best.value) best = allocation;
    }
  }
  return best.choices;
}

/** The candidates inside a junction tree of at most `limit` cells, grown greedily, worst first. */
function supported(
  request: EngineRequest,
  sizes: readonly number[],
  scored: readonly Scored[],
  limit: number,
  penalty: number,
): Scored[] {
  const order = scored
    .filter((candidate) => worthOf(candidate, penalty) > 0)
    .sort((a, b) => worthOf(b, penalty) - worthOf(a, penalty));
  let cliques: Clique[] = request.zeros.map((zero) => zero.clique);
  for (const candidate of order) {
    const grown = [...cliques, candidate.clique];
    if (treeCells(buildJunctionTree(sizes, grown)) <= limit) cliques = grown;
  }
  const { nodes } = buildJunctionTree(sizes, cliques);
  return scored.filter((candidate) =>
    nodes.some((node) => contains(node.attributes, candidate.clique)),
  );
}

function worthOf(candidate: Scored, penalty: number): number {
  return candidate.weight * candidate.error - penalty * candidate.cells;
}

interface Allocation {
  readonly choices: readonly Choice[];
  /** Weighted error explained less weighted error that noise adds. */
  readonly value: number;
}

/**
 * Which marginals to measure, and at what price, so that the sum of weighted expected L1 errors is
 * least: with y = (w·s·√(2/π))^(2/3) a set costs (Σy)^1.5/√(2ρ) when each gets ρ·y/Σy (Lagrange), and a
 * marginal joins while what it explains is more than what it adds. Cells that noise would swamp count
 * in part, because the fit keeps counts non-negative; how many depends on the price, hence two passes.
 */
function allocate(scored: readonly Scored[], rho: number): Allocation {
  let prices = new Map(scored.map((candidate) => [candidate.key, rho / 20]));
  let allocation: Allocation = { choices: [], value: 0 };
  for (let pass = 0; pass < 3; pass++) {
    const entries = scored.map((candidate) => {
      const sigma = 1 / Math.sqrt(2 * (prices.get(candidate.key) ?? rho / 20));
      const cells = effectiveCells(candidate.expected, sigma);
      return { candidate, y: (candidate.weight * cells * NOISE_L1) ** (2 / 3) };
    });
    allocation = fill(entries, rho);
    prices = new Map(allocation.choices.map((choice) => [keyOf(choice.columns), choice.rho]));
  }
  return allocation;
}

interface Entry {
  readonly candidate: Scored;
  readonly y: number;
}

function fill(entries: readonly Entry[], rho: number): Allocation {
  const budget = Math.sqrt(2 * rho);
  const gain = ({ candidate, y }: Entry): number => (candidate.weight * candidate.error) / y;
  let sum = 0;
  let value = 0;
  const chosen: Entry[] = [];
  for (const entry of [...entries].sort((a, b) => gain(b) - gain(a))) {
    const next = value + entry.candidate.weight * entry.candidate.error;
    if (next - (sum + entry.y) ** 1.5 / budget <= value - sum ** 1.5 / budget) continue;
    chosen.push(entry);
    sum += entry.y;
    value = next;
  }
  const choices = chosen.map(({ candidate, y }) => ({
    columns: candidate.clique,
    rho: (rho * y * (1 - 1e-9)) / sum,
  }));
  return { choices, value: value - sum ** 1.5 / budget };
}

/** The share of a swamped cell that still errs; chosen by measurement on Adult. */
const SWAMPED = 0.4;

/** How many cells carry the noise of a measurement, once negative and empty cells are cut off. */
function effectiveCells(expected: Float64Array, sigma: number): number {
  let cells = 0;
  for (const count of expected) cells += Math.min(1, count / sigma + SWAMPED);
  return Math.max(cells, 1);
}
