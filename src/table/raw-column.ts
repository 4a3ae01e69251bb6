/**
 * A column as a reader delivers it, before it is held against its declared type: numbers, or a
 * dictionary of texts with −1 for missing.
 */
export type RawColumn = RawNumbers | RawTexts;

export interface RawNumbers {
  readonly kind: "number";
  /** In the scale of the requested type (days, seconds, …); NaN is missing or unreadable. */
  readonly values: Float64Array;
  /** Cells that hold something which is no such number, with their text; same length, rows ascending. */
  readonly unreadable?: { readonly rows: Uint32Array; readonly texts: readonly string[] };
}

export interface RawTexts {
  readonly kind: "text";
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Columns of equal length, in the order they were asked for. */
export interface RawTable {
  readonly rows: number;
  readonly columns: readonly RawColumn[];
}

/** Texts to a dictionary, in order of first appearance; null and undefined are missing. */
export function rawTexts(rows: number, textAt: (row: number) => string | null): RawTexts {
  const codes = new Int32Array(rows);
  const levels: string[] = [];
  const known = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const text = textAt(row);
    if (text === null) {
      codes[row] = -1;
      continue;
    }
    let code = known.get(text);
    if (code === undefined) {
      code = levels.length;
      levels.push(text);
      known.set(text, code);
    }
    codes[row] = code;
  }
  return { kind: "text", codes, levels };
}
