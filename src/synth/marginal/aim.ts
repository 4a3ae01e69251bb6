import type { Access } from "../../privacy/access.js";
import { noiseError } from "./allocate.js";
import { Beginning, pullFor } from "./beginning.js";
import { type Engine, type EngineRequest, measurementOf, step } from "./engine.js";
import type { MarginalModel } from "./estimate.js";
import { type Clique, cellsNeeded, contains } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";
import type { Measurement } from "./terms.js";
import { type Candidate, candidatesOf } from "./workload.js";

/** The share of the budget for single columns to begin with. */
const SINGLES = 0.15;
/** Shares of each round that go to measuring and to selecting (McKenna et al. 2022, algorithm 2). */
const MEASURE = 0.9;
/** Calibrations of a fit between rounds, at most. */
const STEPS = 60;
const NOISE_L1 = Math.sqrt(2 / Math.PI);

/**
 * AIM (McKenna, Mullins, Sheldon & Miklau 2022, "AIM: An Adaptive and Iterative Mechanism for
 * Differentially Private Synthetic Data"): rounds of choosing the marginal that the model gets most
 * wrong, beyond its noise, and measuring it; rounds grow dearer when they teach less than their noise.
 */
export const aimEngine: Engine = {
  name: "aim",
  summary: "adaptive rounds of choosing and measuring marginals; best quality, slower",
  async run(request) {
    await step(request.progress, "measuring columns", 0, 1);
    const rounds = new AimRounds(request);
    while (!rounds.finished) await rounds.next();
    return rounds.result();
  },
};

class AimRounds {
  private readonly request: EngineRequest;
  private readonly beginning: Beginning;
  private readonly access: Access;
  private readonly candidates: readonly Candidate[];
  private readonly grouped: Measurement[] = [];
  private model: MarginalModel;
  private used: number;
  private measureRho: number;
  private selectRho: number;
  private rounds = 0;
  private unconverged = 0;
  finished = false;

  constructor(request: EngineRequest) {
    this.request = request;
    this.used = SINGLES * request.rho;
    this.beginning = new Beginning(request, this.used);
    this.access = this.beginning.access;
    const { sizes, cells } = this.beginning;
    const perNode = Math.max(cells / 4, 10_000);
    this.candidates = candidatesOf(sizes, request.workload, perNode);
    const share = ((1 - SINGLES) * request.rho) / (16 * sizes.length);
    this.measureRho = MEASURE * share;
    this.selectRho = (1 - MEASURE) * share;
    this.access.prepare(this.candidates.map((candidate) => candidate.clique));
    this.model = this.fit(undefined);
  }

  async next(): Promise<void> {
    const { rho, progress } = this.request;
    if (rho - this.used < 2 * (this.measureRho + this.selectRho)) {
      const rest = (rho - this.used) * (1 - 1e-9);
      this.measureRho = MEASURE * rest;
      this.selectRho = (1 - MEASURE) * rest;
      this.finished = true;
    }
    this.used += this.measureRho + this.selectRho;
    const open = this.affordable();
    const before = new ModelMarginals(this.model.beliefs);
    const chosen = this.choose(open, before);
    const measured = this.access.measureMarginal({ columns: chosen.clique, rho: this.measureRho });
    this.grouped.push(measurementOf(measured));
    const old = before.of(chosen.clique);
    const total = this.model.total;
    this.model = this.fit(this.model);
    this.rounds++;
    this.anneal(chosen, old, total);
    await step(progress, `choosing marginals (${this.rounds} so far)`, this.used / rho, 1);
  }

  /** Candidates whose junction tree stays within the share of the memory that the spending allows. */
  private affordable(): Candidate[] {
    const limit = (this.beginning.cells * this.used) / this.request.rho;
    const cliques = this.cliques();
    const { sizes } = this.beginning;
    const { nodes } = this.model.beliefs.tree;
    return this.candidates.filter((candidate) => {
      if (nodes.some((node) => contains(node.attributes, candidate.clique))) return true;
      return cellsNeeded(sizes, [...cliques, candidate.clique], limit) <= limit;
    });
  }

  private choose(open: readonly Candidate[], marginals: ModelMarginals): Candidate {
    const sigma = this.access.sigmaOf(this.measureRho);
    const requests = open.map(({ clique, weight }) => {
      const model = marginals.of(clique).map((share) => share * this.model.total);
      return { columns: clique, model, weight, penalty: noiseError(model, sigma) };
    });
    return open[this.access.select(requests, this.selectRho)] as Candidate;
  }

  /** Double the precision of later rounds when this one moved the model less than its own noise. */
  private anneal(chosen: Candidate, old: Float64Array, total: number): void {
    const now = new ModelMarginals(this.model.beliefs).of(chosen.clique);
    let moved = 0;
    for (let i = 0; i < now.length; i++) {
      moved += Math.abs((now[i] as number) * this.model.total - (old[i] as number) * total);
    }
    const sigma = this.access.sigmaOf(this.measureRho);
    if (moved <= NOISE_L1 * sigma * now.length) {
      this.measureRho *= 4;
      this.selectRho *= 4;
    }
  }

  private fit(previous: MarginalModel | undefined): MarginalModel {
    const { iterations } = this.request;
    const model = this.beginning.fit(this.beginning.singles, this.grouped, {
      iterations: this.finished ? iterations : Math.min(iterations, STEPS),
      // A count that a fit misses looks like a marginal that is wrong, and is measured again.
      pull: pullFor(this.beginning.total),
      ...(previous === undefined ? {} : { warm: previous.potentials }),
    });
    if (model.fit.ended === "iterations") this.unconverged++;
    return model;
  }

  private cliques(): Clique[] {
    return [
      ...this.grouped.map((measurement) => measurement.clique),
      ...this.beginning.zeros.map((zero) => zero.clique),
    ];
  }

  result(): Awaited<ReturnType<Engine["run"]>> {
    const notes = [`${this.rounds} rounds`];
    if (this.unconverged > 0) notes.push(`${this.unconverged} fits stopped at their step limit`);
    const { singles } = this.beginning;
    return {
      model: this.beginning.finish(this.model, singles),
      measurements: this.beginning.told(singles, this.grouped),
      notes,
    };
  }
}
