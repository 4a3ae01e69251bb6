import type { CodedColumn } from "./access-rows.js";

/** A column as words of a descent. */
export interface WordColumn {
  readonly slots: number;
  readonly isInside: (row: number) => boolean;
  readonly write: (row: number, into: Int32Array, at: number) => void;
}

/** A column of codes, a word each; a code outside its domain takes the row out. */
export function oneWord({ codes, size }: CodedColumn): WordColumn {
  return {
    slots: 1,
    isInside: (row) => (codes[row] as number) >= 0 && (codes[row] as number) < size,
    write: (row, into, at) => {
      into[at] = codes[row] as number;
    },
  };
}
