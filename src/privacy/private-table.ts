import type { CalendarCounts } from "../base/calendar.js";
import { impossible } from "../base/failure.js";
import { partsWithin } from "../table/calendar.js";
import { type ColumnDomain, encodeNumbers } from "../table/domain.js";
import { type Column, columnOf, gather, type Table } from "../table/table.js";
import type { Access, ProtectedUnit } from "./access.js";
import { type CodedColumn, openAccess } from "./access-rows.js";
import type { Account } from "./account.js";
import {
  type Companion,
  companionsOf,
  mostlyUntold,
  type Tie,
  tiesOf,
  type Unreached,
  unreachedOf,
} from "./companions.js";
import { boundContributions } from "./contribution.js";
import { Descent, type DescentPlan } from "./descent.js";
import { type Entropy, SeededEntropy, SystemEntropy } from "./entropy.js";
import { type LearnedBounds, learnBounds } from "./learn-bounds.js";
import { learnCalendar } from "./learn-calendar.js";
import { type LearnedCategories, learnCategories } from "./learn-categories.js";
import { learnEdges } from "./learn-edges.js";
import { edgeGrid } from "./learn-quantiles.js";
import {
  measure,
  measureLaplace,
  type Payer,
  payerOf,
  standardDeviation,
  varianceFor,
} from "./mechanism.js";
import { rational } from "./rational.js";
import { type StandIns, standInsOf } from "./stand-ins.js";
import { substitutesOf, substitution, type Told, toldIn } from "./substitution.js";
import { oneWord, type WordColumn } from "./word-column.js";

export interface PrivateTableOptions {
  readonly table: Table;
  readonly unit: ProtectedUnit;
  /** Whose row it is, one number a row (−1: nobody's, left out); absent: each row its own unit. */
  readonly entities?: ArrayLike<number>;
  readonly account: Pick<Account, "spend" | "remaining">;
  readonly entropy?: Entropy;
  /** For teaching, in place of `entropy`: a seed, and "seeded, not private". */
  readonly noiseSeed?: string | undefined;
}

/** How a column of texts is coded: in so many words each, by nothing but the text itself. */
export interface Spelling {
  readonly name: string;
  readonly slots: number;
  /** Whether a row may lack its text; one that does and may not is left out. */
  readonly optional: boolean;
  /** Write a text's words (undefined: missing) into `into` from `at` on. */
  readonly spell: (text: string | undefined, into: Int32Array, at: number) => void;
}

/** A noisy step on coded rows: words row after row, how many rows, and the norm to clip each one to. */
export type CodedDescent = (
  clip: number,
  sum: (words: Int32Array, rows: number, most: number) => Float32Array,
) => Float64Array;

/**
 * Protected rows before they are coded: what may be learned of their domains, at a price, and the way
 * to `Access`. Contribution bounds are enforced once, here.
 */
export class PrivateTable {
  readonly unit: ProtectedUnit;
  readonly #table: Table;
  readonly #entities: ArrayLike<number> | undefined;
  readonly #payer: Payer;
  readonly #learned = new Map<string, LearnedCategories>();
  /** What the told values of a column go with in others that it determines. */
  readonly #companions = new Map<string, Companion[]>();
  readonly #standIns = new Map<string, StandIns>();

  constructor(options: PrivateTableOptions) {
    const { table, unit, entities, account, noiseSeed } = options;
    const usual = options.entropy ?? new SystemEntropy();
    const entropy = noiseSeed === undefined ? usual : new SeededEntropy(noiseSeed);
    if (entities === undefined && unit.contributions > 1) {
      throw impossible("a unit of several rows, and no word on whose row is whose", { unit });
    }
    this.unit = unit;
    this.#payer = payerOf(account, unit.contributions, entropy);
    if (entities === undefined) {
      this.#table = table;
      return;
    }
    const rows = boundContributions(entities, unit.contributions, entropy);
    this.#table = gather(table, rows);
    this.#entities = Float64Array.from(rows, (row) => entities[row] as number);
  }

  get seeded(): boolean {
    return this.#payer.entropy.kind === "seeded";
  }

  /** ρ that may still be spent, rounded down. */
  remaining(): number {
    return this.#payer.account.remaining(this.#payer.parts);
  }

