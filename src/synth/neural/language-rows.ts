import type { Random } from "../../base/random.js";
import type { Allowed, Cells } from "../../constraint/guide.js";
import type { BatchState, LearnedColumn, RowModel, SavedModel } from "../synthesizer.js";
import { loadShape, shapeOf } from "../tree/save-parts.js";
import { slotOrder } from "./batch.js";
import { type ColumnCodec, encodeCell, loadCodec, saveCodecs, slotsOf } from "./codec.js";
import { Decoder, type DecodeState } from "./decoder.js";
import type { Field, SavedArrays } from "./field.js";
import { type Layout, layoutOf, type Shape } from "./layout.js";
import { drawWord, END, GONE, type Letters } from "./letters.js";
import { textLogs } from "./text-logs.js";

/** What a block of rows has been told so far. */
interface Block {
  readonly decode: DecodeState;
  /** By column the raw values that the words were made from. */
  readonly seen: readonly Float64Array[];
  /** The slot that all rows' logits were last read for; −1 before the first. */
  frontier: number;
  logits: Float32Array;
  /** By row, the slot that its line of `logits` is for; −1 where that is out of date. */
  readonly fresh: Int32Array;
}

/** What makes a row language model, as data. */
export interface LanguageParts {
  readonly columns: readonly LearnedColumn[];
  /** Of code columns; of texts, empty. */
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  readonly codecs: readonly ColumnCodec[];
  readonly shape: Shape;
  readonly parameters: Float32Array;
  /** What training has to say, for the report. */
  readonly notes?: readonly string[];
}

/** A trained row language model: each column's word given those of the columns before it. */
export class LanguageRows implements RowModel {
  readonly learner = "language";
  readonly isSlow = true;
  readonly columns: readonly LearnedColumn[];
  readonly levels: readonly (readonly string[] | undefined)[];
  readonly order: readonly number[];
  readonly notes: readonly string[];
  private readonly parts: LanguageParts;
  private readonly layout: Layout;
  private readonly decoder: Decoder;
  /** By column: where its first slot stands in the order of slots. */
  private readonly turns: Int32Array;
  private readonly weights: readonly Float64Array[];

  constructor(parts: LanguageParts) {
    this.parts = parts;
    this.columns = parts.columns;
    this.order = parts.order;
    this.notes = parts.notes ?? [];
    this.levels = parts.levels.map((levels, column) => {
      const codec = parts.codecs[column] as ColumnCodec;
      return codec.kind === "letters" ? codec.texts : levels;
    });
    this.layout = layoutOf(parts.shape);
    const slots = slotOrder(this.layout, parts.order);
    this.decoder = new Decoder(this.layout, parts.parameters, slots);
    this.turns = Int32Array.from(parts.codecs, (_, column) =>
      slots.indexOf(this.layout.firstOf[column] as number),
    );
    this.weights = parts.codecs.map(({ words }) => new Float64Array(words));
  }

  begin(rows: number, _random: Random, spent?: BatchState): BatchState {
    return {
      decode: this.decoder.begin(rows, (spent as Block | undefined)?.decode),
      seen: this.columns.map(() => new Float64Array(rows).fill(Number.NaN)),
      frontier: -1,
      logits: new Float32Array(0),
      fresh: new Int32Array(rows).fill(-1),
    } satisfies Block;
  }

  drawFree(
    state: BatchState,
    cells: Cells,
    column: number,
    from: number,
    to: number,
    random: Random,
  ): void {
    const block = state as Block;
    const codec = this.parts.codecs[column] as ColumnCodec;
    if (codec.kind === "letters") {
      this.drawTexts(block, cells, column, codec, from, to, undefined, random);
      return;
    }
    const values = cells[column] as Float64Array | Int32Array;
    const weights = this.weights[column] as Float64Array;
    for (let row = from; row < to; row++) {
      const total = this.shares(block, cells, column, row, weights);
      const word = drawWord(weights, total, random);
      codec.write(word, undefined, { values, row }, random);
    }
  }

  drawAllowed(
    state: BatchState,
    cells: Cells,
    column: number,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const block = state as Block;
    const codec = this.parts.codecs[column] as ColumnCodec;
    if (codec.kind === "letters") {
      return this.drawTexts(block, cells, column, codec, row, row + 1, allowed, random);
    }
    return this.drawWithin(block, cells, column, codec, row, allowed, random);
  }

