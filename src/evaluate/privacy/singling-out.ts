import { type Random, stream } from "../../base/random.js";
import type { DistanceRows } from "../../kernels/gower.js";
import { type AttackRisk, attackRisk } from "./intervals.js";
import type { Encoded } from "./rows.js";

export interface SinglingOutOptions {
  /** Columns in a predicate; 1 looks for rare values. */
  readonly columns: number;
  readonly attacks: number;
}

/** A condition on one column: missing, equal, at least, at most. */
interface Condition {
  readonly place: number;
  readonly test: "missing" | "equal" | "least" | "most";
  readonly value: number;
}

/**
 * Singling out (Giomi et al. 2023): an attacker who sees only generated rows says "exactly one person
 * has these values". Predicates are taken from random generated rows, and only those that single out a
 * generated row are used.
 *
 * Learned and held-out rows are compared at the same number of rows: of c learned rows that match, the
 * chance that exactly one is among n drawn ones is computed exactly, so no size correction is fitted.
 */
export function singlingOut(
  { synthetic, train, holdout }: Encoded,
  options: SinglingOutOptions,
  seed: number | string,
): AttackRisk {
  const random = stream(seed, "attack", "singling out", options.columns);
  const guess = stream(seed, "attack", "singling out blindly", options.columns);
  const size = Math.min(train.count, holdout.count);
  const medians = mediansOf(synthetic);
  let made = 0;
  let main = 0;
  let control = 0;
  const seen = new Set<string>();
  for (let tries = 0; made < options.attacks && tries < options.attacks * 20; tries++) {
    const predicate = predicateFrom(synthetic, options.columns, medians, random);
    const name = JSON.stringify(predicate);
    if (seen.has(name) || matches(synthetic, predicate, 2) !== 1) continue;
    seen.add(name);
    made++;
    main += aloneIn(matches(train, predicate), train.count, size);
    control += aloneIn(matches(holdout, predicate), holdout.count, size);
  }
  const blind = Math.max(made, 1);
  let naive = 0;
  for (let i = 0; i < blind; i++) {
    const predicate = blindPredicate(synthetic, options.columns, guess);
    naive += aloneIn(matches(train, predicate), train.count, size);
  }
  return attackRisk({ right: main, made }, { right: control, made }, { right: naive, made: blind });
}

/** The chance that exactly one of `found` matching rows is among `drawn` of `rows` rows. */
export function aloneIn(found: number, rows: number, drawn: number): number {
  if (found === 0) return 0;
  if (drawn >= rows) return Number(found === 1);
  let chance = (found * drawn) / rows;
  for (let i = 0; i < found - 1; i++) chance *= (rows - drawn - i) / (rows - 1 - i);
  return Math.max(0, chance);
}

function predicateFrom(
  rows: DistanceRows,
  columns: number,
  medians: Float64Array,
  random: Random,
): readonly Condition[] {
  const row = random.below(rows.count);
  return somePlaces(rows.columns, columns, random).map((place) => {
    const value = rows.values[row * rows.columns + place] as number;
    if (place >= rows.numeric) return { place, test: "equal", value };
    if (Number.isNaN(value)) return { place, test: "missing", value: 0 };
    if (columns === 1) return { place, test: "equal", value };
    return { place, test: value >= (medians[place] as number) ? "least" : "most", value };
  });
}

/** Values that anyone could make up: uniform over what is known of the columns. */
function blindPredicate(rows: DistanceRows, columns: number, random: Random): readonly Condition[] {
  return somePlaces(rows.columns, columns, random).map((place) => {
    if (place < rows.numeric) {
      return { place, test: random.below(2) === 0 ? "least" : "most", value: random.uniform() };
    }
    let most = 0;
    for (let row = 0; row < rows.count; row++) {
      most = Math.max(most, rows.values[row * rows.columns + place] as number);
    }
    return { place, test: "equal", value: random.below(most + 1) };
  });
}

function somePlaces(width: number, count: number, random: Random): number[] {
  const places = Uint32Array.from({ length: width }, (_, place) => place);
  return [...random.shuffle(places).slice(0, Math.min(count, width))].sort((a, b) => a - b);
}

/** How many rows a predicate fits; counting stops at `enough`. */
function matches(
  rows: DistanceRows,
  predicate: readonly Condition[],
  enough = Number.POSITIVE_INFINITY,
): number {
  let count = 0;
  const { values, columns } = rows;
  for (let row = 0; row < rows.count && count < enough; row++) {
    let all = true;
    for (let i = 0; all && i < predicate.length; i++) {
      const condition = predicate[i] as Condition;
      all = holds(values[row * columns + condition.place] as number, condition);
    }
    if (all) count++;
  }
  return count;
}

function holds(cell: number, { test, value }: Condition): boolean {
  switch (test) {
    case "missing":
      return Number.isNaN(cell);
    case "equal":
      return cell === value;
    case "least":
      return cell >= value;
    case "most":
      return cell <= value;
  }
}

function mediansOf(rows: DistanceRows): Float64Array {
  return Float64Array.from({ length: rows.numeric }, (_, place) => {
    const values = new Float64Array(rows.count);
    for (let row = 0; row < rows.count; row++) {
      values[row] = rows.values[row * rows.columns + place] as number;
    }
    const present = values.filter((value) => !Number.isNaN(value)).sort();
    return present[present.length >> 1] ?? Number.NaN;
  });
}
