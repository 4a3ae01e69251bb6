import type { CheckedTable } from "../ir/checked.js";
import type { ReleaseCache } from "../privacy/ledger-cache.js";
import { loadParentedModel } from "../synth/marginal/given-parents.js";
import type { LanguageRows } from "../synth/neural/language-rows.js";
import { loadModel } from "../synth/registry.js";
import { decodeModel, encodeModel } from "../synth/saved-model.js";
import { ChildCounts } from "./child-counts.js";
import type { PrivateLanguage } from "./learn-language-privately.js";

/** What a table learned as language got for its part of the budget. */
export interface PaidLanguage extends PrivateLanguage {
  readonly counts?: ChildCounts;
}

/** The cache's names for what belongs to a model. */
const restOf = (question: string) => `${question} rest`;
const numbersOf = (question: string) => `${question} numbers`;

interface Rest extends Pick<PrivateLanguage, "own" | "measured" | "notes"> {
  readonly numbers?: { readonly ref: string; readonly min: number };
}

/** Keep what was paid for beside the ledger. */
export function storeLanguage(
  cache: ReleaseCache,
  question: string,
  fingerprint: string,
  { model, own, measured, notes, counts }: PaidLanguage,
): void {
  const numbers = counts === undefined ? {} : { numbers: { ref: counts.ref, min: counts.min } };
  if (counts !== undefined) {
    cache.store(numbersOf(question), fingerprint, encodeModel(counts.model.save()));
  }
  cache.store(restOf(question), fingerprint, encodeRest({ own, measured, notes, ...numbers }));
  // Last, so that what is found is whole.
  cache.store(question, fingerprint, encodeModel(model.save()));
}

/** What an earlier run of the same plan on the same data paid for. */
export async function loadLanguage(
  cache: ReleaseCache,
  question: string,
  fingerprint: string,
  table: CheckedTable,
): Promise<PaidLanguage | undefined> {
  const [saved, bytes] = [question, restOf(question)].map((name) => cache.load(name, fingerprint));
  if (saved === undefined || bytes === undefined) return undefined;
  const { numbers, ...rest } = decodeRest(bytes);
  const model = (await loadModel(decodeModel(saved, table.name))) as LanguageRows;
  if (numbers === undefined) return { model, ...rest };
  const counted = cache.load(numbersOf(question), fingerprint);
  if (counted === undefined) return undefined;
  const given = loadParentedModel(decodeModel(counted, table.name));
  return { model, ...rest, counts: new ChildCounts(numbers.ref, numbers.min, given) };
}

function encodeRest(rest: Rest): Buffer {
  const plain = (_: string, value: unknown) =>
    value instanceof Float64Array ? Array.from(value) : value;
  return Buffer.from(JSON.stringify(rest, plain));
}

function decodeRest(bytes: Buffer): Rest {
  const rest = JSON.parse(bytes.toString()) as Rest;
  const counts = rest.measured.counts.map((each) => ({
    ...each,
    counts: Float64Array.from(each.counts),
  }));
  return { ...rest, measured: { ...rest.measured, counts } };
}
