/**
 * Put the records `begin..end` whose byte at `own` is at most `code` before the others, each side in its old order;
 * returns where the others begin. With `isRight` code 0 goes with the others. Without a branch a record: none could be
 * foretold.
 */
export function partition(
  begin: usize,
  end: usize,
  step: usize,
  own: usize,
  code: u8,
  isRight: bool,
  spare: usize,
): usize {
  const low = <u32>isRight;
  const span = <u32>code - low;
  let left = begin;
  let right = spare;
  if (step == 32) {
    for (let at = begin; at < end; at += 32) {
      const goes = <usize>((((<u32>load<u8>(at + own) - low) & 255) <= span));
      const a = v128.load(at);
      const b = v128.load(at, 16);
      v128.store(right, a);
      v128.store(right, b, 16);
      v128.store(left, a);
      v128.store(left, b, 16);
      left += goes << 5;
      right += (1 - goes) << 5;
    }
  } else {
    for (let at = begin; at < end; at += step) {
      const goes = <usize>((((<u32>load<u8>(at + own) - low) & 255) <= span));
      for (let i: usize = 0; i < step; i += 16) {
        const part = v128.load(at + i);
        v128.store(right + i, part);
        v128.store(left + i, part);
      }
      left += step & (0 - goes);
      right += step & (goes - 1);
    }
  }
  memory.copy(left, spare, right - spare);
  return left;
}
