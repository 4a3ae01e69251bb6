import { boundsOf, gridValue, indexAtLeast, indexAtMost, stepOf } from "../../constraint/grid.js";
import type { Allowed } from "../../constraint/guide.js";
import { countOnGrid, gridSpans } from "../../constraint/spans.js";
import type { ColumnType } from "../../table/column-type.js";

/** What an answer may be: a type, narrowed by what the rules leave of it in this row. */
export type Shape =
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | NumberShape
  | {
      readonly kind: "date" | "datetime";
      /** Days or seconds since 1970-01-01, as low, high, low, high …, inclusive. */
      readonly spans: readonly number[];
    }
  | { readonly kind: "text"; readonly like?: string }
  | RowsShape;

export interface NumberShape {
  readonly kind: "number";
  /** Inclusive, ascending, as low, high, low, high …; on the grid where there is a step. */
  readonly spans: readonly number[];
  /** Values are multiples of it, counted from 0. */
  readonly step?: number;
  readonly unit?: string;
}

/** Several rows at once, each an object with these fields. */
export interface RowsShape {
  readonly kind: "rows";
  readonly count: number;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly shape: Exclude<Shape, RowsShape>;
  /** `null` is a value. */
  readonly optional: boolean;
  readonly doc?: string;
}

/** True where no answer at all can stand. */
export function isEmpty(shape: Shape): boolean {
  if (shape.kind === "choice") return shape.values.length === 0;
  if (shape.kind === "text") return false;
  if (shape.kind === "rows") return shape.fields.some((f) => isEmpty(f.shape) && !f.optional);
  return shape.spans.length === 0;
}

/**
 * The shape of a type's values. `levels` are the labels of its codes; `allowed` is what rules leave.
 * Numbers without bounds are bounded by what a double holds exactly.
 */
export function shapeOf(
  type: ColumnType,
  levels: readonly string[],
  allowed?: Allowed,
): Exclude<Shape, RowsShape> {
  switch (type.kind) {
    case "category":
    case "bool": {
      const { codes } = allowed ?? {};
      return { kind: "choice", values: levels.filter((_, code) => codes?.[code] !== 0) };
    }
    case "text":
    case "id":
    case "ref":
      return type.kind === "text" && type.like !== undefined
        ? { kind: "text", like: type.like }
        : { kind: "text" };
    case "date":
    case "datetime":
      return { kind: type.kind, spans: spansOf(type, allowed) };
    default: {
      const step = stepOf(type);
      const unit = type.kind === "duration" ? "seconds" : type.unit;
      return {
        kind: "number",
        spans: spansOf(type, allowed),
        ...(step === undefined ? {} : { step }),
        ...(unit === undefined ? {} : { unit }),
      };
    }
  }
}

const WIDEST = 1e15;

function spansOf(type: ColumnType, allowed: Allowed | undefined): readonly number[] {
  const [low, high] = boundsOf(type);
  const ends = type.kind === "date" ? 3e6 : type.kind === "datetime" ? 2.5e11 : WIDEST;
  const spans = (allowed?.intervals ?? [low, high]).map((end) =>
    Math.min(ends, Math.max(-ends, end)),
  );
  const step = stepOf(type);
  return step === undefined ? spans : gridSpans(spans, step);
}

/** How many values a shape has; Infinity for texts, rows and numbers without a step. */
export function sizeOf(shape: Shape): number {
  if (shape.kind === "choice") return shape.values.length;
  if (shape.kind === "text" || shape.kind === "rows") return Infinity;
  const step = shape.kind === "number" ? shape.step : 1;
  return step === undefined ? Infinity : countOnGrid(shape.spans, step);
}

/** The values of a grid, in order; meant for small ones. */
export function gridValues(spans: readonly number[], step: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    const last = indexAtMost(spans[i + 1] as number, step);
    for (let index = indexAtLeast(spans[i] as number, step); index <= last; index++) {
      found.push(gridValue(index, step));
    }
  }
  return found;
}
