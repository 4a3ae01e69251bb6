import type { Random } from "../../../src/base/random.js";
import type {
  Access,
  Chooser,
  ErrorRequest,
  MarginalRequest,
  NoisyMarginal,
} from "../../../src/privacy/access.js";

/**
 * A test double of `Access` on a coded table: floating-point noise from a seed, a counter for ρ. For
 * exercising engines quickly; the real one is tested where it lives.
 */
export class PlainAccess implements Access {
  readonly columns: { name: string; size: number }[];
  readonly unit = { name: "each row", contributions: 1 };
  readonly seeded = true;
  spent = 0;
  private readonly counts = new Map<string, Float64Array>();

  private readonly codes: readonly Int32Array[];
  private readonly budget: number;
  private readonly random: Random;

  constructor(
    codes: readonly Int32Array[],
    sizes: readonly number[],
    budget: number,
    random: Random,
  ) {
    this.codes = codes;
    this.budget = budget;
    this.random = random;
    this.columns = sizes.map((size, i) => ({ name: `c${i}`, size }));
  }

  remaining(): number {
    return this.budget - this.spent;
  }
  sigmaOf(rho: number): number {
    return 1 / Math.sqrt(2 * rho);
  }
  prepare(): void {}

  measureMarginal(request: MarginalRequest): NoisyMarginal {
    return this.measureMarginals([request])[0] as NoisyMarginal;
  }
  measureMarginals(requests: readonly MarginalRequest[]): readonly NoisyMarginal[] {
    this.charge(requests.reduce((sum, request) => sum + request.rho, 0));
    return requests.map(({ columns, rho }) => {
      const sigma = this.sigmaOf(rho);
      const counts = this.exact(columns).map((count) =>
        Math.round(count + sigma * this.random.normal()),
      );
      return { columns, counts, sigma };
    });
  }
  measureErrors(requests: readonly ErrorRequest[], rho: number) {
    this.charge(rho);
    const sigma = Math.sqrt(requests.length / (2 * rho));
    const errors = Float64Array.from(
      requests,
      (request) => this.l1(request) + sigma * this.random.normal(),
    );
    return { errors, sigma };
  }
  select(requests: readonly ErrorRequest[], rho: number): number {
    this.charge(rho);
    const epsilon = Math.sqrt(8 * rho);
    const sensitivity = Math.max(...requests.map((request) => request.weight ?? 1));
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const [i, request] of requests.entries()) {
      const score = (request.weight ?? 1) * (this.l1(request) - (request.penalty ?? 0));
      const gumbel = -Math.log(-Math.log(this.random.uniform() + 1e-300));
      const noisy = (epsilon * score) / (2 * sensitivity) + gumbel;
      if (noisy > most) {
        most = noisy;
        best = i;
      }
    }
    return best;
  }
  choices(requests: readonly ErrorRequest[], count: number, rho: number): Chooser {
    let left = count;
    return (open) => {
      if (left-- <= 0) throw new Error("not paid for");
      const among = open.map((position) => requests[position] as ErrorRequest);
      return open[this.select(among, rho)] as number;
    };
  }
  noisyCount(rho: number) {
    this.charge(rho);
    return { count: this.codes[0]?.length ?? 0, sigma: this.sigmaOf(rho) };
  }
  partition(): readonly Access[] {
    throw new Error("not in the test double");
  }

  merged(groups: readonly Int32Array[]): Access {
    const codes = this.codes.map((column, c) =>
      column.map((code) => (groups[c] as Int32Array)[code] as number),
    );
    const sizes = groups.map((codes) => Math.max(...codes) + 1);
    const merged = new PlainAccess(codes, sizes, this.budget, this.random);
    merged.charge = (rho) => this.charge(rho);
    return merged;
  }

  exact(columns: readonly number[]): Float64Array {
    const key = columns.join(",");
    const known = this.counts.get(key);
    if (known !== undefined) return known;
    const size = columns.reduce((product, c) => product * (this.columns[c]?.size as number), 1);
    const counts = new Float64Array(size);
    const rows = this.codes[0]?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      let cell = 0;
      for (const c of columns) {
        cell =
          cell * (this.columns[c]?.size as number) + ((this.codes[c] as Int32Array)[row] as number);
      }
      counts[cell] = (counts[cell] as number) + 1;
    }
    this.counts.set(key, counts);
    return counts;
  }
  private l1(request: ErrorRequest): number {
    const exact = this.exact(request.columns);
    let sum = 0;
    for (let i = 0; i < exact.length; i++) {
      sum += Math.abs((exact[i] as number) - (request.model[i] as number));
    }
    return sum;
  }
  charge(rho: number): void {
    if (this.spent + rho > this.budget * (1 + 1e-12)) throw new Error("overspent");
    this.spent += rho;
  }
}
