import { breathe, silent } from "../base/progress.js";
import { stream } from "../base/random.js";
import type { Score } from "../ir/report.js";
import { gather, type Table } from "../table/table.js";
import { areaOf } from "./model/area.js";
import { boostedChances, fitBoosted } from "./model/boosted-trees.js";
import { matrixOf, modelBins } from "./model/matrix.js";
import type { Interval } from "./privacy/intervals.js";
import type { EvaluatedOutput } from "./request.js";

/** Rows of each side that the model sees at most. */
const MOST = 6_000;
/** Fewer rows than this tell nothing. */
const LEAST = 100;
const TWO = { kind: "classes", count: 2 } as const;

/**
 * Can a model tell generated from real rows? Boosted trees learn on one half and are judged on the
 * other, twice; the AUC is 0.5 when they can't. The reference asks the same of training against
 * held-out real rows, with as many rows as there are.
 */
export async function discriminatorScore(
  output: EvaluatedOutput,
  seed: number | string,
  signal: AbortSignal = silent.signal,
): Promise<Score | undefined> {
  const { real, holdout, synthetic } = output;
  if (real === undefined || Math.min(real.rows, synthetic.rows) < LEAST) return undefined;
  const found = await telling(real, synthetic, seed, signal);
  const reference =
    holdout === undefined || holdout.rows < LEAST
      ? undefined
      : (await telling(real, holdout, seed, signal)).value;
  return {
    name: "discriminator AUC",
    of: output.name,
    value: found.value,
    ceiling: 0.5,
    ...(reference === undefined ? {} : { reference }),
    low: found.low,
    high: found.high,
    better: "lower",
    meaning:
      "How well boosted trees tell a generated row from a real one that they have not seen: 0.5, the floor, is a coin toss, 1 is always; well below 0.5 they are more alike than another real sample would be. It notices what single columns and pairs can't show.",
  };
}

async function telling(
  a: Table,
  b: Table,
  seed: number | string,
  signal: AbortSignal,
): Promise<Interval> {
  const size = Math.min(MOST, a.rows, b.rows);
  const random = stream(seed, "discriminator");
  const sampled = [a, b].map((table) => {
    const rows = random.shuffle(Uint32Array.from({ length: table.rows }, (_, row) => row));
    return gather(table, rows.slice(0, size));
  });
  const half = size >> 1;
  const parts = sampled.map((table) => [
    gather(
      table,
      Uint32Array.from({ length: half }, (_, i) => i),
    ),
    gather(
      table,
      Uint32Array.from({ length: size - half }, (_, i) => half + i),
    ),
  ]);
  const bins = modelBins(sampled[0] as Table);
  const actual: number[] = [];
  const scores: number[] = [];
  for (const fold of [0, 1]) {
    await breathe(signal);
    const fit = joined(parts.map((part) => part[fold] as Table));
    const judge = joined(parts.map((part) => part[1 - fold] as Table));
    const model = fitBoosted(matrixOfAll(fit.tables, bins), fit.labels, TWO, {
      rounds: 40,
      rate: 0.2,
      leaves: 16,
    });
    for (const p of boostedChances(model, matrixOfAll(judge.tables, bins))) scores.push(p);
    actual.push(...judge.labels);
  }
  return areaOf(actual, Float64Array.from(scores));
}

function joined(tables: readonly Table[]): {
  readonly tables: readonly Table[];
  readonly labels: readonly number[];
} {
  const labels = tables.flatMap((table, side) => new Array<number>(table.rows).fill(side));
  return { tables, labels };
}

function matrixOfAll(tables: readonly Table[], bins: ReturnType<typeof modelBins>) {
  const parts = tables.map((table) => matrixOf(table, bins));
  const first = parts[0] as (typeof parts)[number];
  return {
    ...first,
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    bins: first.bins.map((_, j) => {
      const columns = parts.map((part) => part.bins[j] as Uint8Array);
      const whole = new Uint8Array(columns.reduce((sum, column) => sum + column.length, 0));
      let at = 0;
      for (const column of columns) {
        whole.set(column, at);
        at += column.length;
      }
      return whole;
    }),
  };
}
