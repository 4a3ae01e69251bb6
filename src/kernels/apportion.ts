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
 * The distributions of a table for systematic sampling: each run cumulated, its last code with weight at 2, so
 * that no rounding can lead past it. A cell without weight follows the marginal.
 */
export function cumulate({ size, joint, marginal }: CodeTable, into: Float64Array): Float64Array {
  for (let first = 0; first < joint.length; first += size) {
    const own = joint.subarray(first, first + size);
    const run = total(own) > 0 ? own : marginal;
    const mass = total(run);
    let last = size - 1;
    while (last > 0 && !((run[last] as number) > 0)) last--;
    let sum = 0;
    for (let code = 0; code < size; code++) {
      sum += Math.max(0, run[code] as number);
      into[first + code] = code < last ? sum / mass : 2;
    }
  }
  return into;
}

/**
 * Codes for rows, given the parent cell of each: in a group of n rows with the same parents each code
 * occurs ⌊n·p⌋ or one more times, the rest by systematic sampling of the fractions, and lots decide which
 * row gets which (McKenna et al. 2021, "Winning the NIST Contest", section 3.4). The lots are of 32 bits:
 * of 4,096 rows none is favoured by more than one in a million. This is the plain twin of the kernel.
 */
export function apportionPlain(
  parents: Int32Array,
  size: number,
  runs: Float64Array,
  random: Random,
): Int32Array {
  const n = parents.length;
  const lots = n > 1 ? [random.fork(), random.fork(), random.fork(), random.fork()] : [];
  const groups = new Map<number, number[]>();
  const counts = new Map<number, number>();
  for (const cell of parents) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  for (const [cell, rows] of counts) {
    const run = runs.subarray(cell * size, (cell + 1) * size);
    groups.set(cell, systematic(run, rows, random.uniform()));
  }
  return parents.map((cell, row) => {
    const codes = groups.get(cell) as number[];
    const lot = (lots[row % 4]?.uint32() ?? 0) * codes.length;
    const chosen = Math.floor(lot / 4294967296);
    const code = codes[chosen] as number;
    codes[chosen] = codes[codes.length - 1] as number;
    codes.pop();
    return code;
  });
}

/** The code in whose stretch of the cumulated run each of the points `point`, `point` + 1 … falls. */
function systematic(run: Float64Array, rows: number, point: number): number[] {
  const codes: number[] = [];
  for (let code = 0; codes.length < rows; code++) {
    const before = Math.ceil((run[code] as number) * rows - point);
    while (codes.length < Math.min(rows, before)) codes.push(code);
  }
  return codes;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.max(0, value);
  return sum;
}

interface Kernel extends KernelMemory {
  apportion(
    words: number,
    rows: number,
    n: number,
    runs: number,
    size: number,
    groups: number,
    found: number,
    list: number,
    drawn: number,
  ): void;
}

/** Rows that the kernel takes at a time; more or much fewer are done in plain TypeScript. */
const most = 4096;
const few = 64;

/** The codes of one model's columns, by WebAssembly. One model at a time has its tables there. */
export class Apportioner {
  private readonly tables: readonly CodeTable[];
  private readonly runs: Float64Array[] = [];
  private readonly isBrief: boolean;

  /** `isBrief`: the model won't draw much, and its tables are not worth the way to the kernel. */
  constructor(tables: readonly CodeTable[], isBrief: boolean) {
    this.tables = tables;
    this.isBrief = isBrief;
  }

  /** Codes by the table of that position; good until the next call. */
  draw(table: number, parents: Int32Array, random: Random): Int32Array {
    const { size } = this.tables[table] as CodeTable;
    const n = parents.length;
    if (this.isBrief || n < few || n > most) {
      return apportionPlain(parents, size, this.runsOf(table), random);
    }
    if (loaded?.tables !== this.tables) loaded = load(this.tables);
    const { kernel, place, words, rows } = loaded;
    rows.set(parents);
    random.lend(words);
    kernel.apportion(
      place.words,
      place.rows,
      n,
      place.runs[table] as number,
      size,
      place.groups,
      place.found,
      place.list,
      place.drawn,
    );
    random.takeBack(words);
    return rows.subarray(0, n);
  }

  /** The kernel's own where it has them. */
  private runsOf(table: number): Float64Array {
    const { joint } = this.tables[table] as CodeTable;
    if (loaded?.tables === this.tables) return loaded.runs[table] as Float64Array;
    this.runs[table] ??= cumulate(this.tables[table] as CodeTable, new Float64Array(joint.length));
    return this.runs[table] as Float64Array;
  }
}

let loaded: ReturnType<typeof load> | undefined;

function load(tables: readonly CodeTable[]) {
  const place = layOut(tables);
  const kernel = instantiate<Kernel>(apportionWasm, place.end);
  const { buffer } = kernel.memory;
  return {
    ...{ tables, kernel, place },
    words: new Int32Array(buffer, place.words, 4),
    rows: new Int32Array(buffer, place.rows, most),
    runs: tables.map((table, at) =>
      cumulate(table, new Float64Array(buffer, place.runs[at], table.joint.length)),
    ),
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
    rows: take(4 * most),
    found: take(4 * most),
    list: take(4 * most + 64),
    drawn: take(4 * most + 64),
    groups: take(4 * cells),
    runs: tables.map(({ joint }) => take(joint.byteLength)),
    end,
  };
}
