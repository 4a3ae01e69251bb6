import { randomUUID } from "node:crypto";
import { failure, impossible } from "../base/failure.js";
import type {
  Access,
  AccessColumn,
  Chooser,
  ErrorRequest,
  MarginalRequest,
  NoisyErrors,
  NoisyMarginal,
  ProtectedUnit,
} from "./access.js";
import type { Account } from "./account.js";
import { boundContributions } from "./contribution.js";
import { type Codes, mergeCodes, packCodes } from "./count.js";
import { type Entropy, SystemEntropy } from "./entropy.js";
import { MarginalCounts } from "./marginal-counts.js";
import {
  type GaussianQuery,
  measure,
  type Payer,
  payerOf,
  selections,
  standardDeviation,
  varianceFor,
} from "./mechanism.js";
import { type Rational, rational } from "./rational.js";

/** Models and scores are rounded to this grid before anything is compared: 2⁻²⁰. */
const GRID = 2 ** 20;
const LARGEST_MODEL_TOTAL = 2 ** 32;

/** A column as coded by a public domain. Codes outside 0 .. size−1 take their row out. */
export interface CodedColumn {
  readonly name: string;
  readonly size: number;
  readonly codes: ArrayLike<number>;
}

export interface AccessOptions {
  readonly columns: readonly CodedColumn[];
  readonly rows: number;
  readonly unit: ProtectedUnit;
  /** Whose row it is, for units with several rows (−1: nobody's, left out); absent: each row its own. */
  readonly entities?: ArrayLike<number>;
  readonly account: Pick<Account, "spend" | "remaining">;
  /** Default: the operating system's. A `SeededEntropy` makes everything "seeded, not private". */
  readonly entropy?: Entropy;
}

/** Take rows in custody and hand out the only way to ask about them. */
export function openAccess(options: AccessOptions): Access {
  const entropy = options.entropy ?? new SystemEntropy();
  const { unit, columns, entities } = options;
  const rows = keptRows(options, entropy);
  const codes = columns.map((column) => packCodes(column.size, column.codes, rows));
  if (entities === undefined && unit.contributions > 1) {
    throw impossible("a unit of several rows, and no word on whose row is whose", { unit });
  }
  const payer = payerOf(options.account, unit.contributions, entropy);
  const names = columns.map(({ name, size }) => ({ name, size }));
  return new RowAccess(names, codes, rows.length, unit, payer);
}

/** Rows inside all domains, then at most `contributions` of each entity. */
function keptRows(options: AccessOptions, entropy: Entropy): Uint32Array {
  const inside = new Uint8Array(options.rows).fill(1);
  for (const { codes, size } of options.columns) {
    for (let row = 0; row < options.rows; row++) {
      const code = codes[row] as number;
      if (!(code >= 0 && code < size)) inside[row] = 0;
    }
  }
  const { entities, unit } = options;
  const whose = (row: number) => (entities === undefined ? row : (entities[row] as number));
  if (entities !== undefined) {
    const owners = Float64Array.from(inside, (keep, row) => (keep === 1 ? whose(row) : -1));
    return boundContributions(owners, unit.contributions, entropy);
  }
  const rows: number[] = [];
  for (let row = 0; row < options.rows; row++) if (inside[row] === 1) rows.push(row);
  return Uint32Array.from(rows);
}

class RowAccess implements Access {
  readonly columns: readonly AccessColumn[];
  readonly unit: ProtectedUnit;
  readonly #codes: readonly Codes[];
  readonly #counts: MarginalCounts;
  readonly #payer: Payer;

  constructor(
    columns: readonly AccessColumn[],
    codes: readonly Codes[],
    rows: number,
    unit: ProtectedUnit,
    payer: Payer,
  ) {
    this.columns = columns;
    this.unit = unit;
    this.#codes = codes;
    this.#counts = new MarginalCounts(columns, codes, rows);
    this.#payer = payer;
  }

  get seeded(): boolean {
    return this.#payer.entropy.kind === "seeded";
  }

  remaining(): number {
    return this.#payer.account.remaining(this.#payer.parts);
  }

