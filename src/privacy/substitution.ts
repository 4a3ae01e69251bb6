import { below, type Entropy } from "./entropy.js";
import type { LearnedCategories } from "./learn-categories.js";

/** What a column's values go with in another: by its codes, and the other's codes by row. */
interface Codes {
  readonly goesWith: Int32Array;
  readonly codes: ArrayLike<number>;
  /** What stands in by the other's code, where no told value goes with it. */
  readonly standIns?: ReadonlyMap<number, number>;
}

/**
 * What stands for a value that was not told: a told one, drawn in proportion to its noisy count, of those that go with
 * what the row has in the columns of `companions`; where none does its stand-in, or one of all; −1 where nothing was
 * told. It looks at one row and at releases.
 */
export function substitution(
  learned: LearnedCategories,
  place: ReadonlyMap<string, number>,
  companions: readonly Codes[],
  entropy: Entropy,
): (row: number) => number {
  const codes = learned.values.map((value) => place.get(value) ?? -1);
  const drawAmong = (among: readonly number[]): number => {
    const total = among.reduce((sum, at) => sum + (learned.counts[at] as number), 0);
    if (total <= 0) return -1;
    let pick = below(total, entropy);
    for (const at of among) {
      pick -= learned.counts[at] as number;
      if (pick < 0) return codes[at] as number;
    }
    return -1;
  };
  const all = [...codes.keys()];
  const groups = new Map<string, number[]>();
  for (const at of all) {
    const key = companions.map(({ goesWith }) => goesWith[codes[at] as number]).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  return (row) => {
    const among = groups.get(companions.map((own) => own.codes[row]).join(" "));
    if (among !== undefined) return drawAmong(among);
    const standIn = companions.map((own) => own.standIns?.get(own.codes[row] as number));
    return standIn.find((code) => code !== undefined) ?? drawAmong(all);
  };
}