  private drawWithin(
    block: Block,
    cells: Cells,
    column: number,
    field: Field,
    row: number,
    allowed: Allowed,
    random: Random,
  ): number {
    const cell = { values: cells[column] as Float64Array | Int32Array, row };
    const weights = this.weights[column] as Float64Array;
    const all = this.shares(block, cells, column, row, weights);
    const open = new Float64Array(field.words);
    field.openShares(allowed, open);
    let total = 0;
    for (let word = 0; word < open.length; word++) {
      weights[word]! *= open[word] as number;
      total += weights[word] as number;
    }
    if (total > 0) {
      field.write(drawWord(weights, total, random), allowed, cell, random);
      return Math.min(0, Math.log(total / all));
    }
    // The logits leave it no probability that a double can hold: any word that is open will do.
    const left = open.reduce((sum, share) => sum + share, 0);
    if (left > 0) field.write(drawWord(open, left, random), allowed, cell, random);
    else field.invent(allowed, cell, random);
    return Number.NEGATIVE_INFINITY;
  }

  /** Weights of a column's words in a row, relative to the heaviest; returns their sum. */
  private shares(
    block: Block,
    cells: Cells,
    column: number,
    row: number,
    weights: Float64Array,
  ): number {
    const at = this.turns[column] as number;
    const isSame = this.follow(block, cells, column, row);
    if (at > block.frontier) this.readAll(block, cells, column);
    else if (!isSame || block.fresh[row] !== at) {
      const line = this.decoder.logits(block.decode, Int32Array.of(row), at);
      return soften(line, 0, weights);
    }
    return soften(block.logits, row * weights.length, weights);
  }

  /** Read the logits of a column's first slot for all rows. */
  private readAll(block: Block, cells: Cells, column: number): void {
    const at = this.turns[column] as number;
    const rows = Int32Array.from({ length: block.decode.rows }, (_, row) => row);
    for (const row of rows) this.follow(block, cells, column, row);
    block.logits = this.decoder.logits(block.decode, rows, at);
    block.frontier = at;
    block.fresh.fill(at);
  }

  /**
   * Bring a row's words up to date with its cells in the columns before `column`; false where one of
   * them has changed since it was told.
   */
  private follow(block: Block, cells: Cells, column: number, row: number): boolean {
    const { decode, seen } = block;
    let isSame = true;
    for (const before of this.order) {
      if (before === column) break;
      const value = (cells[before] as Float64Array)[row] as number;
      const told = seen[before] as Float64Array;
      if (Object.is(value, told[row])) continue;
      told[row] = value;
      isSame = false;
      const first = row * this.layout.columnOf.length + (this.layout.firstOf[before] as number);
      const codec = this.parts.codecs[before] as ColumnCodec;
      encodeCell(codec, cells, before, row, decode.words, first);
      const turn = (this.turns[before] as number) + 1;
      if ((decode.told[row] as number) > turn) decode.told[row] = turn;
      block.fresh[row] = -1;
    }
    return isSame;
  }

  /** Draw texts letter by letter; the log-probability of what was allowed of the last row's first. */
  private drawTexts(
    block: Block,
    cells: Cells,
    column: number,
    codec: Letters,
    from: number,
    to: number,
    allowed: Allowed | undefined,
    random: Random,
  ): number {
    const gone = allowed?.missing ?? (this.columns[column] as LearnedColumn).optional;
    const there =
      allowed?.codes === undefined || allowed.codes.length === 0 || allowed.codes.includes(1);
    const weights = this.weights[column] as Float64Array;
    const { words } = block.decode;
    const slots = this.layout.columnOf.length;
    const first = this.layout.firstOf[column] as number;
    let log = 0;
    for (let row = from; row < to; row++) {
      const all = this.shares(block, cells, column, row, weights);
      const [word, open] = drawLetter(codec, weights, 0, gone, there, random);
      log = open > 0 ? Math.min(0, Math.log(open / all)) : Number.NEGATIVE_INFINITY;
      words.fill(END, row * slots + first, row * slots + first + codec.slots);
      words[row * slots + first] = word;
    }
    this.spellOut(block, column, codec, from, to, random);
    const codes = cells[column] as Int32Array;
    for (let row = from; row < to; row++) {
      const at = row * slots + first;
      codes[row] = codec.read(words.subarray(at, at + codec.slots));
      // Told as it stands: the letters are the text's own.
      (block.seen[column] as Float64Array)[row] = codes[row] as number;
    }
    return log;
  }

