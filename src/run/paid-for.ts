import type { CheckedTable } from "../ir/checked.js";
import type { MeasuredTable } from "../ir/release.js";
import type { ReleaseCache } from "../privacy/ledger-cache.js";
import { loadParentedModel } from "../synth/marginal/given-parents.js";
import { loadMarginalModel } from "../synth/marginal/row-model.js";
import { decodeModel, encodeModel } from "../synth/saved-model.js";
import type { SavedModel } from "../synth/synthesizer.js";
import { ChildCounts } from "./child-counts.js";
import type { PrivatelyLearned } from "./learn-privately.js";

/** Everything that a table's share of the budget bought. */
export interface PaidFor extends PrivatelyLearned {
  readonly counts?: ChildCounts;
}

/** Keep answers beside the ledger: they have left the privacy layer, and asking again would cost again. */
export function storePaid(
  cache: ReleaseCache,
  question: string,
  fingerprint: string,
  { model, own, measured, notes, counts }: PaidFor,
): void {
  const store = (part: string, saved: SavedModel) =>
    cache.store(`${question}${part}`, fingerprint, encodeModel(saved));
  const { ref, min } = counts ?? {};
  store(COUNTS, counts === undefined ? NOTHING : counts.model.save());
  const { counts: noisy, ...rest } = measured;
  store(MEASURED, {
    learner: "measured",
    version: 1,
    json: {
      measured: { ...rest, counts: noisy.map(({ counts: _, ...each }) => each) },
      ...{ own, notes, ref, min },
    },
    arrays: Object.fromEntries(noisy.map((each, i) => [`counts-${i}`, each.counts])),
  });
  // Last, so that what is found is whole.
  store("", model.save());
}

/** Keep what was paid for. A disk that can't take it costs the next run its price, not this run its answers: says so. */
export function keepOrSay(keep: () => void): string | undefined {
  try {
    keep();
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return `what was paid for could not be kept for another run, which would pay again: ${(error as Error).message}`;
  }
}

const COUNTS = " counts";
const MEASURED = " measured";
const NOTHING: SavedModel = { learner: "none", version: 1, json: null, arrays: {} };

interface Kept {
  readonly measured: MeasuredTable;
  readonly own: number;
  readonly notes: readonly string[];
  readonly ref?: string;
  readonly min?: number;
}

/** What an earlier run of the same question on the same data paid for. */
export function loadPaid(
  cache: ReleaseCache,
  question: string,
  fingerprint: string,
  table: CheckedTable,
): PaidFor | undefined {
  const load = (part: string): SavedModel | undefined => {
    const bytes = cache.load(`${question}${part}`, fingerprint);
    return bytes === undefined ? undefined : decodeModel(bytes, table.name);
  };
  const [model, measured, counts] = [load(""), load(MEASURED), load(COUNTS)];
  if (model === undefined || measured === undefined || counts === undefined) return undefined;
  const { measured: kept, own, notes, ref, min } = measured.json as Kept;
  return {
    ...{ model: loadMarginalModel(model), own, notes },
    measured: {
      ...kept,
      counts: kept.counts.map((each, i) => ({
        ...each,
        counts: measured.arrays[`counts-${i}`] as Float64Array,
      })),
    },
    ...(ref === undefined || min === undefined
      ? {}
      : { counts: new ChildCounts(ref, min, loadParentedModel(counts)) }),
  };
}
