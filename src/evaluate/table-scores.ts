import type { Score } from "../ir/report.js";
import type { Table } from "../table/table.js";
import type { BinnedColumn, Compared } from "./binned.js";
import { discriminatorScore } from "./discriminator.js";
import { kMarginals } from "./k-marginal.js";
import { meanRatio, type RatioPair } from "./mean-ratio.js";
import type { EvaluatedOutput } from "./request.js";
import type { Similarity } from "./similarity.js";

/** Two columns and how alike their joint shares are. */
export interface ComparedPair {
  readonly left: BinnedColumn;
  readonly right: BinnedColumn;
  readonly found: Compared;
}

/** Scores of a whole table: the pMSE ratio over pairs, NIST's k-marginal, and a discriminator. */
export async function tableScores(
  output: EvaluatedOutput,
  pairs: readonly ComparedPair[],
  seed: number | string,
  signal: AbortSignal,
): Promise<readonly Score[]> {
  const { real, holdout, synthetic } = output;
  if (real === undefined) return [];
  const scores: Score[] = [];
  const ratio = ratioScore(output, pairs);
  if (ratio !== undefined) scores.push(ratio);
  scores.push(marginalScore(output.name, real, synthetic, holdout));
  const discriminator = await discriminatorScore(output, seed, signal);
  if (discriminator !== undefined) scores.push(discriminator);
  return scores;
}

function ratioScore(output: EvaluatedOutput, pairs: readonly ComparedPair[]): Score | undefined {
  const known = pairs.flatMap(({ left, right, found: { ratio, counts } }): RatioPair[] =>
    ratio === undefined || counts === undefined || Number.isNaN(ratio.value)
      ? []
      : [{ left, right, ratio, counts }],
  );
  if (known.length === 0) return undefined;
  const poor = known.filter(({ ratio }) => ratio.value > 10).length;
  return {
    name: "pMSE ratio of pairs",
    of: output.name,
    ...meanRatio(known),
    ceiling: (known[0] as RatioPair).ratio.expected,
    better: "lower",
    meaning: `How many times farther the pairs differ than rows drawn from the real shares would, on average; below 3 is good, above 10 poor (${poor} of ${known.length} pairs). The floor is what another real sample of this size would give. Grows with the number of rows.`,
  };
}

function marginalScore(
  name: string,
  real: Table,
  synthetic: Table,
  holdout: Table | undefined,
): Score {
  const held = holdout === undefined || holdout.rows === 0 ? [] : [holdout];
  const [found, reference] = kMarginals(real, [synthetic, ...held]);
  return {
    name: "NIST k-marginal",
    of: name,
    ...(found as Similarity),
    ...(reference === undefined ? {} : { reference: reference.value }),
    most: 1000,
    better: "higher",
    meaning:
      "NIST's score over all pairs of columns: 1000 is identical, 0 shares nothing. The reference compares with the smaller held-out sample, so it can be lower.",
  };
}
