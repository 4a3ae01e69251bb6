import { lesson } from "./lesson.js";
import { error } from "./message.js";

/** Messages P01xx: what is written is not Parable. */
export const syntax = {
  P0101: error<{ readonly column: string; readonly type: string }>(
    ({ column, type }) => `write a colon between a column and its type: \`${column}: ${type}\``,
    lesson({
      what: "A column is a name, a colon and a type, as in TypeScript.",
      broken: "table t {\n  age int 17..90\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 17..90\n}\ngenerate 10 rows",
    }),
  ),
  P0102: error<{
    readonly word: string;
    readonly where: string;
    readonly meant?: string | undefined;
  }>(
    ({ word, where, meant }) =>
      meant === undefined
        ? `\`${word}\` starts no statement ${where}`
        : `\`${word}\` starts no statement ${where}; did you mean \`${meant}\`?`,
    lesson({
      what: "Each line starts with a word that says what it is, or, in a table, with the name of a column and a colon.",
      broken: "table t {\n  gain: int 0..9\n  requir gain > 0\n}\ngenerate 10 rows",
      mended: "table t {\n  gain: int 0..9\n  require gain > 0\n}\ngenerate 10 rows",
    }),
  ),
  P0103: error<{ readonly wrote: string; readonly instead: string; readonly why: string }>(
    ({ wrote, instead, why }) => `write ${instead} where you wrote ${wrote}: ${why}`,
    lesson({
      what: "Some signs and words of TypeScript, Python and SQL have another form here: `==` is `=`, `&&` is `and`, `||` is `or`, `!` is `not`, `'Female'` is `\"Female\"`, `age between 1 and 9` is `age in 1..9`, `if a = 1 then b = 2` is `when a = 1 then b = 2`.",
      broken: "table t {\n  age: int 0..99\n  require age == 3 || age > 40\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n  require age = 3 or age > 40\n}\ngenerate 10 rows",
    }),
  ),
  P0104: error<{ readonly what: string; readonly close: string }>(
    ({ what, close }) => `${what} is not closed${close}`,
    lesson({
      what: "A text ends on the line where it begins, with a double quote. A block ends with `}`; one that does not is taken to end where the next block begins.",
      broken: "table t {\n  age: int 0..99\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n}\ngenerate 10 rows",
    }),
  ),
  P0105: error<{ readonly wrote: string; readonly meant: string }>(
    ({ wrote, meant }) => `\`${wrote}\` is one number, not a range; did you mean \`${meant}\`?`,
    lesson({
      what: "A range has two dots between its ends, and both ends belong to it; one dot makes a single number.",
      broken: "table t {\n  scoops: int 1.4\n}\ngenerate 10 rows",
      mended: "table t {\n  scoops: int 1..4\n}\ngenerate 10 rows",
    }),
  ),
  P0106: error<{ readonly value: string }>(
    ({ value }) => `\`${value}\` is a value: put it in quotes, \`"${value}"\``,
    lesson({
      what: "Values are always in double quotes and names never are, so a reader never has to guess which is which.",
      broken: "table t {\n  sex: Female | Male\n}\ngenerate 10 rows",
      mended: 'table t {\n  sex: "Female" | "Male"\n}\ngenerate 10 rows',
    }),
  ),
  P0107: error<{ readonly word: string; readonly instead: string }>(
    ({ word, instead }) =>
      `\`${word}\` joins other words, so it can name nothing; call it \`${instead}\``,
    lesson({
      what: 'A few short words (`and or not in is then from given of per each with across missing present learned written seed true false`) hold statements together and can\'t be names. Where the file has such a header, choose another name and say where it comes from: `from_: int 1..9 from "from"`.',
      broken: "table t {\n  from: int 1..9\n}\ngenerate 10 rows",
      mended: "table t {\n  from_: int 1..9\n}\ngenerate 10 rows",
    }),
  ),
  P0108: error<{ readonly found: string; readonly after: string; readonly expected: string }>(
    ({ found, after, expected }) => `${found} cannot stand ${after}; ${expected} belongs there`,
    lesson({
      what: "The line made sense up to the place shown. What could stand there is named in the message.",
      broken: "table t {\n  age: int 0..99 = 4\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n}\ngenerate 10 rows",
    }),
  ),
  P0109: error<{ readonly after: string; readonly expected: string; readonly atEnd: boolean }>(
    ({ after, expected, atEnd }) =>
      `${atEnd ? "this line stops too early: " : ""}${expected} is missing ${after}`,
    lesson({
      what: "A statement fills one line. It goes on in the next one inside parentheses, or where a line ends or begins with `|`, `,`, an operator, `and`, `or` or `then`.",
      broken: "table t { age: int 0..99 }\ngenerate 500",
      mended: "table t { age: int 0..99 }\ngenerate 500 rows",
    }),
  ),
  P0110: error<{ readonly sign: string }>(
    ({ sign }) => `\`${sign}\` means nothing here`,
    lesson({
      what: "This sign is not part of the language. Inside quotes any sign may stand.",
      broken: "table t {\n  age: int 0..99 @\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n}\ngenerate 10 rows",
    }),
  ),
  P0111: error<{ readonly type: string; readonly meant?: string | undefined }>(
    ({ type, meant }) =>
      meant === undefined
        ? `there is no type \`${type}\``
        : `there is no type \`${type}\`; did you mean \`${meant}\`?`,
    lesson({
      what: "The types are `int`, `real`, `money`, `bool`, `date`, `datetime`, `duration`, `category learned`, `id`, `ref`, `text`, `place`, and values in quotes with `|` or `<` between them.",
      broken: "table t {\n  age: integer 0..99\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n}\ngenerate 10 rows",
    }),
  ),
  P0112: error<{ readonly date: string; readonly why: string }>(
    ({ date, why }) => `\`${date}\` is not a day: ${why}`,
    lesson({
      what: "Dates are written year, month, day with two digits each: `2024-06-01`, and with a time `2024-06-01T12:00`.",
      broken: "table t {\n  day: date 2024-2-3..2024-12-31\n}\ngenerate 10 rows",
      mended: "table t {\n  day: date 2024-02-03..2024-12-31\n}\ngenerate 10 rows",
    }),
  ),
  P0113: error<Record<never, never>>(
    () => "these values are partly in order and partly not: use `|` everywhere, or `<` everywhere",
    lesson({
      what: "Values with `|` between them have no order; with `<` they do.",
      broken: 'table t {\n  size: "small" < "medium" | "large"\n}\ngenerate 10 rows',
      mended: 'table t {\n  size: "small" < "medium" < "large"\n}\ngenerate 10 rows',
    }),
  ),
  P0114: error<{ readonly line: string; readonly home: string }>(
    ({ line, home }) => `${line} belongs inside ${home}`,
    lesson({
      what: "Columns and rules stand between the braces of a `table`; budgets in `privacy`; groups in `fairness`.",
      broken: "table t { age: int 0..99 }\nrequire age > 17\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n  require age > 17\n}\ngenerate 10 rows",
    }),
  ),
  P0115: error<{ readonly wrote: string }>(
    ({ wrote }) => `a name of a column belongs here, not \`${wrote}\``,
    lesson({
      what: "`A determines B`, `A of each B increases`, `unique A` speak of columns of this table, by name.",
      broken: "table t {\n  a: int 1..9\n  b: int 1..9\n  a + 1 determines b\n}\ngenerate 10 rows",
      mended: "table t {\n  a: int 1..9\n  b: int 1..9\n  a determines b\n}\ngenerate 10 rows",
    }),
  ),
  P0116: error<Record<never, never>>(
    () => "this line is too deeply nested to be read",
    `At most 100 parentheses or signs may stand inside one another. Give parts of it names with \`:=\`.`,
  ),
  P0117: error<{ readonly word: string; readonly meant: string }>(
    ({ word, meant }) => `\`${word}\` is not a word that fits here; did you mean \`${meant}\`?`,
    lesson({
      what: "The word is close to one that could stand in its place.",
      broken: "table t { age: int 0..99 }\ngenerate 10 rows where age > 17",
      mended: "table t { age: int 0..99 }\ngenerate 10 rows given age > 17",
    }),
  ),
  P0118: error<{ readonly head: string; readonly kind: string }>(
    ({ head, kind }) => `\`${head}\` needs its lines in braces: \`${kind} { … }\``,
    lesson({
      what: "The lines of a block stand between `{` and `}`.",
      broken: "table t\n  age: int 0..99\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n}\ngenerate 10 rows",
    }),
  ),
  P0119: error<{ readonly what: string }>(
    ({ what }) => `this ${what} closes nothing`,
    lesson({
      what: "There is one more closing sign than opening ones.",
      broken: "table t {\n  age: int 0..99\n}\n}\ngenerate 10 rows",
      mended: "table t {\n  age: int 0..99\n}\ngenerate 10 rows",
    }),
  ),
  P0121: error<{ readonly left: string; readonly right: string }>(
    ({ left, right }) => `\`${left}\` and \`${right}\` have changed places`,
    lesson({
      what: "The line makes sense when these two are written the other way round.",
      broken: "table t { age: int 0..99 }\ngenerate rows 10",
      mended: "table t { age: int 0..99 }\ngenerate 10 rows",
    }),
  ),
  P0122: error<{ readonly word: string }>(
    ({ word }) => `a new line begins at \`${word}\`: each statement has a line of its own`,
    lesson({
      what: "One statement, one line. The end of the line is the only sign that ends a statement.",
      broken: "table t {\n  a: int 1..9 b: int 1..9\n}\ngenerate 10 rows",
      mended: "table t {\n  a: int 1..9\n  b: int 1..9\n}\ngenerate 10 rows",
    }),
  ),
  P0123: error<{ readonly word: string }>(
    ({ word }) => `\`${word}\` belongs outside these braces`,
    lesson({
      what: "Blocks do not stand inside one another. Close the block above with `}` first.",
      broken: "table t {\n  age: int 0..99\n  show age of t\n}\ngenerate 10 rows",
      mended: "table t { age: int 0..99 }\nshow age of t\ngenerate 10 rows",
    }),
  ),
} as const;
