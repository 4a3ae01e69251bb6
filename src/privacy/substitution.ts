import type { ColumnDomain, Substitutes } from "../table/domain.js";
import type { Companion } from "./companions.js";
import { below, type Entropy } from "./entropy.js";
import type { LearnedCategories } from "./learn-categories.js";

/** What was told of a column's values: by it those that were not are replaced. */
export interface Told {
  readonly learned: Pick<LearnedCategories, "values" | "counts">;
  readonly companions: readonly Companion[];
  /** By the code of the column that it determines, the code that stands in. */
  readonly standIns: ReadonlyMap<number, number>;
}

/** What was told, as part of the domain that is released. */
export function substitutesOf(
  place: ReadonlyMap<string, number>,
  size: number,
  { learned, companions, standIns }: Told,
): Substitutes {
  const counts = new Array<number>(size).fill(0);
  learned.values.forEach((value, i) => {
    const code = place.get(value);
    if (code !== undefined) counts[code] = learned.counts[i] as number;
  });
  const goesWith = companions.map(({ other, goesWith: codes }) => ({
    ...{ column: other.name, codes: [...codes] },
  }));
  return { counts, goesWith, standIns: [...standIns] };
}

/** The same read back, for columns that are laid beside another table's rows; undefined where nothing was told. */
export function toldIn(
  { labels, substitutes }: ColumnDomain,
  domains: readonly ColumnDomain[],
): Told | undefined {
  if (substitutes === undefined) return undefined;
  const told = [...labels.keys()].filter((code) => (substitutes.counts[code] as number) > 0);
  const companions = substitutes.goesWith.flatMap(({ column, codes }) => {
    const other = domains.find(({ name }) => name === column);
    return other === undefined ? [] : [{ other, goesWith: Int32Array.from(codes) }];
  });
  return {
    learned: {
      values: told.map((code) => labels[code] as string),
      counts: Float64Array.from(told, (code) => substitutes.counts[code] as number),
    },
    companions,
    standIns: new Map(substitutes.standIns),
  };
}

/** What a column's values go with in another: by its codes, and the other's codes by row. */
interface Codes {
  readonly goesWith: Int32Array;
  readonly codes: ArrayLike<number>;
  /** What stands in by the other's code. */
  readonly standIns?: ReadonlyMap<number, number>;
}

/**
 * What stands for a value that was not told: the stand-in of what the row has in the columns of `companions`, or else a
 * told one, drawn in proportion to its noisy count, of those that go with it; where none does one of all; −1 where
 * nothing was told. It looks at one row and at releases.
 */
export function substitution(
  learned: Told["learned"],
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
    const standIns = companions.map((own) => own.standIns?.get(own.codes[row] as number));
    const standIn = standIns.find((code) => code !== undefined);
    if (standIn !== undefined) return standIn;
    return drawAmong(groups.get(companions.map((own) => own.codes[row]).join(" ")) ?? all);
  };
}
