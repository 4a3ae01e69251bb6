import type { ColumnFacts } from "../table/source-types.js";

/** Words that stand for a missing value wherever they are met. */
const always =
  "? NA N/A n/a #N/A #DIV/0! #REF! #VALUE! #NAME? #NUM! #NULL! null NULL Null NaN nan NaT \\N (null) <NA>".split(
    " ",
  );
/** Words that do where all the rest of a column are numbers or dates. */
const perhaps = ". - -- None none unknown Unknown UNKNOWN missing".split(" ");
/** Different numbers beside which a single word is hardly one more category. */
const measuredFrom = 12;

/** Words for missing values of a source. */
export interface MissingWords {
  readonly known: readonly string[];
  /** Words that are taken for one because they stand alone among numbers, with the columns where they do. */
  readonly guessed: readonly { readonly word: string; readonly headers: readonly string[] }[];
}

/**
 * Words that stand for a missing value in some column of a source, as far as its values tell.
 *
 * @param tables facts of the source's tables, read with no words at all
 */
export function missingWords(tables: readonly (readonly ColumnFacts[])[]): MissingWords {
  const columns = tables.flat().filter(({ looksLike }) => looksLike === "text");
  const known = new Set<string>();
  for (const { values } of columns) {
    for (const word of always) if (values.includes(word)) known.add(word);
    const rest = values.filter((value) => !always.includes(value) && !perhaps.includes(value));
    const measured =
      rest.length > 4 && rest.every((value) => /^-?[\d./:T -]*\d[\d./:T -]*$/.test(value));
    if (measured) for (const word of perhaps) if (values.includes(word)) known.add(word);
  }
  return { known: [...known], guessed: guessedWords(tables.flat(), known) };
}

/**
 * A word that is the only one in a column of many different numbers, such as the `N` of a census for "does
 * not apply". It is then one in the source's columns of few numbers, too; but not where it is a value of
 * its own anywhere else, as the `N` of `Y` and `N` is: a word for missing values is one in all columns.
 */
function guessedWords(
  columns: readonly ColumnFacts[],
  known: ReadonlySet<string>,
): MissingWords["guessed"] {
  const alone = (column: ColumnFacts): string | undefined => {
    const words = (column.strays?.words ?? []).filter((word) => !known.has(word));
    return words.length === 1 && /^[^\d\n]{1,20}$/.test(words[0] as string) ? words[0] : undefined;
  };
  const measured = columns.filter(({ strays }) => (strays?.numbers ?? 0) >= measuredFrom);
  const words = new Set(measured.flatMap((column) => alone(column) ?? []));
  return [...words].flatMap((word) => {
    const where = columns.filter((column) => alone(column) === word);
    const elsewhere = columns.some(
      (column) => !where.includes(column) && column.values.includes(word),
    );
    return elsewhere ? [] : [{ word, headers: where.map(({ header }) => header) }];
  });
}