  /** The letters after the first, all rows at the same place together. */
  private spellOut(
    block: Block,
    column: number,
    codec: Letters,
    from: number,
    to: number,
    random: Random,
  ): void {
    const { decode } = block;
    const weights = this.weights[column] as Float64Array;
    const slots = this.layout.columnOf.length;
    const first = this.layout.firstOf[column] as number;
    const at = this.turns[column] as number;
    for (let row = from; row < to; row++) {
      decode.told[row] = Math.min(decode.told[row] as number, at + 1);
    }
    for (let place = 1; place < codec.slots; place++) {
      const open = Int32Array.from({ length: to - from }, (_, i) => from + i).filter(
        (row) => (decode.words[row * slots + first + place - 1] as number) > GONE,
      );
      if (open.length === 0) return;
      const logits = this.decoder.logits(decode, open, at + place);
      open.forEach((row, line) => {
        soften(logits, line * weights.length, weights);
        const [word] = drawLetter(codec, weights, place, false, true, random);
        decode.words[row * slots + first + place] = word;
      });
    }
  }

  textLikelihoods(column: number, texts: readonly string[]): Float64Array | undefined {
    const codec = this.parts.codecs[column];
    if (codec?.kind !== "letters") return undefined;
    const { layout, parts } = this;
    return textLogs({ layout, parameters: parts.parameters, column, codec }, texts);
  }

  save(): SavedModel {
    const arrays: SavedArrays = {};
    const { codecs, shape, parameters } = this.parts;
    const json = { ...shapeOf(this), notes: this.notes, shape, codecs: saveCodecs(codecs, arrays) };
    // Bytes of 32-bit floats, little-endian.
    arrays["parameters"] = new Uint8Array(parameters.slice().buffer);
    return { learner: this.learner, version: 1, json, arrays };
  }
}

/** Weights e^(logit − largest) of one line; returns their sum. */
function soften(logits: Float32Array, from: number, weights: Float64Array): number {
  let top = -Infinity;
  for (let i = 0; i < weights.length; i++) top = Math.max(top, logits[from + i] as number);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] = Math.exp((logits[from + i] as number) - top);
  }
  return sum;
}

/** A letter that may stand at a place, and the weight of all that may. */
function drawLetter(
  codec: Letters,
  weights: Float64Array,
  place: number,
  gone: boolean,
  there: boolean,
  random: Random,
): readonly [word: number, open: number] {
  let open = 0;
  for (let word = 0; word < weights.length; word++) {
    if (!codec.may(word, place, gone, there)) weights[word] = 0;
    open += weights[word] as number;
  }
  if (open > 0) return [drawWord(weights, open, random), open];
  return [gone && place === 0 ? GONE : END, 0];
}

/** A model of this family from what `save()` gave. */
export function loadLanguageRows(saved: SavedModel): LanguageRows {
  const { columns, levels, order } = loadShape(saved);
  const { shape, codecs, notes } = saved.json as {
    readonly shape: Shape;
    readonly codecs: readonly unknown[];
    readonly notes: readonly string[];
  };
  const bytes = saved.arrays["parameters"] as Uint8Array;
  const parts: LanguageParts = {
    columns,
    order,
    shape,
    notes,
    levels: levels.map((labels, column) => (columns[column]?.type.kind === "text" ? [] : labels)),
    codecs: codecs.map((codec, at) => loadCodec(codec, saved.arrays, at, levels[at])),
    parameters: new Float32Array(new Uint8Array(bytes).buffer),
  };
  return new LanguageRows(parts);
}

/** The shape of a network over these columns. */
export function networkShape(
  codecs: readonly ColumnCodec[],
  sizes: Pick<Shape, "width" | "layers" | "heads">,
): Shape {
  return {
    width: sizes.width,
    layers: sizes.layers,
    heads: sizes.heads,
    hidden: 2 * sizes.width,
    words: codecs.map(({ words }) => words),
    slots: codecs.map(slotsOf),
  };
}
