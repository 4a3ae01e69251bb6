import { lesson } from "./lesson.js";
import { error, note, warning } from "./message.js";

const PEOPLE =
  'table people {\n  role: "Husband" | "Wife" | "Other"\n  sex: "Female" | "Male"\n  age: int 0..99\n';
const of = (rules: string, generate = "generate 10 rows"): string =>
  `${PEOPLE}  ${rules}\n}\n${generate}`;

function afterwards(
  after: readonly { readonly text: string; readonly how: string }[],
  how: string,
  done: string,
): readonly string[] {
  const own = after.filter((rule) => rule.how === how);
  const [only] = own;
  if (only === undefined) return [];
  return [own.length === 1 ? `1 (\`${only.text}\`) is ${done}` : `${own.length} are ${done}`];
}

/** Messages P05xx: what the rules say together. */
export const rules = {
  P0501: error<{ table: string; rules: readonly string[]; all: number }>(
    ({ rules: clash, table }) =>
      clash.length <= 1
        ? `no row of ${table} can keep ${clash.length === 0 ? "its types" : "this rule"}`
        : `these ${clash.length} rules cannot all hold`,
    lesson({
      what: "Every generated row keeps every `require` and `when`. These rules, taken together with the declared ranges and values, leave no row at all. The set shown is the smallest that the compiler could find, and on all but very large specs it is proved that none is smaller. Look in it for the rule that says more than was meant.",
      broken: of(
        'when role = "Husband" then sex = "Male"\n  require role = "Husband" or role = "Wife"\n  require sex = "Female"\n  require role != "Wife"',
      ),
      mended: of(
        'when role = "Husband" then sex = "Male"\n  require role = "Husband" or role = "Wife"',
      ),
    }),
  ),
  P0502: error<{ group: string; asker: string }>(
    ({ group, asker }) => `no row with ${group} can exist, but ${asker} asks for them`,
    lesson({
      what: "The rules rule out a value or a group that the spec asks for elsewhere: by `rebalance` or as a group of a fairness goal. Either the rule is too strong or the wish too large.",
      broken: `source census = csv "census.csv"\ntable people from census {\n  sex: "Female" | "Male"\n  income: "low" | "high"\n  require sex = "Male"\n}\nfairness {\n  across sex\n  outcome income = "high"\n  rebalance sex to 50% "Female", 50% "Male"\n}\ngenerate 10 rows`,
      mended: `source census = csv "census.csv"\ntable people from census {\n  sex: "Female" | "Male"\n  income: "low" | "high"\n}\nfairness {\n  across sex\n  outcome income = "high"\n  rebalance sex to 50% "Female", 50% "Male"\n}\ngenerate 10 rows`,
    }),
  ),
  P0503: warning<{ rule: string; because: string }>(
    ({ because }) => `this can never be broken: ${because}`,
    lesson({
      what: "The declared ranges and values already guarantee the rule. It does no harm, but it may be meant to say more than it does.",
      broken: of("require age >= 0"),
      mended: of("require age >= 18"),
    }),
  ),
  P0504: warning<{ line: number; from: readonly number[] }>(
    ({ line, from }) =>
      `line ${line} follows from ${from.length === 1 ? `line ${from[0]}` : `lines ${from.slice(0, -1).join(", ")} and ${from.at(-1)}`}`,
    lesson({
      what: "Whatever keeps the other rules keeps this one too, so it adds nothing. Often one of the rules was meant to be stricter.",
      broken: of("require age >= 18\n  require age >= 16"),
      mended: of("require age >= 18"),
    }),
  ),
  P0505: warning<{ rule: string; oneIn: number }>(
    ({ oneIn }) =>
      `about 1 row in ${oneIn.toLocaleString("en-US")} would pass unaided, and the rule can't be followed column by column: drawing will be slow`,
    lesson({
      what: "The rule can't be solved for one column when the others are known, so rows are drawn again, in the columns that the rule ties together, until one keeps it. The rows do keep it. To make it quick, say the rule so that one column stands alone on one side, compute a column with `:=`, or narrow the ranges.",
      broken:
        "table t {\n  x: real 0..10\n  y: real 0..10\n  require x * x + y * y <= 0.5\n}\ngenerate 10 rows",
      mended:
        "table t {\n  x: real 0..10\n  y: real 0..10\n  require x * x + y * y <= 50\n}\ngenerate 10 rows",
    }),
  ),
  P0506: note<{
    built: number;
    after: readonly { text: string; how: "order" | "redraw" | "repair" }[];
  }>(
    ({ built, after }) =>
      [
        `${built} ${built === 1 ? "rule is" : "rules are"} built into the drawing`,
        ...afterwards(after, "order", "put in order afterwards"),
        ...afterwards(after, "redraw", "seen to by drawing again"),
        ...afterwards(after, "repair", "calibrated afterwards"),
      ].join(", "),
    lesson({
      what: "Rules hold in every row in any case. Most are built in: each cell is drawn within what they leave, so nothing is drawn in vain. Some are seen to afterwards, since they are about several rows, or can't be solved for one column: rows are put in order, or drawn again until they hold, which takes longer.",
      broken: of("require age >= 18\n  unique role, age"),
      mended: of("require age >= 18"),
    }),
  ),
  P0507: warning<{ statistic: string; asked: string; possible: string }>(
    ({ statistic, asked, possible }) =>
      `${statistic} in ${asked} cannot be: it lies in ${possible}`,
    lesson({
      what: "The expectation names a value that the column's declared range does not reach, so it will always be reported as not met.",
      broken: of("expect mean(age) in 120..130"),
      mended: of("expect mean(age) in 35..45"),
    }),
  ),
  P0509: error<{
    table: string;
    rules: readonly string[];
    lost: number;
    tried: number;
    asked: number;
  }>(
    ({ table, rules: guilty, lost, tried, asked }) => {
      const which = guilty.length === 1 ? "this rule" : `these ${guilty.length} rules together`;
      if (lost === tried) return `drawing finds no row of ${table} that keeps ${which}`;
      return `under ${which} drawing gives up on ${lost} of ${tried} rows of ${table}, so ${asked.toLocaleString("en-US")} will not come together`;
    },
    lesson({
      what: "The rule was tried, without any data: a few rows were drawn, and each that broke the rule was drawn again, thousands of times. Hardly any row keeps it by chance, and it can't be solved for one column when the others are known, so a run would stop. The message says whether it is proved that such rows exist, that none does, or neither. Most often it is an equation between real numbers that are drawn independently. Compute one of them from the others with `:=`, or allow a range.",
      broken:
        "table t {\n  x: real 0..10\n  y: real 0..10\n  require x * x + y * y = 25\n}\ngenerate 10 rows",
      mended:
        "table t {\n  x: real 0..10\n  y: real 0..10\n  require x * x + y * y in 20..30\n}\ngenerate 10 rows",
    }),
    "compute one of the columns with `:=`, or allow a range instead of one value",
  ),
  P0510: warning<{ table: string; rules: readonly string[] }>(
    ({ table, rules: guilty }) =>
      `no row of ${table} within the declared ranges came to keep ${guilty.length === 1 ? "this rule" : `these ${guilty.length} rules together`}; the run will fail unless the data know such rows`,
    lesson({
      what: "The rule was tried on rows drawn evenly from the declared ranges, and drawing again found none that keeps it. What is learned from the data may do better. If it does not, the run stops with P1401 and writes nothing.",
      broken:
        'source birds = example "penguins"\ntable penguins from birds {\n  length: real 20..80 mm from "Beak Length (mm)"\n  depth: real 5..40 mm from "Beak Depth (mm)"\n  require length * exp(depth / 10) + depth * exp(length / 20) = 333\n}\ngenerate 10 rows',
      mended:
        'source birds = example "penguins"\ntable penguins from birds {\n  length: real 20..80 mm from "Beak Length (mm)"\n  depth: real 5..40 mm from "Beak Depth (mm)"\n  require length * exp(depth / 10) + depth * exp(length / 20) <= 1_000\n}\ngenerate 10 rows',
    }),
  ),
  P0508: warning<{ column: string; value: string; rules: readonly string[] }>(
    ({ column, value }) => `no row can have ${column} ${value}`,
    lesson({
      what: "A value is listed in the column's type, but the rules leave no row that has it. Either the value can go or a rule says more than was meant.",
      broken: of('require role != "Wife"'),
      mended: of('when role = "Wife" then sex = "Female"'),
    }),
  ),
} as const;
