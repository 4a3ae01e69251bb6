import type { Random } from "../base/random.js";
import { apportionWasm } from "./apportion-wasm.js";
import { instantiate, type KernelMemory } from "./instance.js";

/** How a column's codes hang on the cell of their parents. */
export interface CodeTable {
  readonly size: number;
  /** Weights of the codes, one run of `size` a parent cell. */
  readonly joint: Float64Array;
  /** For cells without weight. */
  readonly marginal: Float64Array;
}

/**
 * Codes for rows, given the parent cell of each: in a group of n rows with the same parents each code
 * occurs ⌊n·p⌋ or one more times, the rest by systematic sampling of the fractions, in random order
 * (McKenna et al. 2021, "Winning the NIST Contest", section 3.4). A group whose parents the model
 * holds impossible follows the column's own marginal. This is the plain twin of the kernel.
 */
export function apportionPlain(
  parents: Int32Array,
  { size, joint, marginal }: CodeTable,
  random: Random,
): Int32Array {
  const { slots, counts, cells } = groupsOf(parents);
  const groups = cells.map((cell, slot) => {
    const own = joint.subarray(cell * size, (cell + 1) * size);
    const mass = total(own);
    const run = mass > 0 ? own : marginal;
    return new Points(run, (counts[slot] as number) / (mass > 0 ? mass : total(run)), random);
  });
  const codes = new Int32Array(parents.length);
  for (const row of shuffled(parents.length, random)) {
    codes[row] = (groups[slots[row] as number] as Points).next();
  }
  return codes;
}

/** The group of each row, groups in the order in which they are met. */
function groupsOf(parents: Int32Array) {
  const slotOf = new Map<number, number>();
  const counts: number[] = [];
  const slots = parents.map((cell) => {
    const slot = slotOf.get(cell) ?? slotOf.size;
    slotOf.set(cell, slot);
    counts[slot] = (counts[slot] ?? 0) + 1;
    return slot;
  });
  return { slots, counts, cells: [...slotOf.keys()] };
}

/** Points one apart, from one in 0..1 on, on the line of the expected counts. */
class Points {
  private readonly run: Float64Array;
  private readonly scale: number;
  private point: number;
  private cumulated: number;
  private code = 0;

  constructor(run: Float64Array, scale: number, random: Random) {
    this.run = run;
    this.scale = scale;
    this.point = random.uniform();
    this.cumulated = (run[0] as number) * scale;
  }

  next(): number {
    const { run } = this;
    while (this.point >= this.cumulated) {
      this.code++;
      if (this.code < run.length) this.cumulated += (run[this.code] as number) * this.scale;
      else {
        this.code = heaviest(run);
        this.cumulated = Number.POSITIVE_INFINITY;
      }
    }
    this.point++;
    return this.code;
  }
}

function heaviest(run: Float64Array): number {
  let best = 0;
  for (let i = 1; i < run.length; i++) if ((run[i] as number) > (run[best] as number)) best = i;
  return best;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** Fisher–Yates, with numbers below i by multiplication (Lemire 2019), without bias. */
function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, row) => row);
  for (let last = n - 1; last > 0; ) {
    const choices = last + 1;
    const product = random.uint32() * choices;
    const place = Math.floor(product / 4294967296);
    if (product - place * 4294967296 < 4294967296 % choices) continue;
    const kept = order[last] as number;
    order[last] = order[place] as number;
    order[place] = kept;
    last--;
  }
  return order;
}

interface Kernel extends KernelMemory {
  apportion(
    words: number,
    parents: number,
    n: number,
    joint: number,
    marginal: number,
    size: number,
    slots: number,
    groups: number,
    order: number,
    codes: number,
  ): void;
}

/** Rows that the kernel takes at a time; more or much fewer are done in plain TypeScript. */
const most = 4096;
const few = 64;

/** The codes of one model's columns, by WebAssembly. One model at a time has its tables there. */
export class Apportioner {
  private readonly tables: readonly CodeTable[];

  private readonly isBrief: boolean;

  /** `isBrief`: the model won't draw much, and its tables are not worth the way to the kernel. */
  constructor(tables: readonly CodeTable[], isBrief: boolean) {
    this.tables = tables;
    this.isBrief = isBrief;
  }

  /** Codes by the table of that position; good until the next call. */
  draw(table: number, parents: Int32Array, random: Random): Int32Array {
    const own = this.tables[table] as CodeTable;
    const n = parents.length;
    if (this.isBrief || n < few || n > most) return apportionPlain(parents, own, random);
    if (loaded?.tables !== this.tables) loaded = load(this.tables);
    const { kernel, place, words, rows, codes } = loaded;
    rows.set(parents);
    random.lend(words);
    const { joint, marginal } = place.tables[table] as PlacedTable;
    kernel.apportion(
      place.words,
      place.parents,
      n,
      joint,
      marginal,
      own.size,
      place.slots,
      place.groups,
      place.order,
      place.codes,
    );
    random.takeBack(words);
    return codes.subarray(0, n);
  }
}

let loaded: ReturnType<typeof load> | undefined;

interface PlacedTable {
  readonly joint: number;
  readonly marginal: number;
}

function load(tables: readonly CodeTable[]) {
  const place = layOut(tables);
  const kernel = instantiate<Kernel>(apportionWasm, place.end);
  const { buffer } = kernel.memory;
  tables.forEach(({ joint, marginal }, at) => {
    const own = place.tables[at] as PlacedTable;
    new Float64Array(buffer, own.joint, joint.length).set(joint);
    new Float64Array(buffer, own.marginal, marginal.length).set(marginal);
  });
  return {
    ...{ tables, kernel, place },
    words: new Int32Array(buffer, place.words, 4),
    rows: new Int32Array(buffer, place.parents, most),
    codes: new Int32Array(buffer, place.codes, most),
  };
}

function layOut(tables: readonly CodeTable[]) {
  let end = 1024;
  const take = (bytes: number): number => {
    const at = end;
    end += (bytes + 15) & ~15;
    return at;
  };
  const cells = Math.max(0, ...tables.map(({ joint, size }) => joint.length / size));
  return {
    words: take(16),
    parents: take(4 * most),
    order: take(4 * most),
    codes: take(4 * most),
    groups: take(32 * most),
    slots: take(4 * cells),
    tables: tables.map(
      ({ joint, marginal }): PlacedTable => ({
        joint: take(joint.byteLength),
        marginal: take(marginal.byteLength),
      }),
    ),
    end,
  };
}
