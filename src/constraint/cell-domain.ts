import type { ColumnType } from "../table/column-type.js";
import { isNumeric } from "../table/column-type.js";
import { boundsOf, stepOf } from "./grid.js";
import type { Allowed } from "./guide.js";
import {
  countOnGrid,
  gridSpans,
  intersectSpans,
  type Spans,
  sameSpans,
  uniteSpans,
} from "./spans.js";

/** What one test lets a cell be. Absent `spans` and `codes`: any value that is present. */
export interface Restriction {
  readonly missing: boolean;
  readonly present: boolean;
  readonly spans?: Spans;
  readonly codes?: Uint8Array;
}

/** Nothing at all. */
export const nothing: Restriction = { missing: false, present: false };

/** Both restrictions at once; undefined stands for none. */
export function both(
  a: Restriction | undefined,
  b: Restriction | undefined,
): Restriction | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  const missing = a.missing && b.missing;
  if (!a.present || !b.present) return { missing, present: false };
  if (a.codes !== undefined && b.codes !== undefined) {
    const { codes: other } = b;
    const codes = a.codes.map((bit, code) => bit & (other[code] as number));
    return { missing, present: codes.includes(1), codes };
  }
  if (a.spans !== undefined && b.spans !== undefined) {
    const spans = intersectSpans(a.spans, b.spans);
    return { missing, present: spans.length > 0, spans };
  }
  return { ...a, ...b, missing, present: true };
}

/** Either restriction; undefined stands for none. */
export function either(
  a: Restriction | undefined,
  b: Restriction | undefined,
): Restriction | undefined {
  if (a === undefined || b === undefined) return undefined;
  const missing = a.missing || b.missing;
  if (!a.present) return { ...b, missing };
  if (!b.present) return { ...a, missing };
  if (a.codes !== undefined && b.codes !== undefined) {
    const { codes: other } = b;
    return {
      missing,
      present: true,
      codes: a.codes.map((bit, code) => bit | (other[code] as number)),
    };
  }
  if (a.spans !== undefined && b.spans !== undefined) {
    return { missing, present: true, spans: uniteSpans(a.spans, b.spans) };
  }
  return missing ? undefined : { missing, present: true };
}

/** What a cell may still be while bounds are propagated; reused for every row. */
export class CellDomain {
  missing = false;
  present = true;
  low = -Infinity;
  high = Infinity;
  spans: Spans | undefined;
  codes: Uint8Array | undefined;
  /** The code of a known cell, or −1. */
  code = -1;
  readonly numeric: boolean;
  readonly step: number | undefined;

  private readonly type: ColumnType;

  constructor(type: ColumnType, optional: boolean, levels: number | undefined) {
    this.type = type;
    this.numeric = isNumeric(type);
    this.step = stepOf(type);
    this.missing = optional;
    if (this.numeric) {
      const [low, high] = boundsOf(type);
      this.setSpans(this.step === undefined ? [low, high] : gridSpans([low, high], this.step));
    } else if (levels !== undefined && (type.kind === "category" || type.kind === "bool")) {
      this.codes = new Uint8Array(levels).fill(1);
      this.present = levels > 0;
    }
  }

  get empty(): boolean {
    return !this.missing && !this.present;
  }

  private setSpans(spans: Spans): void {
    this.spans = spans;
    this.present = spans.length > 0;
    this.low = spans[0] ?? Infinity;
    this.high = spans[spans.length - 1] ?? -Infinity;
  }

  clone(): CellDomain {
    const copy = new CellDomain(this.type, this.missing, this.codes?.length);
    copy.copyFrom(this);
    return copy;
  }

  /** How many values the cell may have, one more for missing; Infinity where they can't be counted. */
  size(): number {
    if (this.codes !== undefined) return this.codes.length + 1;
    if (!this.numeric || this.step === undefined) return Infinity;
    return countOnGrid(this.spans ?? [], this.step) + 2;
  }

  copyFrom(other: CellDomain): void {
    this.missing = other.missing;
    this.present = other.present;
    this.low = other.low;
    this.high = other.high;
    this.spans = other.spans;
    this.codes = other.codes;
    this.code = -1;
  }

  /** The cell is known: a value or NaN of a number column, a code or −1 of another. */
  know(value: number): void {
    this.missing = this.numeric ? Number.isNaN(value) : value < 0;
    this.present = !this.missing;
    if (this.numeric) {
      this.low = value;
      this.high = value;
      this.spans = undefined;
    } else this.code = value;
  }

  /** Whether the code may be taken. */
  may(code: number): boolean {
    if (!this.present) return false;
    if (this.code >= 0) return this.code === code;
    return this.codes === undefined || this.codes[code] === 1;
  }

  /** Cut down to the restriction; true if anything changed. */
  narrow(by: Restriction): boolean {
    const before = this.missing;
    this.missing &&= by.missing;
    let changed = before !== this.missing;
    if (!this.present) return changed;
    if (!by.present) {
      this.present = false;
      this.codes = this.codes === undefined ? undefined : new Uint8Array(this.codes.length);
      if (this.numeric) this.setSpans([]);
      return true;
    }
    if (by.codes !== undefined && this.codes !== undefined)
      changed = this.cutCodes(by.codes) || changed;
    if (by.spans !== undefined && this.spans !== undefined)
      changed = this.cutSpans(by.spans) || changed;
    return changed;
  }

  private cutCodes(by: Uint8Array): boolean {
    const mine = this.codes as Uint8Array;
    if (!mine.some((bit, code) => bit === 1 && by[code] !== 1)) return false;
    this.codes = mine.map((bit, code) => bit & (by[code] as number));
    this.present = this.codes.includes(1);
    return true;
  }

  private cutSpans(by: Spans): boolean {
    const mine = this.spans as Spans;
    if (by.length === 2 && (by[0] as number) <= this.low && (by[1] as number) >= this.high) {
      return false;
    }
    // The grid forgives a hair at the ends, so the cut is made after rounding.
    const rounded = this.step === undefined ? by : gridSpans(by, this.step);
    const cut = intersectSpans(mine, rounded);
    if (sameSpans(cut, mine)) return false;
    this.setSpans(cut);
    return true;
  }

  /** As the driver and the models read it. */
  allowed(): Allowed {
    if (this.numeric)
      return {
        missing: this.missing,
        intervals: this.present ? (this.spans ?? [this.low, this.high]) : [],
      };
    if (!this.present)
      return { missing: this.missing, codes: new Uint8Array(this.codes?.length ?? 0) };
    if (this.codes === undefined) return { missing: this.missing };
    return { missing: this.missing, codes: this.codes };
  }

  sameAs(other: CellDomain): boolean {
    if (this.missing !== other.missing || this.present !== other.present) return false;
    if (this.spans !== undefined && other.spans !== undefined) {
      return sameSpans(this.spans, other.spans);
    }
    return (
      this.codes === other.codes || Buffer.compare(this.codes ?? bare, other.codes ?? bare) === 0
    );
  }
}

const bare = new Uint8Array(0);
