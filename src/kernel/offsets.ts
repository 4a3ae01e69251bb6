/** Jupyter counts positions in code points, JavaScript in UTF-16 code units. */

/** The UTF-16 offset of the position that is `codePoints` code points into the text. */
export function toUtf16(text: string, codePoints: number): number {
  let offset = 0;
  for (let seen = 0; seen < codePoints && offset < text.length; seen++) {
    offset += (text.codePointAt(offset) as number) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** How many code points lie before the UTF-16 offset. */
export function toCodePoints(text: string, offset: number): number {
  let codePoints = 0;
  for (let at = 0; at < Math.min(offset, text.length); codePoints++) {
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  }
  return codePoints;
}
