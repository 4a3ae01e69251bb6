import { type Random, stream } from "../base/random.js";
import type { CheckedFairness } from "../ir/checked.js";
import type { Score } from "../ir/report.js";
import { GROUPS, mediatorGroups } from "../table/cuts.js";
import { columnOf, type Table } from "../table/table.js";
import { type Grouping, groupBins, grouper } from "./fairness-groups.js";
import { Z } from "./privacy/intervals.js";
import type { EvaluatedOutput } from "./request.js";

/** Shuffles behind the noise level. */
const SHUFFLES = 20;

/**
 * What is left of each forbidden influence: how far the joint shares of cause and effect lie from
 * independence among rows alike in the mediators (total variation, 0 to 1).
 */
export function edgeScores(
  output: EvaluatedOutput,
  asked: CheckedFairness,
  sides: readonly { readonly name: string; readonly table: Table }[],
  seed: number | string,
): readonly Score[] {
  const first = sides[0]?.table ?? output.synthetic;
  return asked.forbiddenEdges.flatMap(({ from, to, through }) => {
    const named = [from, to, ...through];
    if (named.some((name) => columnOf(output.synthetic, name) === undefined)) return [];
    const cut = (names: readonly string[], most: number) =>
      grouper(groupBins(first, names, most, output.cuts));
    const [cause, effect] = [from, to].map((name) => cut([name], GROUPS.influence));
    const strata = cut(through, mediatorGroups(through.length));
    const around = through.length === 0 ? "" : ` except through ${through.join(", ")}`;
    return sides.map(({ name, table }): Score => {
      const rows = {
        cause: (cause as (of: Table) => Grouping)(table),
        effect: (effect as (of: Table) => Grouping)(table),
        strata: through.length === 0 ? undefined : strata(table),
      };
      const random = stream(seed, "edge", output.name, from, to, name);
      const { value, error } = dependence(rows, rows.effect.codes);
      const chance = noise(rows, random);
      return {
        name: `influence of ${from} on ${to}${around}, ${name}`,
        of: output.name,
        columns: named,
        value,
        ceiling: chance,
        low: Math.max(0, value - chance - Z * error),
        high: Math.min(1, value + Z * error),
        better: "lower",
        meaning: `How far ${from} and ${to} are from independent${through.length === 0 ? "" : ` among rows alike in ${through.join(", ")}`}: total variation, 0 is no influence. The floor is what sampling noise alone shows when there is none.`,
      };
    });
  });
}

interface Rows {
  readonly cause: Grouping;
  readonly effect: Grouping;
  readonly strata: Grouping | undefined;
}

/** A distance of shares, and its standard error. */
interface Distance {
  readonly value: number;
  readonly error: number;
}

/**
 * With the standard error by the delta method. Noise only makes a sum of absolute values larger, on average by no more
 * than it is where there is no influence: so the interval goes lower by that.
 */
function dependence({ cause, effect, strata }: Rows, effects: Int32Array): Distance {
  const [causes, kinds] = [cause.labels.length, effect.labels.length];
  const layers = strata?.labels.length ?? 1;
  const rows = effects.length;
  const joint = new Float64Array(layers * causes * kinds);
  for (let row = 0; row < rows; row++) {
    const layer = strata?.codes[row] ?? 0;
    const cell = (layer * causes + (cause.codes[row] as number)) * kinds + (effects[row] as number);
    joint[cell] = (joint[cell] as number) + 1;
  }
  let [apart, moved, squares] = [0, 0, 0];
  for (let layer = 0; layer < layers; layer++) {
    const counts = joint.subarray(layer * causes * kinds, (layer + 1) * causes * kinds);
    const found = layerDistance(counts, kinds);
    apart += found.apart;
    counts.forEach((count, cell) => {
      const by = found.moved[cell] as number;
      moved += count * by;
      squares += count * by * by;
    });
  }
  if (rows === 0) return { value: Number.NaN, error: Number.NaN };
  const variance = Math.max(0, squares / rows - (moved / rows) ** 2) / rows;
  return { value: apart / (2 * rows), error: Math.sqrt(variance) / 2 };
}

/** Sum of |n(a, b) − n(a) n(b) / n| over one stratum, and how much one more row of each cell adds to it. */
function layerDistance(counts: Float64Array, kinds: number) {
  const causes = counts.length / kinds;
  const [ofCause, ofEffect] = sums(counts, kinds);
  const all = ofCause.reduce((sum, count) => sum + count, 0);
  if (all === 0) return { apart: 0, moved: new Float64Array(counts.length) };
  const at = (cell: number) => [Math.floor(cell / kinds), cell % kinds] as const;
  const differences = counts.map((count, cell) => {
    const [a, b] = at(cell);
    return count - ((ofCause[a] as number) * (ofEffect[b] as number)) / all;
  });
  const signs = differences.map(Math.sign);
  const [byCause, byEffect] = [new Float64Array(causes), new Float64Array(kinds)];
  let whole = 0;
  signs.forEach((sign, cell) => {
    const [a, b] = at(cell);
    const [ofA, ofB] = [(ofCause[a] as number) / all, (ofEffect[b] as number) / all];
    byCause[a] = (byCause[a] as number) + sign * ofB;
    byEffect[b] = (byEffect[b] as number) + sign * ofA;
    whole += sign * ofA * ofB;
  });
  return {
    apart: differences.reduce((sum, difference) => sum + Math.abs(difference), 0),
    moved: signs.map((sign, cell) => {
      const [a, b] = at(cell);
      return sign - (byCause[a] as number) - (byEffect[b] as number) + whole;
    }),
  };
}

/** How many rows have each cause, and each effect. */
function sums(counts: Float64Array, kinds: number): readonly [Float64Array, Float64Array] {
  const [ofCause, ofEffect] = [new Float64Array(counts.length / kinds), new Float64Array(kinds)];
  counts.forEach((count, cell) => {
    const [a, b] = [Math.floor(cell / kinds), cell % kinds];
    ofCause[a] = (ofCause[a] as number) + count;
    ofEffect[b] = (ofEffect[b] as number) + count;
  });
  return [ofCause, ofEffect];
}

/** The same after effects were shuffled among the rows of each stratum: mean of twenty shuffles. */
function noise(rows: Rows, random: Random): number {
  const members: number[][] = (rows.strata?.labels ?? [""]).map(() => []);
  for (let row = 0; row < rows.effect.codes.length; row++) {
    members[rows.strata?.codes[row] ?? 0]?.push(row);
  }
  let total = 0;
  for (let i = 0; i < SHUFFLES; i++) {
    const effects = Int32Array.from(rows.effect.codes);
    for (const within of members) {
      const shuffled = random.shuffle([...within]);
      within.forEach((row, k) => {
        effects[row] = rows.effect.codes[shuffled[k] as number] as number;
      });
    }
    total += dependence(rows, effects).value;
  }
  return total / SHUFFLES;
}
