import { error } from "./message.js";

/** Messages P01xx: what is written is not Parable. */
export const syntax = {
  P0101: error<{ readonly column: string; readonly type: string }>(
    ({ column, type }) => `write a colon between a column and its type: \`${column}: ${type}\``,
    `A column is a name, a colon and a type, as in TypeScript.

    age int 17..90        # the colon is missing
    age: int 17..90       # right`,
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
    `Each line starts with a word that says what it is, or, in a table, with the name of a column and a colon.

    requir gain = 0       # a slip
    require gain = 0      # right`,
  ),
  P0103: error<{ readonly wrote: string; readonly instead: string; readonly why: string }>(
    ({ wrote, instead, why }) => `write ${instead} where you wrote ${wrote}: ${why}`,
    `Some signs and words of TypeScript, Python and SQL have another form here.

    ==  &&  ||  !         # write  =  and  or  not
    'Female'              # write  "Female"
    age between 1 and 9   # write  age in 1..9
    if a = 1 then b = 2   # write  when a = 1 then b = 2`,
  ),
  P0104: error<{ readonly what: string; readonly close: string }>(
    ({ what, close }) => `${what} is not closed${close}`,
    `A text ends on the line where it begins, with a double quote. A block ends with \`}\`; one that does not is
taken to end where the next block begins.`,
  ),
  P0105: error<{ readonly wrote: string; readonly meant: string }>(
    ({ wrote, meant }) => `\`${wrote}\` is one number, not a range; did you mean \`${meant}\`?`,
    `A range has two dots between its ends, and both ends belong to it.

    int 1.4               # one number
    int 1..4              # one to four`,
  ),
  P0106: error<{ readonly value: string }>(
    ({ value }) => `\`${value}\` is a value: put it in quotes, \`"${value}"\``,
    `Values are always in double quotes and names never are, so a reader never has to guess which is which.

    sex: Female | Male        # names
    sex: "Female" | "Male"    # values`,
  ),
  P0107: error<{ readonly word: string; readonly instead: string }>(
    ({ word, instead }) =>
      `\`${word}\` joins other words, so it can name nothing; call it \`${instead}\``,
    `A few short words (\`and or not in is then from given of per each with across missing present learned written
seed true false\`) hold statements together and can't be names. Where the file has such a header, choose another name and
say where it comes from.

    from: int 1..9                     # not a name
    from_: int 1..9 from "from"        # right`,
  ),
  P0108: error<{ readonly found: string; readonly after: string; readonly expected: string }>(
    ({ found, after, expected }) => `${found} cannot stand ${after}; ${expected} belongs there`,
    `The line made sense up to the place shown. What could stand there is named in the message.`,
  ),
  P0109: error<{ readonly after: string; readonly expected: string; readonly atEnd: boolean }>(
    ({ after, expected, atEnd }) =>
      `${atEnd ? "this line stops too early: " : ""}${expected} is missing ${after}`,
    `A statement fills one line. It goes on in the next one inside parentheses, or where a line ends or begins with
\`|\`, \`,\`, an operator, \`and\`, \`or\` or \`then\`.`,
  ),
  P0110: error<{ readonly sign: string }>(
    ({ sign }) => `\`${sign}\` means nothing here`,
    `This sign is not part of the language. Inside quotes any sign may stand.`,
  ),
  P0111: error<{ readonly type: string; readonly meant?: string | undefined }>(
    ({ type, meant }) =>
      meant === undefined
        ? `there is no type \`${type}\``
        : `there is no type \`${type}\`; did you mean \`${meant}\`?`,
    `The types are \`int\`, \`real\`, \`money\`, \`bool\`, \`date\`, \`datetime\`, \`duration\`, \`category learned\`, \`id\`, \`ref\`,
\`text\`, \`place\`, and values in quotes with \`|\` or \`<\` between them.`,
  ),
  P0112: error<{ readonly date: string; readonly why: string }>(
    ({ date, why }) => `\`${date}\` is not a day: ${why}`,
    `Dates are written year, month, day with two digits each: \`2024-06-01\`, and with a time \`2024-06-01T12:00\`.`,
  ),
  P0113: error<Record<never, never>>(
    () => "these values are partly in order and partly not: use `|` everywhere, or `<` everywhere",
    `Values with \`|\` between them have no order; with \`<\` they do.

    "F" | "M"
    "low" < "mid" < "high"`,
  ),
  P0114: error<{ readonly line: string; readonly home: string }>(
    ({ line, home }) => `${line} belongs inside ${home}`,
    `Columns and rules stand between the braces of a \`table\`; budgets in \`privacy\`; groups in \`fairness\`.`,
  ),
  P0115: error<{ readonly wrote: string }>(
    ({ wrote }) => `a name of a column belongs here, not \`${wrote}\``,
    `\`A determines B\`, \`A of each B increases\`, \`unique A\` speak of columns of this table, by name.`,
  ),
  P0116: error<Record<never, never>>(
    () => "this line is too deeply nested to be read",
    `At most 100 parentheses or signs may stand inside one another. Give parts of it names with \`:=\`.`,
  ),
  P0117: error<{ readonly word: string; readonly meant: string }>(
    ({ word, meant }) => `\`${word}\` is not a word that fits here; did you mean \`${meant}\`?`,
    `The word is close to one that could stand in its place.`,
  ),
  P0118: error<{ readonly head: string; readonly kind: string }>(
    ({ head, kind }) => `\`${head}\` needs its lines in braces: \`${kind} { … }\``,
    `The lines of a block stand between \`{\` and \`}\`.`,
  ),
  P0119: error<{ readonly what: string }>(
    ({ what }) => `this ${what} closes nothing`,
    `There is one more closing sign than opening ones.`,
  ),
  P0121: error<{ readonly left: string; readonly right: string }>(
    ({ left, right }) => `\`${left}\` and \`${right}\` have changed places`,
    `The line makes sense when these two are written the other way round.`,
  ),
  P0122: error<{ readonly word: string }>(
    ({ word }) => `a new line begins at \`${word}\`: each statement has a line of its own`,
    `One statement, one line. The end of the line is the only sign that ends a statement.`,
  ),
  P0123: error<{ readonly word: string }>(
    ({ word }) => `\`${word}\` belongs outside these braces`,
    `Blocks do not stand inside one another. Close the block above with \`}\` first.`,
  ),
} as const;
