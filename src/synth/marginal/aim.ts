import type { Access } from "../../privacy/access.js";
import {
  type Engine,
  type EngineRequest,
  measurementOf,
  noisyTotal,
  sizesOf,
  step,
} from "./engine.js";
import { estimate, type MarginalModel, type Measurement } from "./estimate.js";
import { buildJunctionTree, type Clique, contains, treeCells } from "./junction-tree.js";
import { ModelMarginals } from "./model-marginals.js";
import { type Candidate, candidatesOf } from "./workload.js";

/** Shares of each round that go to measuring and to selecting (McKenna et al. 2022, algorithm 2). */
const MEASURE = 0.9;
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
    const rounds = new AimRounds(request);
    await rounds.start();
    while (!rounds.finished) await rounds.next();
    return rounds.result();
  },
};

class AimRounds {
  private readonly request: EngineRequest;
  private readonly access: Access;
  private readonly sizes: readonly number[];
  private readonly candidates: readonly Candidate[];
  private readonly measurements: Measurement[] = [];
  private model!: MarginalModel;
  private used = 0;
  private measureRho: number;
  private selectRho: number;
  private rounds = 0;
  private unconverged = 0;
  finished = false;

  constructor(request: EngineRequest) {
    this.request = request;
    this.access = request.access;
    this.sizes = sizesOf(request.access);
    const perNode = Math.max(request.cells / 4, 10_000);
    this.candidates = candidatesOf(this.sizes, request.workload, perNode);
    const share = request.rho / (16 * this.sizes.length);
    this.measureRho = MEASURE * share;
    this.selectRho = (1 - MEASURE) * share;
  }

  async start(): Promise<void> {
    this.access.prepare(this.candidates.map((candidate) => candidate.clique));
    await step(this.request.progress, "measuring columns", 0, 1);
    const requests = [...this.sizes.keys()].map((column) => ({
      columns: [column],
      rho: this.measureRho,
    }));
    this.used += this.measureRho * requests.length;
    this.measurements.push(...this.access.measureMarginals(requests).map(measurementOf));
    this.fit(undefined);
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
    this.measurements.push(measurementOf(measured));
    const old = before.of(chosen.clique);
    const total = this.model.total;
    this.fit(this.model);
    this.rounds++;
    this.anneal(chosen, old, total);
    await step(progress, `choosing marginals (${this.rounds} so far)`, this.used / rho, 1);
  }

  /** Candidates whose junction tree stays within the share of the memory that the spending allows. */
  private affordable(): Candidate[] {
    const limit = (this.request.cells * this.used) / this.request.rho;
    const cliques = this.cliques();
    const { nodes } = this.model.beliefs.tree;
    return this.candidates.filter((candidate) => {
      if (nodes.some((node) => contains(node.attributes, candidate.clique))) return true;
      return treeCells(buildJunctionTree(this.sizes, [...cliques, candidate.clique])) <= limit;
    });
  }

  private choose(open: readonly Candidate[], marginals: ModelMarginals): Candidate {
    const sigma = this.access.sigmaOf(this.measureRho);
    const requests = open.map((candidate) => ({
      columns: candidate.clique,
      model: marginals.of(candidate.clique).map((share) => share * this.model.total),
      weight: candidate.weight,
      penalty: NOISE_L1 * sigma * candidate.cells,
    }));
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

  private fit(previous: MarginalModel | undefined): void {
    const last = this.finished;
    this.model = estimate(this.sizes, this.measurements, {
      total: noisyTotal(this.measurements),
      zeros: this.request.zeros,
      iterations: last ? this.request.iterations : Math.min(this.request.iterations, 200),
      ...(previous === undefined ? {} : { warm: previous.potentials, step: previous.fit.step }),
    });
    if (this.model.fit.ended === "iterations") this.unconverged++;
  }

  private cliques(): Clique[] {
    return [
      ...this.measurements.map((measurement) => measurement.clique),
      ...this.request.zeros.map((zero) => zero.clique),
    ];
  }

  result(): Awaited<ReturnType<Engine["run"]>> {
    const notes = [`${this.rounds} rounds`];
    if (this.unconverged > 0) notes.push(`${this.unconverged} fits stopped at their step limit`);
    return { model: this.model, measurements: this.measurements, notes };
  }
}
