import type { Cells } from "../../constraint/guide.js";
import type { CheckedFairness } from "../../ir/checked.js";
import { type Coder, crossed } from "./coder.js";

/** Goals that hold within strata, and the stratum and group of each pair of cells. */
export interface Level {
  readonly goals: CheckedFairness["goals"];
  /** −1 where the goals aren't asked of the pair. */
  readonly stratum: Int32Array;
  readonly group: Int32Array;
}

/**
 * Shares that are met exactly, cell by cell; cells come in pairs, without the outcome and with it. What is kept of a
 * cell's rows depends on their weights beside the cell's largest alone, so that a rare cell's large weights don't hold
 * up the others.
 */
export interface Quota {
  readonly coder: Coder;
  readonly shares: Float64Array;
  /** The largest weight in each cell, on the pilot. */
  readonly ceilings: Float64Array;
  /** Of all rows of the model, the share that is in the cell and kept. */
  readonly yields: Float64Array;
  readonly levels: readonly Level[];
  /** Share of the rows in strata where a group is too small for a share of its own. */
  readonly loose: number;
}

export interface QuotaRequest {
  /** 1 where the outcome can be told. */
  readonly known: Coder;
  /** Columns whose shares are stated. */
  readonly split: Coder;
  readonly strata: Coder;
  readonly groups: Coder;
  readonly outcome: Coder;
  /** Goals of all rows, and those within the strata. */
  readonly whole: CheckedFairness["goals"];
  readonly within: CheckedFairness["goals"];
  readonly pilot: Cells;
  readonly weights: Float64Array;
  /** Rows that will be drawn. */
  readonly wanted: number;
}

/** Rows that a group must have in a stratum to have a share of its own there: fewer than the ten from which it is judged, since a model gives a few more or less. */
const ENOUGH = 6;

/**
 * Cells of group × outcome, within each stratum where the group has rows enough, and of stated shares. Where it has
 * not, the group's rows of all such strata are one cell: there a goal within strata holds on average.
 */
export function quotaOf(request: QuotaRequest): Quota {
  const pairs = pairsOf(request);
  const { outcome, pilot, weights } = request;
  const coder: Coder = {
    size: 2 * pairs.size,
    code: (cells, row) => 2 * pairs.code(cells, row) + outcome.code(cells, row),
    label: (code) => `${pairs.label(code >> 1)}, ${outcome.label(code & 1)}`,
  };
  const [ceilings, sums] = [new Float64Array(coder.size), new Float64Array(coder.size)];
  let total = 0;
  for (const [row, weight] of weights.entries()) {
    const cell = coder.code(pilot, row);
    ceilings[cell] = Math.max(ceilings[cell] as number, weight);
    sums[cell] = (sums[cell] as number) + weight;
    total += weight;
  }
  const rows = weights.length;
  return {
    coder,
    shares: sums.map((sum) => sum / total),
    ceilings,
    yields: sums.map((sum, cell) => sum / ((ceilings[cell] as number) || 1) / rows),
    levels: levelsOf(request, pairs),
    loose: request.within.length === 0 ? 0 : pairs.loose,
  };
}

interface Pairs extends Coder {
  readonly stratum: Int32Array;
  readonly group: Int32Array;
  readonly known: Uint8Array;
  readonly loose: number;
}

function pairsOf(request: QuotaRequest): Pairs {
  const { known, split, strata, groups, pilot, weights, wanted } = request;
  const whole = crossed([known, split, strata, groups]);
  const partOf = (cell: number) => ({
    group: cell % groups.size,
    stratum: Math.floor(cell / groups.size) % strata.size,
    head: Math.floor(cell / (groups.size * strata.size)),
  });
  const knownOf = (head: number) => (head >= split.size * (known.size - 1) ? 1 : 0);
  const sums = new Float64Array(whole.size);
  const within = new Float64Array(strata.size * groups.size);
  let total = 0;
  for (const [row, weight] of weights.entries()) {
    const cell = whole.code(pilot, row);
    const { head, stratum, group } = partOf(cell);
    sums[cell] = (sums[cell] as number) + weight;
    total += weight;
    if (knownOf(head) === 0) continue;
    const at = stratum * groups.size + group;
    within[at] = (within[at] as number) + weight;
  }
  const enough = within.map((sum) =>
    strata.size === 1 || (sum / total) * wanted >= ENOUGH ? 1 : 0,
  );
  const ids = new Map<number, number>();
  const found: { stratum: number; group: number; known: number }[] = [];
  const idOf = Int32Array.from(sums, (sum, cell) => {
    const { head, stratum, group } = partOf(cell);
    const own = knownOf(head) === 1 && enough[stratum * groups.size + group] === 1;
    const key = own ? cell : whole.size + head * groups.size + group;
    if (!ids.has(key) && (!own || sum > 0)) {
      ids.set(key, found.length);
      found.push({ stratum: own ? stratum : -1, group, known: knownOf(head) });
    }
    return ids.get(key) ?? -1;
  });
  const loose = within.reduce((sum, each, at) => sum + (enough[at] === 1 ? 0 : each), 0) / total;
  const never = found.length;
  return {
    size: never + 1,
    code: (cells, row) => {
      const id = idOf[whole.code(cells, row)] as number;
      return id < 0 ? never : id;
    },
    label: (id) => {
      const { stratum, group } = found[id] ?? { stratum: -1, group: 0 };
      return stratum < 0 || strata.size === 1
        ? groups.label(group)
        : `${strata.label(stratum)}, ${groups.label(group)}`;
    },
    stratum: Int32Array.from([...found.map((pair) => pair.stratum), -1]),
    group: Int32Array.from([...found.map((pair) => pair.group), 0]),
    known: Uint8Array.from([...found.map((pair) => pair.known), 0]),
    loose,
  };
}

function levelsOf({ whole, within }: QuotaRequest, pairs: Pairs): readonly Level[] {
  const { group, stratum, known } = pairs;
  const levels = [
    { goals: within, group, stratum },
    { goals: whole, group, stratum: Int32Array.from(known, (is) => (is === 1 ? 0 : -1)) },
  ];
  return levels.filter(({ goals }) => goals.length > 0);
}
