import type { StructuralZeros } from "./estimate.js";
import { cellsOf } from "./junction-tree.js";
import type { Measurement } from "./terms.js";

/** Codes put together for the model: rare values of a category, neighbouring values of a number. */
export interface Merging {
  /** For each attribute the group of each of its codes. */
  readonly groups: readonly Int32Array[];
  /** Groups of each attribute. */
  readonly sizes: readonly number[];
}

export interface MergeRequest {
  /** Expected rows of each code of each attribute. */
  readonly counts: readonly Float64Array[];
  /** How many of the first codes of each attribute lie in an order. */
  readonly ordered: readonly number[];
  readonly zeros: readonly StructuralZeros[];
  /** Rows from which on a value without an order, and a stretch of neighbours, stand alone. */
  readonly thresholds: Thresholds;
  /** Attributes that determine others, and the rows that do for a code of theirs, where these are fewer. */
  readonly keys?: { readonly columns: readonly number[]; readonly threshold: number };
}

interface Thresholds {
  readonly value: number;
  readonly stretch: number;
}

/** A stretch lighter than this share of the threshold joins the stretch before it. */
const LIGHT = 1 / 3;

/**
 * How to put codes together so that each group holds enough rows to be told from noise, as MST's
 * compression does for rare values (McKenna, Miklau & Sheldon 2021, section 3.2). Computed from noisy
 * counts and public facts only. Codes that structural zeros treat differently stay apart.
 */
export function mergeCodes(request: MergeRequest): Merging {
  const codes = request.counts.map((counts) => counts.length);
  const groups = request.counts.map((counts, attribute) => {
    const alike = signatures(request.zeros, attribute, codes);
    const { keys, thresholds } = request;
    const ordered = request.ordered[attribute] ?? 0;
    const usual = ordered > 0 ? thresholds.stretch : thresholds.value;
    const isKey = keys?.columns.includes(attribute) === true;
    return groupsOf(counts, ordered, alike, isKey ? Math.min(keys.threshold, usual) : usual);
  });
  return { groups, sizes: groups.map((codes) => codes.reduce((a, b) => Math.max(a, b), -1) + 1) };
}

/** For each code, what the structural zeros allow beside it. */
function signatures(
  zeros: readonly StructuralZeros[],
  attribute: number,
  codes: readonly number[],
): readonly string[] {
  const size = codes[attribute] as number;
  const marks = Array.from({ length: size }, () => [] as number[]);
  for (const { clique, allowed } of zeros) {
    const place = clique.indexOf(attribute);
    if (place < 0) continue;
    const after = cellsOf(clique.slice(place + 1), codes);
    for (const [cell, bit] of allowed.entries()) marks[Math.floor(cell / after) % size]?.push(bit);
  }
  return marks.map((bits) => bits.join(""));
}

function groupsOf(
  counts: Float64Array,
  ordered: number,
  alike: readonly string[],
  threshold: number,
): Int32Array {
  const groups = new Int32Array(counts.length);
  let next = stretches(groups, counts.subarray(0, ordered), alike, threshold);
  const others = new Map<string, number>();
  for (let code = ordered; code < counts.length; code++) {
    const rare = ordered === 0 && (counts[code] as number) < threshold;
    const known = rare ? others.get(alike[code] as string) : undefined;
    groups[code] = known ?? next;
    if (known !== undefined) continue;
    if (rare) others.set(alike[code] as string, next);
    next++;
  }
  return groups;
}

/** Groups of neighbours; how many there are. */
function stretches(
  groups: Int32Array,
  counts: Float64Array,
  alike: readonly string[],
  threshold: number,
): number {
  const found: { from: number; mass: number; single: boolean }[] = [];
  for (const [code, count] of counts.entries()) {
    const last = found.at(-1);
    const single = count >= threshold;
    const fits =
      last !== undefined &&
      !single &&
      !last.single &&
      last.mass < threshold &&
      alike[code] === alike[last.from];
    if (fits) last.mass += count;
    else found.push({ from: code, mass: count, single });
  }
  let group = -1;
  for (const [i, { from, mass }] of found.entries()) {
    const before = found[i - 1];
    const light =
      before !== undefined && mass < LIGHT * threshold && alike[from] === alike[before.from];
    if (!light) group++;
    groups.fill(group, from, found[i + 1]?.from ?? counts.length);
  }
  return group + 1;
}

/** Rows, or any masses, of the groups of one attribute. */
export function sumGroups(
  values: ArrayLike<number>,
  groups: Int32Array,
  size: number,
): Float64Array {
  const sums = new Float64Array(size);
  for (const [code, group] of groups.entries()) {
    sums[group] = (sums[group] as number) + (values[code] as number);
  }
  return sums;
}

/** A measurement of one attribute as one of its groups, which are the noisier the more codes they hold. */
export function mergeMeasurement(measured: Measurement, merging: Merging): Measurement {
  const { clique, counts, sigma } = measured;
  const attribute = clique[0] as number;
  const groups = merging.groups[attribute] as Int32Array;
  const size = merging.sizes[attribute] as number;
  const codes = sumGroups(new Float64Array(groups.length).fill(1), groups, size);
  const sigmas = codes.map((count) => sigma * Math.sqrt(count));
  const largest = sigmas.reduce((a, b) => Math.max(a, b), 0);
  return { clique, counts: sumGroups(counts, groups, size), sigma: largest, sigmas };
}

/** Structural zeros over groups: a cell is allowed where any of its codes are (they are alike). */
export function mergeZeros(zeros: readonly StructuralZeros[], merging: Merging): StructuralZeros[] {
  return zeros.map(({ clique, allowed }) => {
    const bits = new Uint8Array(cellsOf(clique, merging.sizes));
    for (let cell = 0; cell < allowed.length; cell++) {
      let rest = cell;
      let to = 0;
      let weight = 1;
      for (let i = clique.length - 1; i >= 0; i--) {
        const attribute = clique[i] as number;
        const groups = merging.groups[attribute] as Int32Array;
        to += (groups[rest % groups.length] as number) * weight;
        weight *= merging.sizes[attribute] as number;
        rest = Math.floor(rest / groups.length);
      }
      if (allowed[cell] === 1) bits[to] = 1;
    }
    return { clique, allowed: bits };
  });
}
