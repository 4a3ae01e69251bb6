import type { ColumnType } from "./column-type.js";
import { numberFormat } from "./format-value.js";
import type { RawNumbers } from "./raw-column.js";
import type { ColumnRequest } from "./source-types.js";
import type { Column } from "./table.js";

/** A column that fits its type, and what had to be done for it. */
export interface ConformedColumn {
  readonly column: Column;
  /** Cells outside the declared domain; missing in the column. */
  readonly outside: number;
  /** Cells that were missing to begin with. */
  readonly missing: number;
  readonly rounded: number;
  /** The first few different values outside the domain, at most five. */
  readonly examples: readonly string[];
}

/** Collects the first five different texts. */
export class Examples {
  readonly texts: string[] = [];

  add(text: string): void {
    if (this.texts.length < 5 && !this.texts.includes(text)) this.texts.push(text);
  }
}

/** Numbers within bounds and on the step of their type; everything else becomes missing. */
export function conformNumbers(raw: RawNumbers, wanted: ColumnRequest): ConformedColumn {
  const { low, high, step } = limits(wanted.type);
  const values = new Float64Array(raw.values.length);
  const examples = new Examples();
  for (const text of raw.unreadable?.texts ?? []) examples.add(text);
  const format = numberFormat(wanted.type);
  const unreadable = raw.unreadable?.rows.length ?? 0;
  let outside = unreadable;
  let absent = 0;
  let rounded = 0;
  for (let row = 0; row < values.length; row++) {
    const value = raw.values[row] as number;
    if (Number.isNaN(value)) {
      absent++;
      values[row] = value;
      continue;
    }
    const placed = step === undefined ? value : onStep(value, step);
    if (placed < low || placed > high) {
      outside++;
      values[row] = Number.NaN;
      if (examples.texts.length < 5) examples.add(format(value));
    } else {
      values[row] = placed;
      if (placed !== value) rounded++;
    }
  }
  const column: Column = { kind: "number", name: wanted.name, type: wanted.type, values };
  return { column, outside, missing: absent - unreadable, rounded, examples: examples.texts };
}

/**
 * The multiple of `step` nearest to a value, as the double that its decimal text means: 0.3 for three
 * steps of 0.1, not 0.30000000000000004.
 */
function onStep(value: number, step: number): number {
  if (step === 1) return Math.round(value);
  const nearest = Math.round(value / step);
  const inverse = 1 / step;
  const whole = Math.round(inverse);
  const placed = Math.abs(inverse - whole) < 1e-9 * inverse ? nearest / whole : nearest * step;
  return Math.abs(placed - value) < 1e-12 * Math.abs(value) ? value : placed;
}

function limits(type: ColumnType): { low: number; high: number; step: number | undefined } {
  const open = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  switch (type.kind) {
    case "int":
    case "real":
    case "money": {
      const step = type.step ?? (type.kind === "int" ? 1 : undefined);
      if (type.learned) return { ...open, step };
      return { low: type.min ?? open.low, high: type.max ?? open.high, step };
    }
    case "date":
    case "datetime":
      if (type.learned) return { ...open, step: 1 };
      return { low: type.min ?? open.low, high: type.max ?? open.high, step: 1 };
    case "duration":
      return { low: type.min ?? open.low, high: type.max ?? open.high, step: undefined };
    default:
      return { ...open, step: undefined };
  }
}
