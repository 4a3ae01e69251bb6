import type { CalendarCounts } from "../base/calendar.js";
import type { Random } from "../base/random.js";
import type { ColumnType, NumberType } from "./column-type.js";

/** A column as codes 0 .. size−1: categories as they are, numbers in bins, missing as its own code. */
export interface ColumnDomain {
  readonly name: string;
  readonly type: ColumnType;
  /** Number of codes, with that of a missing value. */
  readonly size: number;
  /** Always size − 1 where the column may be missing. */
  readonly missingCode?: number;
  /** One for each code. */
  readonly labels: readonly string[];
  /**
   * Of numbers: bin b holds edges[b] <= value < edges[b + 1], the last bin its upper edge too. One more
   * than there are bins. Absent for categories.
   */
  readonly edges?: readonly number[];
  /** Of dates in wide bins: on which months, weekdays, hours they fall, as told with noise. */
  readonly calendar?: readonly CalendarCounts[];
  /** Of values told from protected rows: what stands for those that were not. */
  readonly substitutes?: Substitutes;
}

/** Released numbers by which a value that was not told is replaced by one that was. */
export interface Substitutes {
  /** By code, the noisy number of units that have the value; 0 where it was not told. */
  readonly counts: readonly number[];
  /** Of columns that this one determines: by this one's code the other's, −1 where that is not clear. */
  readonly goesWith: readonly { readonly column: string; readonly codes: readonly number[] }[];
  /** The code that stands in for values that go with a code of the other column: [other's, own]. */
  readonly standIns: readonly (readonly [number, number])[];
}

/** What a domain is made from: the public part of a column. */
export interface DomainColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
}

/** Bins of a number column, unless the learner's `bins` says otherwise. */
export const BINS = 32;
/** A number column of at most this many times the bins of steps is counted step by step, and in bins beyond that. */
const POINTS_A_BIN = 4;

/** The label of a missing value. */
const MISSING_LABEL = "missing";

/** The domain of a column of codes: its levels, then missing. */
export function codeDomain(column: DomainColumn, levels: readonly string[]): ColumnDomain {
  return withMissing(column, levels, undefined);
}

/**
 * The domain that a spec states by itself, without a look at the data: levels, or bounds cut into at
 * most `bins` bins of equal width on the type's step. Undefined where the spec does not state one.
 */
export function publicDomain(column: DomainColumn, bins: number): ColumnDomain | undefined {
  const { type } = column;
  switch (type.kind) {
    case "bool":
      return codeDomain(column, ["false", "true"]);
    case "category":
      return type.learned ? undefined : codeDomain(column, type.values);
    case "int":
    case "real":
    case "money":
    case "date":
    case "datetime":
    case "duration":
      if (type.min === undefined || type.max === undefined) return undefined;
      return binned(column, evenEdges(type.min, type.max, stepOf(type), bins));
    default:
      return undefined;
  }
}

/**
 * The domain of a numeric column in at most `bins` bins that hold about equally many of `values`
 * (NaN is left out). A column with at most `bins` different values has each of them as a bin.
 */
export function quantileDomain(
  column: DomainColumn,
  values: Float64Array,
  bins: number,
): ColumnDomain {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return binned(column, quantileEdges(sorted, bins));
}

/**
 * The domain with the given edges, ascending; see `ColumnDomain.edges`. Edges on the type's step are taken as the doubles
 * that their decimal texts mean: 43 + 189 · 0.1 lies above 61.9, which would fall into the bin before its own.
 */
export function binned(column: DomainColumn, given: readonly number[]): ColumnDomain {
  const edges = onSteps(given, stepOf(column.type));
  const labels: string[] = [];
  for (let bin = 0; bin + 1 < edges.length; bin++) {
    labels.push(`${short(edges[bin] as number)}..${short(edges[bin + 1] as number)}`);
  }
  return withMissing(column, labels, edges);
}

