import type { Target } from "./target.js";

/** One column of a node's rows, as the search sees it: codes by row, cut between neighbouring codes. */
export interface Codes {
  readonly codes: Uint8Array;
  /** Code 0 is a missing number, which may go to either side. */
  readonly missingApart: boolean;
}

/** The best cut found so far. `score` is Σ (sum of squares of class counts, or squared sum) / size. */
export interface Cut {
  predictor: number;
  /** Codes up to this go left. */
  code: number;
  missingLeft: boolean;
  score: number;
}

/** Searches one node after another; owns all scratch memory. */
export interface SplitSearch {
  /** Take in the rows `from..to`: afterwards `spread` and `total` describe the node. */
  enter(rows: Int32Array, from: number, to: number): void;
  /** Sum of squares about the node's mean. */
  spread(): number;
  /** The score of the node unsplit. */
  base(): number;
  /** Improve `cut` by the best cut of this predictor, if better. */
  try(predictor: number, column: Codes, cut: Cut): void;
}

export function splitSearch(target: Target, rows: number, minLeaf: number): SplitSearch {
  return target.kind === "scores"
    ? new ScoreSearch(target.scores, rows, minLeaf)
    : new ClassSearch(target.classes, target.size, rows, minLeaf);
}

/** The codes that occur in a node, ascending, by a bitmap of 256 bits. */
class Touched {
  readonly codes = new Uint8Array(256);
  count = 0;
  private readonly words = new Int32Array(8);

  mark(code: number): void {
    const word = code >> 5;
    this.words[word] = (this.words[word] as number) | (1 << (code & 31));
  }

  /** List the marked codes and clear the marks. */
  collect(): void {
    let count = 0;
    for (let word = 0; word < 8; word++) {
      let bits = this.words[word] as number;
      if (bits === 0) continue;
      this.words[word] = 0;
      while (bits !== 0) {
        const low = bits & -bits;
        this.codes[count++] = (word << 5) + 31 - Math.clz32(low);
        bits ^= low;
      }
    }
    this.count = count;
  }
}

abstract class Search {
  protected readonly minLeaf: number;
  protected readonly local: Int32Array;
  protected readonly touched = new Touched();
  protected size = 0;

  constructor(rows: number, minLeaf: number) {
    this.minLeaf = minLeaf;
    this.local = new Int32Array(rows);
  }

  protected keep(cut: Cut, predictor: number, at: number, missingLeft: boolean, score: number) {
    cut.predictor = predictor;
    cut.code = this.touched.codes[at] as number;
    cut.missingLeft = missingLeft;
    cut.score = score;
  }
}

class ScoreSearch extends Search implements SplitSearch {
  private readonly scores: Float64Array;
  private readonly own: Float64Array;
  private readonly sums = new Float64Array(256);
  private readonly counts = new Int32Array(256);
  private total = 0;
  private squares = 0;

  constructor(scores: Float64Array, rows: number, minLeaf: number) {
    super(rows, minLeaf);
    this.scores = scores;
    this.own = new Float64Array(rows);
  }

  enter(rows: Int32Array, from: number, to: number): void {
    const { local, own, scores } = this;
    this.size = to - from;
    let total = 0;
    let squares = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      const score = scores[row] as number;
      local[i - from] = row;
      own[i - from] = score;
      total += score;
      squares += score * score;
    }
    this.total = total;
    this.squares = squares;
  }

  spread(): number {
    return this.squares - this.base();
  }

  base(): number {
    return (this.total * this.total) / this.size;
  }

  try(predictor: number, column: Codes, cut: Cut): void {
    const { local, own, sums, counts, touched, size } = this;
    const codes = column.codes;
    for (let i = 0; i < size; i++) {
      const code = codes[local[i] as number] as number;
      sums[code] = (sums[code] as number) + (own[i] as number);
      counts[code] = (counts[code] as number) + 1;
      touched.mark(code);
    }
    touched.collect();
    this.scan(predictor, true, cut);
    if (column.missingApart && touched.codes[0] === 0) this.scan(predictor, false, cut);
    for (let at = 0; at < touched.count; at++) {
      const code = touched.codes[at] as number;
      sums[code] = 0;
      counts[code] = 0;
    }
  }

  private scan(predictor: number, missingLeft: boolean, cut: Cut): void {
    const { sums, counts, touched, size, total, minLeaf } = this;
    let left = 0;
    let sum = 0;
    for (let at = missingLeft ? 0 : 1; at < touched.count; at++) {
      const code = touched.codes[at] as number;
      left += counts[code] as number;
      sum += sums[code] as number;
      const right = size - left;
      if (right < minLeaf) break;
      if (left < minLeaf) continue;
      const score = (sum * sum) / left + ((total - sum) * (total - sum)) / right;
      if (score > cut.score) this.keep(cut, predictor, at, missingLeft, score);
    }
  }
}

class ClassSearch extends Search implements SplitSearch {
  private readonly classes: Uint8Array;
  private readonly own: Uint8Array;
  private readonly total: Float64Array;
  private readonly left: Float64Array;
  private readonly right: Float64Array;
  /** Rows of a code as a chain, newest first. */
  private readonly head = new Int32Array(256).fill(-1);
  private readonly next: Int32Array;
  private squares = 0;

  constructor(classes: Uint8Array, kinds: number, rows: number, minLeaf: number) {
    super(rows, minLeaf);
    this.classes = classes;
    this.own = new Uint8Array(rows);
    this.next = new Int32Array(rows);
    this.total = new Float64Array(kinds);
    this.left = new Float64Array(kinds);
    this.right = new Float64Array(kinds);
  }

  enter(rows: Int32Array, from: number, to: number): void {
    const { local, own, classes, total } = this;
    this.size = to - from;
    total.fill(0);
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      const k = classes[row] as number;
      local[i - from] = row;
      own[i - from] = k;
      total[k] = (total[k] as number) + 1;
    }
    this.squares = 0;
    for (const count of total) this.squares += count * count;
  }

  spread(): number {
    return this.size - this.squares / this.size;
  }

  base(): number {
    return this.squares / this.size;
  }

  try(predictor: number, column: Codes, cut: Cut): void {
    const { local, head, next, touched, size } = this;
    const codes = column.codes;
    for (let i = 0; i < size; i++) {
      const code = codes[local[i] as number] as number;
      next[i] = head[code] as number;
      head[code] = i;
      touched.mark(code);
    }
    touched.collect();
    this.scan(predictor, true, cut);
    if (column.missingApart && touched.codes[0] === 0) this.scan(predictor, false, cut);
    for (let at = 0; at < touched.count; at++) head[touched.codes[at] as number] = -1;
  }

  private scan(predictor: number, missingLeft: boolean, cut: Cut): void {
    const { own, left, right, head, next, touched, size, minLeaf } = this;
    left.fill(0);
    right.set(this.total);
    let count = 0;
    let leftSquares = 0;
    let rightSquares = this.squares;
    for (let at = missingLeft ? 0 : 1; at < touched.count; at++) {
      for (let i = head[touched.codes[at] as number] as number; i >= 0; i = next[i] as number) {
        const k = own[i] as number;
        const l = left[k] as number;
        const r = right[k] as number;
        leftSquares += 2 * l + 1;
        rightSquares -= 2 * r - 1;
        left[k] = l + 1;
        right[k] = r - 1;
        count++;
      }
      if (size - count < minLeaf) break;
      if (count < minLeaf) continue;
      const score = leftSquares / count + rightSquares / (size - count);
      if (score > cut.score) this.keep(cut, predictor, at, missingLeft, score);
    }
  }
}
