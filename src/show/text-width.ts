import { createRequire } from "node:module";

type Measure = (text: string) => number;

/** Signs of one column each, by themselves and beside each other: Latin, Greek, dashes, mathematics. */
const NARROW =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03c9\u2010-\u2027\u2190-\u2193\u2200-\u22ff]*$/;

let measure: Measure | undefined;

/**
 * Columns that a text takes in a terminal. string-width knows of all signs, and takes a tenth of a second's
 * third to load: it is asked only where a text has others than the usual ones.
 */
export function textWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  measure ??= (createRequire(import.meta.url)("string-width") as { default: Measure }).default;
  return measure(text);
}
