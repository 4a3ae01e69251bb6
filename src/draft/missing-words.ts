import type { ColumnFacts } from "../table/source-types.js";

/** Words that stand for a missing value wherever they are met. */
const always = "? NA N/A n/a #N/A null NULL Null NaN nan NaT \\N (null) <NA>".split(" ");
/** Words that do where all the rest of a column are numbers or dates. */
const perhaps = ". - -- None none unknown Unknown UNKNOWN missing".split(" ");

/**
 * Words that stand for a missing value in some column of a source, as far as its values tell.
 *
 * @param facts of the source read with no words at all
 */
export function missingWords(facts: readonly ColumnFacts[]): readonly string[] {
  const found = new Set<string>();
  for (const { looksLike, values } of facts) {
    if (looksLike !== "text") continue;
    for (const word of always) if (values.includes(word)) found.add(word);
    const rest = values.filter((value) => !always.includes(value) && !perhaps.includes(value));
    const measured =
      rest.length > 4 && rest.every((value) => /^-?[\d./:T -]*\d[\d./:T -]*$/.test(value));
    if (measured) for (const word of perhaps) if (values.includes(word)) found.add(word);
  }
  return [...found];
}
