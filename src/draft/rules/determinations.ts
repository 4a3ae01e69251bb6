import type { DraftColumn } from "../draft-column.js";
import { type Coded, coded, type FoundRule, leastBroken, shifts } from "./evidence.js";

export interface Determinations {
  readonly rules: readonly FoundRule[];
  /** Whether equal values of `a` have equal values of `b`, as far as was looked at. */
  readonly determines: (a: DraftColumn, b: DraftColumn) => boolean;
}

const mostColumns = 80;
const mostRules = 30;

/**
 * `a determines b` where equal values of a have equal values of b in every row, values of a repeat,
 * and it would not hold if the rows were paired at random. Of columns that determine one another the
 * first stands for all; what follows from two others is left out.
 */
export function determinations(columns: readonly DraftColumn[]): Determinations {
  const able = columns
    .filter(({ kind, distinct }) => kind !== "aside" && distinct > 1)
    .slice(0, mostColumns);
  const codes = new Map(able.map((column) => [column, coded(column)]));
  const found = new Map<DraftColumn, Set<DraftColumn>>();
  for (const from of able) found.set(from, new Set(able.filter((to) => fixes(from, to, codes))));
  const determines = (a: DraftColumn, b: DraftColumn): boolean => found.get(a)?.has(b) ?? false;
  const twin = (a: DraftColumn, b: DraftColumn): boolean => determines(a, b) && determines(b, a);
  const first = (column: DraftColumn): DraftColumn =>
    able.find((other) => other === column || twin(other, column)) ?? column;
  const rules: FoundRule[] = [];
  for (const from of able) {
    if (first(from) !== from) continue;
    const twins = able.filter((other) => other !== from && twin(from, other));
    const firsts = able.filter((to) => determines(from, to) && first(to) === to && !twin(from, to));
    const direct = firsts.filter(
      (to) => !firsts.some((middle) => middle !== to && determines(middle, to)),
    );
    const all = [...twins, ...direct];
    if (all.length > 0) rules.push(ruleOf(from, all));
    for (const other of twins) rules.push(ruleOf(other, [from]));
  }
  return { rules: rules.slice(0, mostRules), determines };
}

function ruleOf(from: DraftColumn, to: readonly DraftColumn[]): FoundRule {
  return {
    text: `${from.name} determines ${to.map(({ name }) => name).join(", ")}`,
    note: `each of the ${from.distinct} values of ${from.name} goes with one`,
  };
}

function fixes(
  from: DraftColumn,
  to: DraftColumn,
  codes: ReadonlyMap<DraftColumn, Coded>,
): boolean {
  if (from === to || from.distinct < to.distinct) return false;
  const a = codes.get(from) as Coded;
  const b = codes.get(to) as Coded;
  const rows = a.codes.length;
  if (a.size > rows / 3 || brokenAt(a, b, 0, 1) > 0) return false;
  const least = leastBroken(rows);
  return shifts(rows).every((shift) => brokenAt(a, b, shift, least) >= least);
}

/** Rows whose b differs from that of the first row with the same a, with b taken `shift` rows on; stops at `enough`. */
function brokenAt(a: Coded, b: Coded, shift: number, enough: number): number {
  const rows = a.codes.length;
  const first = new Int32Array(a.size).fill(-2);
  let broken = 0;
  for (let row = 0; row < rows && broken < enough; row++) {
    const from = a.codes[row] as number;
    if (from < 0) continue;
    const to = b.codes[(row + shift) % rows] as number;
    if (first[from] === -2) first[from] = to;
    else if (first[from] !== to) broken++;
  }
  return broken;
}
