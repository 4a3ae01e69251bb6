import { allocate, type Choice, noiseError, type Scored } from "./allocate.js";
import { Beginning, oneFit } from "./beginning.js";
import {
  type Engine,
  type EngineRequest,
  type EngineResult,
  measurementOf,
  step,
} from "./engine.js";
import type { MarginalModel } from "./estimate.js";
import { buildJunctionTree, type Clique, cellsNeeded, contains } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";
import type { Measurement } from "./terms.js";
import { type Candidate, candidatesOf } from "./workload.js";

/** The share of the budget for single columns to begin with. */
const SINGLES = 0.2;
/** What rounds share of what is left for measuring, and what choosing costs in each, of the whole budget. */
interface Course {
  readonly shares: readonly number[];
  readonly selection: number;
}
const several: Course = { shares: [0.2, 0.2, 0.25, 0.35], selection: 0.02 };
/** Where noise is wide, choosing often costs more than it teaches. */
const few: Course = { shares: [0.4, 0.6], selection: 0.03 };
/** Noise of a joint count, as a share of all rows, that is wide: docs/decisions/0012. */
const WIDE = 0.004;
/** More candidates than this are chosen among in few rounds, too: the noise of their errors grows with the root of their number. */
const MANY = 400;
/** Calibrations of a fit between rounds, at most. */
const STEPS = 60;

/** A marginal with how wrong the model is about it, as released with noise. */
type Marked = Candidate & Scored;

/**
 * A few rounds, each of which chooses many marginals at once: the errors of the model so far on all candidates are
 * released with Gaussian noise; the tree, which marginals to measure and how precisely follow from public numbers;
 * they are measured and the model is fitted to all. Four rounds see what relations explain one another, which
 * independence can't tell, for a tenth of the fits that rounds of one marginal need.
 */
export const swiftEngine: Engine = {
  name: "swift",
  summary: "a few rounds that choose many marginals at once; the least error in seconds",
  async run(request) {
    await step(request.progress, "measuring columns", 0, 1);
    const rounds = new SwiftRounds(request);
    while (!rounds.finished) await rounds.next();
    return rounds.result();
  },
};

class SwiftRounds {
  private readonly request: EngineRequest;
  private readonly beginning: Beginning;
  private readonly course: Course;
  private readonly candidates: readonly Candidate[];
  private readonly grouped: Measurement[] = [];
  private readonly paid = new Map<string, Paid>();
  private singles: readonly Measurement[];
  private model: MarginalModel | undefined;
  private round = 0;
  /** What earlier rounds left of their shares. */
  private left = 0;

  constructor(request: EngineRequest) {
    this.request = request;
    this.beginning = new Beginning(request, SINGLES * request.rho, oneFit);
    const { access, singles, sizes, total, cells } = this.beginning;
    this.singles = singles;
    const sigma = access.sigmaOf(((1 - SINGLES) * request.rho) / (sizes.length + 1));
    this.candidates = candidatesOf(sizes, request.workload, cells / 4).filter(
      ({ clique }) => clique.length > 1,
    );
    const isFew = sigma > WIDE * total || this.candidates.length > MANY;
    this.course = isFew ? few : several;
    access.prepare(this.candidates.map(({ clique }) => clique));
  }

  get finished(): boolean {
    return this.round === this.course.shares.length;
  }

  async next(): Promise<void> {
    const { request, beginning, course, round } = this;
    await this.tell("choosing marginals", 0);
    const { shares, selection } = course;
    const all = 1 - SINGLES - selection * shares.length;
    const rho = this.left + request.rho * all * (shares[round] as number);
    const chosen = await this.choose(rho);
    await this.tell("measuring marginals", 1 / 3);
    const [again, joint] = [chosen.filter(isSingle), chosen.filter(isJoint)];
    this.singles = [...this.singles, ...measureAll(request.access, again)];
    this.grouped.push(...measureAll(beginning.access, joint));
    this.left = rho - chosen.reduce((sum, choice) => sum + choice.rho, 0);
    for (const choice of joint) this.pay(choice);
    await this.tell("fitting", 2 / 3);
    this.round++;
    this.model = this.fit();
  }

  private async tell(phase: string, part: number): Promise<void> {
    await step(this.request.progress, phase, this.round + part, this.course.shares.length);
  }

  /**
   * What to buy for `rho`, as if all that pairs have cost so far were to be spent anew: what one has already is taken off.
   */
  private async choose(rho: number): Promise<readonly Choice<Marked>[]> {
    const scored = this.score(this.course.selection * this.request.rho);
    const isLast = this.round === this.course.shares.length - 1;
    const singles = isLast ? rescored(this.request, this.beginning, this.singles) : [];
    const spent = [...this.paid.values()].reduce((sum, own) => sum + own.rho, 0);
    const growth = this.course.shares
      .slice(0, this.round + 1)
      .reduce((sum, share) => sum + share, 0);
    const choices = await choose(this.request, this.beginning, [...singles, ...scored], {
      rho: rho + spent,
      cells: growth * this.beginning.cells,
      measured: this.grouped.map(({ clique }) => clique),
    });
    return toppedUp(choices, this.paid, rho);
  }

  private pay({ candidate, rho }: Choice<Marked>): void {
    const { key, error } = candidate;
    this.paid.set(key, { error, rho: rho + (this.paid.get(key)?.rho ?? 0) });
  }

