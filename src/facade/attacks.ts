import type { CanaryKind, Exposure, Planted } from "../evaluate/privacy/canaries.js";
import type { Separation } from "../evaluate/privacy/roc.js";
import type { Generate, ShadowOptions } from "../evaluate/privacy/shadows.js";
import type { Table } from "../table/table.js";

export type { CanaryKind, Exposure, Generate, Planted, Separation, ShadowOptions };

/**
 * Put secrets into a text column before learning, to see afterwards whether they come out: random rows
 * get one in place of their text, each secret in `copies` rows. Decoys of the same kind are kept aside.
 */
export async function plantCanaries(
  table: Table,
  options: {
    readonly column: string;
    readonly kind: CanaryKind;
    readonly count: number;
    readonly copies: number;
    readonly decoys: number;
    readonly seed: number | string;
  },
): Promise<Planted> {
  return (await import("../evaluate/privacy/canaries.js")).plantCanaries(table, options);
}

/** How far each planted secret comes out of a table that was generated after learning them. */
export async function exposures(planted: Planted, synthetic: Table): Promise<readonly Exposure[]> {
  return (await import("../evaluate/privacy/canaries.js")).exposures(planted, synthetic);
}

/**
 * How far each planted secret stands out by its likelihood under a row language model, whether or not it
 * was said: `likelihoodExposures(planted, (texts) => made.model.likelihoods("note", texts))`.
 */
export async function likelihoodExposures(
  planted: Pick<Planted, "canaries" | "decoys">,
  likelihoods: (texts: readonly string[]) => Promise<ArrayLike<number>>,
): Promise<readonly Omit<Exposure, "replayed">[]> {
  const { likelihoodExposures: ranks } = await import("../evaluate/privacy/canaries.js");
  return ranks(planted, likelihoods);
}

/**
 * Membership inference against a way of making tables: train it many times on random halves of `rows`
 * and ask, from what it makes, who was in. The implied ε is a lower bound at 95 % confidence.
 */
export async function shadowAttack(
  rows: Table,
  generate: Generate,
  options: ShadowOptions,
): Promise<Separation> {
  return (await import("../evaluate/privacy/shadows.js")).shadowAttack(rows, generate, options);
}
