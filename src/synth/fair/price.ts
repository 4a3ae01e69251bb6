/** What a model that learned the outcome from rows makes of people: how well it ranks, how far groups are apart. */
export interface Price {
  /** Area under the ROC curve, 0..1. */
  readonly auc: number;
  /** The largest gap between groups in the share that it selects, at one half. */
  readonly gap: number;
}

export interface Judged {
  /** The chance of the outcome of each row. */
  readonly chance: Float64Array;
  readonly base: Float64Array;
  readonly groups: Int32Array;
}

/**
 * What a model with these log odds does, were `chance` the truth: every pair of rows counts with the chance that
 * one has the outcome and the other has not, so that luck has no part in it.
 */
export function priceOf(odds: Float64Array, rows: Judged): Price {
  return { auc: expectedAuc(odds, rows), gap: selectedGap(odds, rows) };
}

function expectedAuc(odds: Float64Array, { chance, base }: Judged): number {
  const order = Uint32Array.from(odds.keys()).sort((a, b) => at(odds, a) - at(odds, b));
  let [below, ranked, yes, no] = [0, 0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let [tiedYes, tiedNo] = [0, 0];
    const score = at(odds, at(order, from));
    for (; from < order.length && at(odds, at(order, from)) === score; from++) {
      const row = at(order, from);
      tiedYes += at(base, row) * at(chance, row);
      tiedNo += at(base, row) * (1 - at(chance, row));
    }
    ranked += tiedYes * (below + tiedNo / 2);
    below += tiedNo;
    yes += tiedYes;
    no += tiedNo;
  }
  return ranked / (yes * no);
}

function selectedGap(odds: Float64Array, { base, groups }: Judged): number {
  const size = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const [all, selected] = [new Float64Array(size), new Float64Array(size)];
  for (const [row, group] of groups.entries()) {
    all[group] = at(all, group) + at(base, row);
    if (at(odds, row) >= 0) selected[group] = at(selected, group) + at(base, row);
  }
  const shares = selected.map((sum, group) => sum / at(all, group)).filter((share) => share >= 0);
  return shares.reduce((a, b) => Math.max(a, b), 0) - shares.reduce((a, b) => Math.min(a, b), 1);
}

const at = (values: Float64Array | Int32Array | Uint32Array, index: number): number =>
  values[index] as number;