  /** The noisy number of rows. */
  noisyCount(rho: number): { readonly count: number; readonly sigma: number } {
    const sensitivity2 = rational(BigInt(this.unit.contributions) ** 2n);
    const sigma2 = varianceFor(rho, sensitivity2);
    const answers = () => Float64Array.of(this.#table.rows);
    const what = `the number of rows of ${this.#table.name}`;
    const [noisy] = measure(this.#payer, what, [{ answers, sensitivity2, sigma2 }]);
    return { count: (noisy as Float64Array)[0] as number, sigma: standardDeviation(sigma2) };
  }

  /** The values of a category column that are common enough to be told; see `learnCategories`. */
  learnCategories(name: string, rho: number, delta: number): LearnedCategories {
    const column = this.#column(name);
    if (column.kind !== "code") throw impossible("categories of a number column", { name });
    const what = `values of ${name}`;
    const { levels, codes } = column;
    const learned = learnCategories(this.#payer, what, levels, codes, this.#entities, rho, delta);
    this.#learned.set(name, learned);
    return learned;
  }

  /** Bounds of a number column, to a power of two of `grain` (its step, or 1). */
  learnBounds(name: string, grain: number, rho: number): LearnedBounds {
    return learnBounds(this.#payer, name, this.#numbers(name), grain, rho);
  }

  /**
   * Edges of at most 2^depth bins of about equal mass between public bounds, and bins of their own for the few
   * values that most rows share, ascending, the bounds as outer edges; for `binned` of table/domain. With a step, edges are multiples of it above `low`.
   */
  learnEdges(
    name: string,
    bounds: LearnedBounds,
    step: number | undefined,
    depth: number,
    rho: number,
  ): number[] {
    const { low, high } = bounds;
    const grid = edgeGrid(low, high, step);
    const edges = learnEdges(this.#payer, name, this.#numbers(name), grid, depth, rho);
    return edges.map((edge) => (edge >= grid.cells ? high : low + edge * grid.width));
  }

  /**
   * Which value of another column each told value of a learned one goes with, where a rule says that it determines
   * it: a noisy marginal of the two. Values that were not told are then replaced by told ones that go with the
   * same, so that they speak neither for nor against what the rule ties (`access`).
   */
  learnCompanions(key: ColumnDomain, other: ColumnDomain, rho: number): void {
    const learned = this.#learned.get(key.name);
    if (learned === undefined) throw impossible("companions of a stated domain", { key: key.name });
    const known = this.#companions.get(key.name) ?? [];
    const unclear = { other, goesWith: new Int32Array(key.size).fill(-1) };
    this.#companions.set(key.name, [...known, unclear]);
    if (learned.values.length === 0) return;
    const columns = [this.#withUntold(key), this.#plain(other)];
    const { account, entropy } = this.#payer;
    const common = { columns, rows: this.#table.rows, unit: this.unit, account, entropy };
    const entities = this.#entities;
    const access = openAccess(entities === undefined ? common : { ...common, entities });
    const { counts, sigma } = access.measureMarginal({ columns: [0, 1], rho });
    const codes = learned.values.map((value) => placesOf(key).get(value) ?? -1);
    const goesWith = companionsOf(key.size, other.size, codes, learned.counts, counts, sigma);
    const untold = counts.subarray(key.size * other.size);
    const mostly = mostlyUntold(goesWith, untold, counts, sigma);
    this.#companions.set(key.name, [...known, { other, goesWith, mostlyUntold: mostly }]);
  }

  /** Codes by row, with one more for all values that were not told. */
  #withUntold(domain: ColumnDomain): CodedColumn {
    const { name, size, codes } = this.#plain(domain);
    const column = this.#column(name);
    const isThere = (row: number) => column.kind === "code" && (column.codes[row] as number) >= 0;
    const all = Int32Array.from(codes, (code, row) => (code < 0 && isThere(row) ? size : code));
    return { name, size: size + 1, codes: all };
  }

  /**
   * The domain of a column whose companions are known, with a value that stands for those not told wherever no told one
   * goes: only where it determines one column, for of several no one knows which of their values occur together.
   */
  withStandIns(key: ColumnDomain): ColumnDomain {
    const [only, ...others] = this.#companions.get(key.name) ?? [];
    const found = only === undefined || others.length > 0 ? undefined : standInsOf(key, only);
    if (found === undefined) return key;
    this.#standIns.set(key.name, found);
    this.#companions.set(key.name, [found.companion]);
    return found.domain;
  }

  /** A domain with what stands for values that were not told, for tables whose rows belong to this one's. */
  withSubstitutes(domain: ColumnDomain): ColumnDomain {
    const told = this.#told(domain, []);
    if (told === undefined) return domain;
    return { ...domain, substitutes: substitutesOf(placesOf(domain), domain.size, told) };
  }

  /** What a model should know of companions: see `tiesOf`. */
  ties(domains: readonly ColumnDomain[]): Tie[] {
    return tiesOf(this.#companions, domains);
  }

  /** Values that no told value goes with: see `unreachedOf`. */
  unreached(): Unreached[] {
    const stood = [...this.#standIns].map(([key, { companion, codes }]): Unreached => {
      const { name: other, labels } = companion.other;
      return {
        key,
        other,
        values: [...codes.keys()].map((group) => labels[group] as string),
        standsIn: true,
      };
    });
    return [...stood, ...unreachedOf(this.#companions).map((own) => ({ ...own, standsIn: false }))];
  }

  /** On which months, weekdays, hours … the dates of a column fall; see `learnCalendar`. Parts follow from its bounds. */
  learnCalendar(name: string, { low, high }: LearnedBounds, rho: number): CalendarCounts[] {
    const { type } = this.#column(name);
    const parts = partsWithin(type, low, high);
    const values = this.#numbers(name);
    return learnCalendar(this.#payer, name, values, type.kind === "datetime", parts, rho);
  }

  /**
   * Code the rows by domains and hand out the access to them. The domains must be public: stated by
   * the spec, or learned above. A row's codes depend on that row alone. A category value outside a
   * learned domain is replaced by one drawn from the learned counts, among those that go with what the row has in
   * columns that it determines, or by their stand-in, so that its row still counts in the other columns; other values
   * outside a domain take their row out.
   */
  access(domains: readonly ColumnDomain[]): Access {
    const { account, entropy } = this.#payer;
    const coded: Coded = new Map();
    const columns = domains.map((domain) => this.#code(domain, coded, domains));
    const { rows } = this.#table;
    const common = { columns, rows, unit: this.unit, account, entropy };
    const entities = this.#entities;
    return openAccess(entities === undefined ? common : { ...common, entities });
  }

  /**
   * Gradient descent on the coded rows: `plan` is charged to `account` at once. The function that sums
   * clipped gradients is the one thing outside this folder that sees rows, and only those of a sample:
   * as codes, row after row in the order of `fields`.
   */
  descent(
    fields: readonly (ColumnDomain | Spelling)[],
    plan: DescentPlan,
    account: Payer["account"],
  ): CodedDescent {
    const coded: Coded = new Map();
    const domains = fields.filter((field): field is ColumnDomain => !("spell" in field));
    const columns = fields.map((field) =>
      "spell" in field ? this.#spelt(field) : oneWord(this.#code(field, coded, domains)),
    );
    const inside = Array.from({ length: this.#table.rows }, (_, row) => row).filter((row) =>
      columns.every(({ isInside }) => isInside(row)),
    );
    const width = columns.reduce((sum, { slots }) => sum + slots, 0);
    const payer = payerOf(account, this.unit.contributions, this.#payer.entropy);
    const what = `${plan.steps} noisy gradients over the rows of ${this.#table.name}`;
    const descent = new Descent(payer, what, this.#unitsOf(inside), plan);
    return (clip, sum) =>
      descent.step(clip, (rows, most) => {
        const words = new Int32Array(rows.length * width);
        let at = 0;
        for (const row of rows) {
          for (const { slots, write } of columns) {
            write(row, words, at);
            at += slots;
          }
        }
        return sum(words, rows.length, most);
      });
  }

  /** A count with discrete Laplace noise, for whoever divides by the expected size of a sample. */
  countOfRows(epsilon: number, account: Payer["account"]): number {
    const payer = payerOf(account, this.unit.contributions, this.#payer.entropy);
    const answers = () => Float64Array.of(this.#table.rows);
    const what = `the number of rows of ${this.#table.name}`;
    const [noisy] = measureLaplace(payer, what, answers, this.unit.contributions, epsilon);
    return noisy as number;
  }

  /** Rows by whose they are. */
  #unitsOf(rows: readonly number[]): Uint32Array[] {
    const entities = this.#entities;
    if (entities === undefined) return rows.map((row) => Uint32Array.of(row));
    const owned = new Map<number, number[]>();
    for (const row of rows) {
      const owner = entities[row] as number;
      owned.set(owner, [...(owned.get(owner) ?? []), row]);
    }
    return [...owned.values()].map((own) => Uint32Array.from(own));
  }

  #spelt({ name, slots, optional, spell }: Spelling): WordColumn {
    const column = this.#column(name);
    if (column.kind !== "code") throw impossible("letters of a number column", { name });
    const { codes, levels } = column;
    return {
      slots,
      isInside: (row) => optional || (codes[row] as number) >= 0,
      write: (row, into, at) => spell(levels[codes[row] as number], into, at),
    };
  }

  /** Codes by row, −1 for a category that was not told. */
  #plain(domain: ColumnDomain): CodedColumn {
    const { name, size } = domain;
    const column = this.#column(name);
    if (column.kind === "number") {
      return { name, size, codes: encodeNumbers(domain, column.values) };
    }
    const missing = domain.missingCode ?? -1;
    const place = placesOf(domain);
    const target = column.levels.map((level) => place.get(level) ?? -1);
    const codes = column.codes.map((code) => (code < 0 ? missing : (target[code] as number)));
    return { name, size, codes };
  }

  /**
   * Codes by row, with others in place of what was not told. Columns that determine one another are coded in
   * turn, so that what stands in one goes with what stands in the other.
   */
  #code(domain: ColumnDomain, coded: Coded, domains: readonly ColumnDomain[]): CodedColumn {
    const { name } = domain;
    const known = coded.get(name);
    if (known !== undefined) return known;
    const plain = this.#plain(domain);
    const told = this.#told(domain, domains);
    const column = this.#column(name);
    coded.set(name, plain);
    if (told === undefined || column.kind === "number") return plain;
    const { learned, standIns } = told;
    const companions = told.companions.map(({ other, goesWith }) => ({
      ...{ goesWith, standIns },
      codes: this.#code(other, coded, domains).codes,
    }));
    const place = placesOf(domain);
    const substitute = substitution(learned, place, companions, this.#payer.entropy);
    const codes = Int32Array.from(plain.codes, (code, row) =>
      code < 0 && (column.codes[row] as number) >= 0 ? orMissing(substitute(row), domain) : code,
    );
    const made = { ...plain, codes };
    coded.set(name, made);
    return made;
  }

  /** What was told of a column's values: here, or of the table whose columns are laid beside this one's. */
  #told(domain: ColumnDomain, domains: readonly ColumnDomain[]): Told | undefined {
    const learned = this.#learned.get(domain.name);
    if (learned === undefined) return toldIn(domain, domains);
    return {
      learned,
      companions: this.#companions.get(domain.name) ?? [],
      standIns: this.#standIns.get(domain.name)?.codes ?? new Map(),
    };
  }

  #numbers(name: string): Float64Array {
    const column = this.#column(name);
    if (column.kind !== "number") throw impossible("numbers of a category column", { name });
    return column.values;
  }

  #column(name: string): Column {
    const column = columnOf(this.#table, name);
    if (column === undefined) throw impossible("a domain of a column that is not there", { name });
    return column;
  }
}

/** Columns coded so far; one that is being coded stands as it is without substitutes. */
type Coded = Map<string, CodedColumn>;

/** Where nothing was told of a column, a value that it has is missing, if it may be. */
function orMissing(code: number, { missingCode = -1 }: ColumnDomain): number {
  return code < 0 ? missingCode : code;
}

/** Codes of a domain's values. */
function placesOf({ labels, missingCode }: ColumnDomain): Map<string, number> {
  const place = new Map(labels.map((label, code) => [label, code]));
  if (missingCode !== undefined) place.delete(labels[missingCode] as string);
  return place;
}
