import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

/** Messages P04xx: which values a column may have, and who knows them. */
export const domains = {
  P0401: error<{ column: string; learned: boolean }>(
    ({ column, learned }) =>
      learned
        ? `\`${column}\` is to be learned, but its table has no source`
        : `without a source, \`${column}\` needs values, a range or \`~\``,
    lesson({
      what: "A table without `from` is made up from the spec alone, so the spec must say what each column can be: a list of values, a range, a distribution after `~`, or a formula after `:=`.",
      broken: "table people { age: int }\ngenerate 10 rows",
      mended: "table people { age: int 0..99 }\ngenerate 10 rows",
    }),
  ),
  P0402: error<{ column: string; what: "values" | "bounds" }>(
    ({ column, what }) => `the ${what} of \`${column}\` are not public`,
    lesson({
      what: "Under `privacy`, what the spec says is public and what the data tell costs budget. Taking the values or bounds of a column from the data would reveal that someone has a rare one. Write them in the spec, which is free, or say `learned`, which is paid for and drops values that few people have.",
      broken:
        'source census = csv "census.csv"\ntable people from census { occupation: category or missing }\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\ngenerate 10 rows',
      mended:
        'source census = csv "census.csv"\ntable people from census { occupation: category learned or missing }\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\ngenerate 10 rows',
    }),
  ),
  P0403: warning<{ column: string; kind: string; fate: "invented" | "taken" | "learned" }>(
    ({ column, kind, fate }) =>
      `\`${column}\` looks like personal text${
        {
          invented: `; it will be made up, never learned; say \`text invented "${kind}"\` to agree`,
          taken: `, and its values are taken from the data: real ones come out; say \`text invented "${kind}"\` to have them made up`,
          learned: `, and \`language\` learns it letter by letter: it may repeat a real one; say \`text invented "${kind}"\` to have it made up`,
        }[fate]
      }`,
    lesson({
      what: "Names, addresses, numbers of cards and the like point at one person. A text column with such a name is filled with invented values: say which kind, so that nobody is surprised. A `category learned` of such a name gives out the data's own values, and `learn with language` learns its texts letter by letter, so that it may repeat one.",
      broken: "table people { email: text }\ngenerate 10 rows",
      mended: 'table people { email: text invented "email" }\ngenerate 10 rows',
    }),
  ),
  P0404: warning<{ column: string; size: number; epsilon: number; error: number; share: number }>(
    ({ column, size, epsilon, error, share }) =>
      `\`${column}\` has ${size.toLocaleString("en-US")} values at epsilon ${epsilon}: the noise on each count (about ${error}) is larger than the count itself (about ${share}); group them`,
    lesson({
      what: "The noise on a count is as wide for a rare value as for a common one. With very many values and a small budget most values have fewer people than the noise is wide: how often each occurs is then mostly noise. (Relations with other columns suffer less, because the engines put rare values together before they count pairs.) Group the values, or spend more.",
      broken:
        'source census = csv "census.csv"\ntable people from census { region: "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8" | "r9" | "r10" | "r11" | "r12" }\nprivacy {\n  protect each row of people\n  budget epsilon 0.1, delta 1e-6\n}\ngenerate 100 rows',
      mended:
        'source census = csv "census.csv"\ntable people from census { region: "north" | "south" }\nprivacy {\n  protect each row of people\n  budget epsilon 2, delta 1e-6\n}\ngenerate 5_000 rows',
    }),
  ),
  P0405: error<{ what: "column" | "rule"; name: string }>(
    ({ what, name }) =>
      what === "column"
        ? `the domain of \`${name}\` is only guessed from the data, and this spec protects its rows`
        : `the rule \`${name}\` is only guessed from the data, and this spec protects its rows`,
    lesson({
      what: "`parable new` reads the data and writes a draft; each line that it took from the rows ends in `guessed`. The smallest and the largest value belong to someone, and so does a rule that happens to hold in every row. Under `privacy` whatever the spec says is public, so each guess needs someone who knows it without the data: from a codebook, a form, the law, or common sense. Correct the line and take out `guessed`; or have it learned within the budget; or leave the line out.",
      broken:
        'source census = csv "census.csv"\ntable people from census {\n  age: int 17..90 years guessed\n}\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 rows',
      mended:
        'source census = csv "census.csv"\ntable people from census {\n  age: int 0..120 years\n}\nprivacy {\n  protect each row of people\n  budget epsilon 1, delta 1e-6\n}\ngenerate 1_000 rows',
    }),
  ),
  P0406: warning<{ column: string }>(
    ({ column }) => `the texts of \`${column}\` come out empty: nothing makes them`,
    lesson({
      what: "Texts are never learned but by `learn with language`, so that nothing that somebody wrote is repeated. A column of type `text` alone therefore has no values of its own: say a pattern, a kind of invented text, or who writes it.",
      broken: "table sales {\n  scoops: int 1..4\n  note: text\n}\ngenerate 10 rows",
      mended:
        'table sales {\n  scoops: int 1..4\n  note: text invented "sentence"\n}\ngenerate 10 rows',
    }),
  ),
} as const;
