import type { FrameInScope } from "../parse/known-names.js";
import { asFrame } from "../table/frame.js";

/** Rows of an array of objects that are looked at for its columns. */
const looked = 1_000;

/**
 * The variables that `frame NAME` may name: danfo DataFrames, Arrow tables, arrays of objects, objects of
 * arrays, tables of ours and whatever holds one as its `table`. No cell is read: only their headers.
 */
export function framesInScope(frames: ReadonlyMap<string, unknown>): readonly FrameInScope[] {
  return [...frames].flatMap(([name, value]) => {
    const headers = headersOf(value);
    return headers === undefined || headers.length === 0 ? [] : [{ name, headers }];
  });
}

/** A variable may be anything, also an object that throws when it is looked at. */
function headersOf(value: unknown): readonly string[] | undefined {
  try {
    const inner = (value as { readonly table?: unknown } | null | undefined)?.table ?? value;
    return asFrame(Array.isArray(inner) ? inner.slice(0, looked) : inner)?.headers;
  } catch {
    return undefined;
  }
}