/** Numbers to codes; values beyond the outer edges go to the outer bins. */
export function encodeNumbers(domain: ColumnDomain, values: Float64Array): Int32Array {
  const edges = Float64Array.from(domain.edges ?? []);
  const missing = domain.missingCode ?? -1;
  const last = edges.length - 2;
  return Int32Array.from(values, (value) => {
    if (Number.isNaN(value)) return missing;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((edges[middle] as number) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  });
}

/** Codes of a table's column to those of a domain: the missing value gets its own code. */
export function encodeCodes(domain: ColumnDomain, codes: Int32Array): Int32Array {
  const missing = domain.missingCode ?? -1;
  return codes.map((code) => (code < 0 ? missing : code));
}

/** Codes of a domain to those of a table's column: missing becomes −1. */
export function decodeCodes(domain: ColumnDomain, codes: Int32Array): Int32Array {
  return codes.map((code) => (code === domain.missingCode ? -1 : code));
}

/** Codes to numbers: uniform within the bin, on the type's step where it has one; missing is NaN. */
export function decodeNumbers(
  domain: ColumnDomain,
  codes: Int32Array,
  random: Random,
): Float64Array {
  const edges = domain.edges ?? [];
  const step = stepOf(domain.type);
  return Float64Array.from(codes, (code) => {
    if (code === domain.missingCode || code < 0) return Number.NaN;
    const low = edges[code] as number;
    const high = edges[code + 1] as number;
    const closed = code + 2 === edges.length;
    if (step === undefined) return low + (high - low) * random.uniform();
    const first = Math.ceil(low / step - 1e-9);
    const beyond = closed ? Math.floor(high / step + 1e-9) + 1 : Math.ceil(high / step - 1e-9);
    return multiple(first + random.below(Math.max(1, beyond - first)), step);
  });
}

/**
 * How finely a number column with stated bounds is counted, for a learner of that many bins: step by step where
 * they are few, so that a value many rows share keeps its share; undefined where bins must be learned.
 */
export function pointsOf(type: ColumnType, bins: number): number | undefined {
  const step = stepOf(type);
  const { min, max } = type as { readonly min?: number; readonly max?: number };
  if (step === undefined || min === undefined || max === undefined) return undefined;
  return (max - min) / step > POINTS_A_BIN * bins ? undefined : POINTS_A_BIN * bins + 1;
}

/** The step of a numeric type; ints, dates, times (seconds) have 1 and money 0.01 unless they say otherwise. */
export function stepOf(type: ColumnType): number | undefined {
  switch (type.kind) {
    case "int":
      return type.step ?? 1;
    case "money":
      return type.step ?? 0.01;
    case "real":
      return (type as NumberType).step;
    case "date":
    case "datetime":
    case "duration":
      return 1;
    default:
      return undefined;
  }
}

function withMissing(
  column: DomainColumn,
  labels: readonly string[],
  edges: readonly number[] | undefined,
): ColumnDomain {
  const size = labels.length + Number(column.optional);
  return {
    name: column.name,
    type: column.type,
    size,
    labels: column.optional ? [...labels, MISSING_LABEL] : labels,
    ...(column.optional ? { missingCode: size - 1 } : {}),
    ...(edges === undefined ? {} : { edges }),
  };
}

function evenEdges(min: number, max: number, step: number | undefined, bins: number): number[] {
  if (step === undefined) {
    if (min === max) return [min, max];
    const edges = Array.from({ length: bins + 1 }, (_, b) => min + ((max - min) * b) / bins);
    edges[bins] = max;
    return edges;
  }
  const first = Math.ceil(min / step - 1e-9);
  const points = Math.floor(max / step + 1e-9) - first + 1;
  const width = Math.ceil(points / bins);
  const edges: number[] = [];
  for (let at = 0; at < points; at += width) edges.push(multiple(first + at, step));
  edges.push(max);
  return edges;
}

function quantileEdges(sorted: Float64Array, bins: number): number[] {
  const count = sorted.length;
  if (count === 0) return [0, 0];
  const last = sorted[count - 1] as number;
  const different = distinctUpTo(sorted, bins);
  const edges = different ?? [];
  for (let b = 0; different === undefined && b < bins; b++) {
    const edge = sorted[Math.floor((b * count) / bins)] as number;
    if (edges.length === 0 || edge > (edges.at(-1) as number)) edges.push(edge);
  }
  edges.push(last);
  return edges;
}

/** The different values when there are at most `most`, else undefined. */
function distinctUpTo(sorted: Float64Array, most: number): number[] | undefined {
  const values: number[] = [];
  for (const value of sorted) {
    if (values.length > 0 && value === values.at(-1)) continue;
    if (values.length === most) return undefined;
    values.push(value);
  }
  return values;
}

function onSteps(edges: readonly number[], step: number | undefined): readonly number[] {
  if (step === undefined) return edges;
  const last = edges.length - 1;
  return edges
    .map((edge) => {
      const count = Math.round(edge / step);
      return Math.abs(edge / step - count) < 1e-6 ? multiple(count, step) : edge;
    })
    .filter((edge, i, all) => i === 0 || i === last || edge > (all[i - 1] as number));
}

/** `count` steps as the double that its decimal text means. */
function multiple(count: number, step: number): number {
  const inverse = Math.round(1 / step);
  const exact = step < 1 && Math.abs(1 / step - inverse) < 1e-9 * inverse;
  return exact ? count / inverse : count * step;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
