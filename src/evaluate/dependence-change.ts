import { stream } from "../base/random.js";
import type { Score } from "../ir/report.js";
import { gather, type Table } from "../table/table.js";
import { isComparable } from "./binned.js";
import { type Dependence, dependences } from "./dependences.js";
import type { EvaluatedOutput } from "./request.js";

/** Groups of rows behind a standard error at most and at least, and rows that each must have and may have. */
const [MOST, LEAST] = [10, 4];
const [FEW, MANY] = [30, 1000];
/** The 97.5 % points of Student's t, by degrees of freedom from 3 on. */
const STUDENT = [3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
/** The mean of a standard normal variable's absolute value. */
const HALF_NORMAL = Math.sqrt(2 / Math.PI);

/**
 * How much the strength of dependence changed, on average over all pairs of columns. Its standard error is that of
 * independent random groups (Wolter 2007, chapter 2): rows are dealt to ten groups, of a thousand at most, each of which
 * has its own dependences. Noise only makes absolute differences larger, by no more than it is where nothing changed: the interval
 * goes lower by that. Nothing where no pair can be compared; without an interval where groups would be too small.
 */
export function changeOfDependence(
  { name, synthetic, real, holdout }: EvaluatedOutput,
  ofReal: readonly Dependence[],
  ofMade: readonly Dependence[],
  seed: number | string,
): readonly Score[] {
  if (real === undefined) return [];
  const pairs = comparedPairs(ofReal, ofMade);
  const value = meanOf(pairs.map(({ change }) => Math.abs(change)));
  if (Number.isNaN(value)) return [];
  const held =
    holdout === undefined || holdout.rows < 3
      ? []
      : [comparedPairs(ofReal, dependences(holdout, real))];
  const [reference = Number.NaN] = held.map((all) =>
    meanOf(all.map(({ change }) => Math.abs(change))),
  );
  return [
    {
      name: "change of dependence",
      of: name,
      value,
      ...bounds(value, pairs, [real, synthetic], seed),
      ...(Number.isNaN(reference) ? {} : { reference }),
      better: "lower",
      meaning:
        "Mean absolute difference between the real and the generated strength of dependence over all pairs of columns; 0 is unchanged. The floor is what another real sample of the generated size would show.",
    },
  ];
}

/** A pair of columns whose dependence is known on both sides, and by how much it grew. */
interface Pair {
  readonly key: string;
  readonly change: number;
}

const keyOf = ({ left, right }: Dependence): string => `${left}\n${right}`;

function comparedPairs(a: readonly Dependence[], b: readonly Dependence[]): readonly Pair[] {
  const of = new Map(b.map((one) => [keyOf(one), one.value]));
  return a.flatMap((one) => {
    const change = (of.get(keyOf(one)) ?? Number.NaN) - one.value;
    return Number.isNaN(change) ? [] : [{ key: keyOf(one), change }];
  });
}

function bounds(
  value: number,
  pairs: readonly Pair[],
  tables: readonly [Table, Table],
  seed: number | string,
): Pick<Score, "low" | "high" | "ceiling"> {
  const [real, made] = tables;
  const counts = tables.map(({ rows }) => Math.min(MOST, Math.floor(rows / FEW)));
  if (Math.min(...counts) < LEAST) return {};
  const [ofReal, ofMade] = tables.map((table, side) => {
    const random = stream(seed, "dependence groups", table.name, side);
    const order = random.shuffle(Uint32Array.from({ length: table.rows }, (_, row) => row));
    const compared = { ...table, columns: table.columns.filter(isComparable) };
    const count = counts[side] as number;
    const size = Math.min(MANY, Math.floor(table.rows / count));
    const groups = Array.from({ length: count }, (_, g) =>
      dependences(gather(compared, order.subarray(g * size, (g + 1) * size)), real),
    );
    return errors(groups, pairs, Math.sqrt(size / table.rows));
  }) as [Errors, Errors];
  const noise = meanOf(ofReal.each.map((error, p) => Math.hypot(error, ofMade.each[p] as number)));
  const t = STUDENT[Math.min(...counts) - LEAST] as number;
  const half = t * Math.hypot(ofReal.whole, ofMade.whole);
  return {
    ceiling: HALF_NORMAL * Math.sqrt(1 + real.rows / made.rows) * meanOf(ofReal.each),
    low: Math.max(0, value - HALF_NORMAL * noise - half),
    high: value + half,
  };
}

/** Standard errors of the mean over pairs, each with the sign of its change, and of each pair. */
interface Errors {
  readonly whole: number;
  readonly each: readonly number[];
}

/** @param smaller by how much the error of all rows is less than that of a group. */
function errors(
  groups: readonly (readonly Dependence[])[],
  pairs: readonly Pair[],
  smaller: number,
): Errors {
  const values = groups.map((group) => {
    const of = new Map(group.map((one) => [keyOf(one), one.value]));
    return pairs.map(({ key }) => of.get(key) ?? Number.NaN);
  });
  const means = values.map((group) =>
    meanOf(group.map((value, p) => Math.sign((pairs[p] as Pair).change) * value)),
  );
  return {
    whole: smaller * spreadOf(means),
    each: pairs.map((_, p) => smaller * spreadOf(values.map((group) => group[p] as number))),
  };
}

/** The mean of what is known; NaN where nothing is. */
function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The standard deviation of groups; 0 where a pair is known in one alone. */
function spreadOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length < 2) return 0;
  const mean = meanOf(known);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (known.length - 1));
}
