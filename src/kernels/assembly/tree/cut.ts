/** Bytes of a node: start, end, left child or −1, column, code, whether missing goes left, columns that may still vary. */
export const NODE: usize = 24;
/** Bytes of a record before its codes. */
export const HEAD: usize = 6;
/** One row, in a word that has the sum of scores in its lower 40 bits. */
export const ONE: u64 = 1 << 40;
/** Where the scratch memory has what: totals first, then the codes that occur, marks of four columns, counts of four. */
export const LIST: usize = 512;
export const MARKS: usize = 1024;
export const LEFT: usize = 2048;
/** Where the scratch memory has the best cut so far. */
export const CUT: usize = 2304;
export const VALUES: usize = 2560;
export const COUNTS: usize = 8192;
/** Bytes from the counts of one column to those of the next: 256 codes, 64 classes of 4 bytes. */
export const COLUMN: usize = 65536;

/** The best cut of a node that was found so far, and what the node's score is reckoned from. */
// @ts-ignore: decorator
@unmanaged
export class Cut {
  score: f64;
  /** Sum of the scores. */
  total: f64;
  /** Sum of the squared class counts. */
  squares: u64;
  column: i32;
  code: u8;
  missingLeft: bool;
}

/** List the marked codes of a column in ascending order and clear the marks; returns their number. */
export function listMarked(marks: usize, codes: u32, list: usize): u32 {
  let count: u32 = 0;
  for (let base: u32 = 0; base < codes; base += 16) {
    let bits = <u32>i8x16.bitmask(v128.load(marks + base));
    if (bits == 0) continue;
    v128.store(marks + base, i64x2.splat(0));
    for (; bits > 0; bits &= bits - 1) {
      store<u8>(list + count, base + ctz(bits));
      count++;
    }
  }
  return count;
}
