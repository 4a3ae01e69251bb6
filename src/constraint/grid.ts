import type { ColumnType } from "../table/column-type.js";

/**
 * The distance between neighbouring values of a type, or undefined where it has none (`real` without
 * a step, categories). Ints, dates (days), datetimes and durations (seconds) have 1; money without a
 * step has 0.01.
 */
export function stepOf(type: ColumnType): number | undefined {
  switch (type.kind) {
    case "int":
      return type.step ?? 1;
    case "money":
      return type.step ?? 0.01;
    case "real":
      return type.step;
    case "date":
    case "datetime":
    case "duration":
      return 1;
    default:
      return undefined;
  }
}

/** The `index`-th multiple of `step`, as the double that its decimal form reads back to. */
export function gridValue(index: number, step: number): number {
  if (step >= 1 && Number.isInteger(step)) return index * step;
  const inverse = Math.round(1 / step);
  if (Math.abs(inverse * step - 1) < 1e-12) return index / inverse;
  return Number((index * step).toPrecision(15));
}

/** The value of the grid that is nearest; NaN stays NaN. */
export function snap(value: number, step: number | undefined): number {
  if (step === undefined || !Number.isFinite(value)) return value;
  const found = gridValue(Math.round(value / step), step);
  return found === 0 ? 0 : found;
}

const slack = 1e-6;

/** Index of the lowest grid value not below `low`; a millionth of a step is forgiven. */
export function indexAtLeast(low: number, step: number): number {
  return Math.ceil(low / step - slack);
}

/** Index of the highest grid value not above `high`; a millionth of a step is forgiven. */
export function indexAtMost(high: number, step: number): number {
  return Math.floor(high / step + slack);
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

/** The next double above. */
export function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  double[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return double[0] as number;
}

/** The next double below. */
export function nextDown(value: number): number {
  return -nextUp(-value);
}

/** The lowest and highest declared value of a number type; ±Infinity where it has none. */
export function boundsOf(type: ColumnType): readonly [number, number] {
  if ("min" in type || "max" in type) {
    if (type.kind !== "ref") return [type.min ?? -Infinity, type.max ?? Infinity];
  }
  return [-Infinity, Infinity];
}
