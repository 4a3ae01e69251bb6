import { impossible } from "../../base/failure.js";
import type { Cells } from "../../constraint/guide.js";
import type { ColumnDomain } from "../../table/domain.js";
import type { LearnedColumn, SavedModel } from "../synthesizer.js";
import type { Training } from "../training.js";
import type { Field, SavedArrays } from "./field.js";
import type { Layout } from "./layout.js";
import { Letters, lettersOf } from "./letters.js";
import { loadSeenField, seenField } from "./seen-field.js";
import { StatedField } from "./stated-field.js";

/** How a column becomes tokens: one word, or the letters of a text. */
export type ColumnCodec = Field | Letters;

function isText({ type }: Pick<LearnedColumn, "type">): boolean {
  return type.kind === "text";
}

/** The codecs of a table's columns, from its training rows. */
export function codecsOf(training: Training, bins: number): ColumnCodec[] {
  return training.columns.map((column, at) => {
    const levels = training.levels[at];
    return isText(column)
      ? lettersOf(levels ?? [])
      : seenField(column, training.cells[at] as Float64Array | Int32Array, levels, bins);
  });
}

export function slotsOf(codec: ColumnCodec): number {
  return codec.kind === "letters" ? codec.slots : 1;
}

/** All cells as words: one row of `layout`'s slots after the other. */
export function encodeRows(
  codecs: readonly ColumnCodec[],
  layout: Layout,
  cells: Cells,
  rows: number,
): Int32Array {
  const slots = layout.columnOf.length;
  const words = new Int32Array(rows * slots);
  codecs.forEach((codec, column) => {
    const first = layout.firstOf[column] as number;
    for (let row = 0; row < rows; row++)
      encodeCell(codec, cells, column, row, words, row * slots + first);
  });
  return words;
}

/** The words of one cell, from `at` on. */
export function encodeCell(
  codec: ColumnCodec,
  cells: Cells,
  column: number,
  row: number,
  into: Int32Array,
  at: number,
): void {
  const value = (cells[column] as Float64Array)[row] as number;
  if (codec.kind === "letters") codec.spell(value, into, at);
  else into[at] = codec.wordOf(value);
}

export function saveCodecs(codecs: readonly ColumnCodec[], arrays: SavedArrays): unknown[] {
  return codecs.map((codec, column) =>
    codec.kind === "letters" ? codec.save() : codec.save(arrays, column),
  );
}

type SavedCodec =
  | { readonly kind: "seen"; readonly missing: number }
  | { readonly kind: "stated"; readonly domain: ColumnDomain }
  | {
      readonly kind: "letters";
      readonly alphabet: readonly string[];
      readonly slots: number;
      readonly texts: readonly string[];
    };

export function loadCodec(
  saved: unknown,
  arrays: SavedModel["arrays"],
  column: number,
  levels: readonly string[] | undefined,
): ColumnCodec {
  const codec = saved as SavedCodec;
  switch (codec.kind) {
    case "seen":
      return loadSeenField(arrays, column, levels, codec.missing);
    case "stated":
      return new StatedField(codec.domain);
    case "letters":
      return new Letters(codec.alphabet, codec.slots, codec.texts);
    default:
      throw impossible("a saved model has words of an unknown kind", saved);
  }
}