  sigmaOf(rho: number): number {
    checkPrice("a marginal", rho);
    return standardDeviation(varianceFor(rho, this.#sensitivity2()));
  }

  prepare(cliques: readonly (readonly number[])[]): void {
    this.#counts.prepare(cliques);
  }

  measureMarginal(request: MarginalRequest): NoisyMarginal {
    return this.measureMarginals([request])[0] as NoisyMarginal;
  }

  measureMarginals(requests: readonly MarginalRequest[]): readonly NoisyMarginal[] {
    if (requests.length === 0) return [];
    const sensitivity2 = this.#sensitivity2();
    for (const { columns, rho } of requests) {
      checkPrice(this.#nameOf(columns), rho);
      this.#counts.check(columns);
    }
    const queries = requests.map(
      ({ columns, rho }): GaussianQuery => ({
        answers: () => this.#counts.of(columns),
        sensitivity2,
        sigma2: varianceFor(rho, sensitivity2),
      }),
    );
    const what = `counts of ${requests.map(({ columns }) => this.#nameOf(columns)).join(", ")}`;
    const noisy = measure(this.#payer, what, queries);
    return requests.map(({ columns }, i) => ({
      columns,
      counts: noisy[i] as Float64Array,
      sigma: standardDeviation((queries[i] as GaussianQuery).sigma2),
    }));
  }

  measureErrors(requests: readonly ErrorRequest[], rho: number): NoisyErrors {
    const what = `errors of a model on ${setsOf(requests.length)}`;
    checkPrice(what, rho);
    const each = this.#payer.contributions * GRID;
    const sensitivity2 = rational(BigInt(requests.length) * BigInt(each) ** 2n);
    const answers = () => Float64Array.from(requests, (request) => this.#gridError(request));
    const sigma2 = varianceFor(rho, sensitivity2);
    const [noisy] = measure(this.#payer, what, [{ answers, sensitivity2, sigma2 }]);
    return {
      errors: (noisy as Float64Array).map((error) => error / GRID),
      sigma: standardDeviation(sigma2) / GRID,
    };
  }

  select(requests: readonly ErrorRequest[], rho: number): number {
    const what = `the choice among ${setsOf(requests.length)}`;
    return this.#chooser(what, requests, 1, rho)([...requests.keys()]);
  }

  choices(requests: readonly ErrorRequest[], count: number, rho: number): Chooser {
    const what = `${count} choices among ${setsOf(requests.length)}`;
    return this.#chooser(what, requests, count, rho);
  }

  #chooser(what: string, requests: readonly ErrorRequest[], count: number, rho: number): Chooser {
    checkPrice(what, rho);
    const weights = requests.map(({ weight }) => onGrid(weight ?? 1));
    let heaviest = 1n;
    for (const weight of weights) {
      const size = weight < 0n ? -weight : weight;
      if (size > heaviest) heaviest = size;
    }
    const sensitivity = heaviest * BigInt(this.#payer.contributions) * BigInt(GRID);
    const draw = selections(this.#payer, what, count, rho);
    const scores = requests.map((request, i) => {
      const distance = BigInt(this.#gridError(request)) - onGrid(request.penalty ?? 0);
      return (weights[i] as bigint) * distance;
    });
    return (open) => {
      const drawn = draw(
        open.map((position) => scores[position] as bigint),
        sensitivity,
      );
      return open[drawn] as number;
    };
  }

  noisyCount(rho: number): { readonly count: number; readonly sigma: number } {
    const { counts, sigma } = this.measureMarginal({ columns: [], rho });
    return { count: counts[0] as number, sigma };
  }

  partition(column: number): readonly Access[] {
    const { name, size } = this.columns[column] as AccessColumn;
    if (this.unit.contributions > 1) {
      const { name: unit, contributions } = this.unit;
      throw failure("P0753", { column: name, unit, contributions });
    }
    const { codes } = this.#codes[column] as Codes;
    const members: number[][] = Array.from({ length: size }, () => []);
    for (let row = 0; row < codes.length; row++) members[codes[row] as number]?.push(row);
    const split = randomUUID();
    return members.map((rows, part) => {
      const own = this.#codes.map((c) => packCodes(c.size, c.codes, Uint32Array.from(rows)));
      const payer = { ...this.#payer, parts: [...this.#payer.parts, { split, part }] };
      return new RowAccess(this.columns, own, rows.length, this.unit, payer);
    });
  }

  merged(groups: readonly Int32Array[]): Access {
    const columns = this.columns.map(({ name }, column) => ({
      name,
      size: (groups[column] as Int32Array).reduce((a, b) => Math.max(a, b), -1) + 1,
    }));
    const codes = columns.map(({ size }, column) =>
      mergeCodes(this.#codes[column] as Codes, groups[column] as Int32Array, size),
    );
    return new RowAccess(columns, codes, codes[0]?.codes.length ?? 0, this.unit, this.#payer);
  }

  /** A unit's rows may all fall into one cell. */
  #sensitivity2(): Rational {
    return rational(BigInt(this.#payer.contributions) ** 2n);
  }

  /** ‖M(data) − M(model)‖₁ in whole multiples of 2⁻²⁰, exactly. */
  #gridError({ columns, model }: ErrorRequest): number {
    const exact = this.#counts.of(columns);
    if (exact.length !== model.length) {
      throw impossible("a model's marginal has another shape", { columns, cells: model.length });
    }
    let distance = 0;
    let total = 0;
    for (let cell = 0; cell < exact.length; cell++) {
      const expected = Math.round((model[cell] as number) * GRID);
      distance += Math.abs((exact[cell] as number) * GRID - expected);
      total += Math.abs(expected);
    }
    if (!(total <= LARGEST_MODEL_TOTAL * GRID)) {
      throw impossible("a model's marginal is not made of numbers of a sensible size", { columns });
    }
    return distance;
  }

  #nameOf(columns: readonly number[]): string {
    if (columns.length === 0) return "all rows";
    return columns.map((column) => (this.columns[column] as AccessColumn).name).join(" × ");
  }
}

function onGrid(value: number): bigint {
  if (!Number.isFinite(value)) throw impossible("a weight or penalty is not a number", { value });
  return BigInt(Math.round(value * GRID));
}

function checkPrice(what: string, rho: number): void {
  if (!(rho > 0 && Number.isFinite(rho))) {
    throw failure("P0756", { what, value: String(rho) });
  }
}

function setsOf(count: number): string {
  return `${count} ${count === 1 ? "set" : "sets"} of columns`;
}