  private fit(): MarginalModel {
    const { iterations } = this.request;
    return this.beginning.fit(this.singles, this.grouped, {
      iterations: this.finished ? iterations : Math.min(iterations, STEPS),
      ...(this.model === undefined ? {} : { warm: this.model.potentials }),
    });
  }

  /** Joint candidates that the model gets wrong by more than the noise of `rho`; by how much, before they were measured. */
  private score(rho: number): Marked[] {
    if (this.candidates.length === 0) return [];
    const expected = this.expected();
    const requests = this.candidates.map(({ clique }, i) => ({
      columns: clique,
      model: expected[i] as Float64Array,
    }));
    const { errors, sigma } = this.beginning.access.measureErrors(requests, rho);
    return this.candidates.flatMap((candidate, i) => {
      const error = this.paid.get(candidate.key)?.error ?? (errors[i] as number);
      const known = { ...candidate, weight: candidate.own, expected: expected[i] as Float64Array };
      return error > sigma ? [{ ...known, error }] : [];
    });
  }

  /** Rows that the model expects in each cell of each candidate; before there is one, those of independent columns. */
  private expected(): Float64Array[] {
    const { beginning, model, candidates } = this;
    if (model === undefined) {
      const { singles, total } = beginning;
      const counts = beginning.groupCounts(beginning.counts(singles, total));
      return candidates.map(({ clique }) => independentCounts(clique, counts, total));
    }
    const marginals = new ModelMarginals(model.beliefs);
    return candidates.map(({ clique }) => marginals.of(clique).map((share) => share * model.total));
  }

  result(): EngineResult {
    const { beginning, grouped, singles } = this;
    const { length: rounds } = this.course.shares;
    const marginals = `${grouped.length} ${grouped.length === 1 ? "marginal" : "marginals"}`;
    return {
      model: beginning.finish(this.model as MarginalModel, singles),
      measurements: beginning.told(singles, grouped),
      notes: [`${marginals} chosen in ${rounds} rounds`],
    };
  }
}

/** What a marginal has cost, and how wrong the model was about it before. */
interface Paid {
  readonly error: number;
  readonly rho: number;
}

/** Prices less than this share of a round's are not worth a measurement. */
const LEAST = 1e-5;

/** For each choice what is missing of its price, where all prices are scaled so that what is missing sums to `rho`. */
function toppedUp(
  choices: readonly Choice<Marked>[],
  paid: ReadonlyMap<string, Paid>,
  rho: number,
): Choice<Marked>[] {
  const missing = ({ candidate, rho: price }: Choice<Marked>, scale: number): number =>
    Math.max(0, scale * price - (paid.get(candidate.key)?.rho ?? 0));
  let [low, high] = [0, 1];
  const sumAt = (scale: number): number =>
    choices.reduce((sum, choice) => sum + missing(choice, scale), 0);
  while (choices.length > 0 && sumAt(high) < rho) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (sumAt(middle) > rho) high = middle;
    else low = middle;
  }
  return choices
    .map((choice) => ({ ...choice, rho: missing(choice, low) * (1 - 1e-9) }))
    .filter((choice) => choice.rho > LEAST * rho);
}

function isSingle({ candidate }: Choice<Marked>): boolean {
  return candidate.clique.length === 1;
}

function isJoint(choice: Choice<Marked>): boolean {
  return !isSingle(choice);
}

function measureAll(
  access: EngineRequest["access"],
  choices: readonly Choice<Marked>[],
): Measurement[] {
  const requests = choices.map(({ candidate, rho }) => ({ columns: candidate.clique, rho }));
  return access.measureMarginals(requests).map(measurementOf);
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
  beginning: Beginning,
  singles: readonly Measurement[],
): Marked[] {
  const counts = beginning.counts(singles, beginning.total);
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

/** What a round may spend on joint marginals, those of earlier rounds with it, and what they are. */
interface Means {
  readonly rho: number;
  /** The most cells of the junction tree. */
  readonly cells: number;
  readonly measured: readonly Clique[];
}

/**
 * Trees of several sizes, grown under several penalties; the one whose best allocation is expected to
 * leave least error wins.
 */
async function choose(
  request: EngineRequest,
  beginning: Beginning,
  scored: readonly Marked[],
  means: Means,
): Promise<readonly Choice<Marked>[]> {
  const sigmaOf = (price: number): number => request.access.sigmaOf(price);
  let best = allocate(
    scored.filter(({ clique }) => clique.length === 1),
    means.rho,
    sigmaOf,
  );
  for (const limit of LIMITS) {
    for (const penalty of PENALTIES) {
      const tree = { ...means, cells: limit * means.cells };
      const allocation = allocate(supported(beginning, scored, tree, penalty), means.rho, sigmaOf);
      if (allocation.value > best.value) best = allocation;
      await new Promise((resolve) => setImmediate(resolve));
      request.progress.signal.throwIfAborted();
    }
  }
  return best.choices;
}

/** The candidates inside a junction tree of at most so many cells, grown greedily, worst first, from what was measured. */
function supported(
  { sizes, zeros }: Beginning,
  scored: readonly Marked[],
  { cells: limit, measured }: Means,
  penalty: number,
): Marked[] {
  const worth = ({ weight, error, cells }: Marked): number => weight * error - penalty * cells;
  const order = scored
    .filter((candidate) => candidate.clique.length > 1 && worth(candidate) > 0)
    .sort((a, b) => worth(b) - worth(a));
  let cliques: Clique[] = [...measured, ...zeros.map((zero) => zero.clique)];
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
