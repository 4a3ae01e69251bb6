import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

const spec = (fairness: string, rules = ""): string =>
  `source census = csv "census.csv"\ntable people from census {\n  sex: "F" | "M"\n  schooling: int 1..16 years\n  role: "Husband" | "Wife" | "Other"\n  income: "<=50K" | ">50K"${rules}\n}\nfairness {\n  ${fairness}\n}\ngenerate 1_000 rows`;
const SOUND = spec(
  'across sex\n  outcome income = ">50K"\n  require parity <= 0.02\n  keep schooling',
);

/** Messages P08xx: what the spec asks for between groups. */
export const fairness = {
  P0801: error<{ column: string }>(
    ({ column }) =>
      `\`${column}\` makes no groups: fairness compares a choice, a bool or a number of few values`,
    lesson({
      what: "`across` names the columns whose groups are compared. Each must be in the generated table and have a limited number of values, so that every group has a size.",
      broken:
        'source census = csv "census.csv"\ntable people from census {\n  email: text invented "email"\n  income: "<=50K" | ">50K"\n}\nfairness {\n  across email\n  outcome income = ">50K"\n  require parity <= 0.02\n}\ngenerate 1_000 rows',
      mended: SOUND,
    }),
  ),
  P0802: warning<{ across: readonly string[] }>(
    ({ across }) => `across ${across.join(", ")}: nothing is required of them`,
    lesson({
      what: "The block names groups but no goal, so nothing will change. Add `require parity <= 0.02`, `rebalance …`, or leave the block out.",
      broken: spec('across sex\n  outcome income = ">50K"'),
      mended: SOUND,
    }),
  ),
  P0803: warning<{ rule: string; column: string; protected: string; fixed?: "never" | "always" }>(
    ({ column, protected: group, fixed }) =>
      fixed === undefined
        ? `the fairness goal pulls against a rule: ${column} fixes ${group}`
        : `the fairness goal pulls against a rule: ${group} ${fixed} has the outcome, so all others would have to be near that`,
    lesson({
      what: "A rule ties a column to a protected one, so that column goes on telling the group apart after the gap is closed. Keeping its relation to the outcome then keeps a part of the gap. Or a rule fixes the outcome of one group: then the gap is the others' share, which can't be moved while the overall share stays.",
      broken: spec(
        'across sex\n  outcome income = ">50K"\n  require parity <= 0.02\n  keep role',
        '\n  when role = "Husband" then sex = "M"\n  when role = "Wife" then sex = "F"',
      ),
      mended: spec(
        'across sex\n  outcome income = ">50K"\n  require parity <= 0.02\n  keep schooling',
        '\n  when role = "Husband" then sex = "M"\n  when role = "Wife" then sex = "F"',
      ),
    }),
  ),
  P0804: error<{ problem: "missing" | "constant"; condition?: string }>(
    ({ problem, condition }) =>
      problem === "missing"
        ? 'a goal needs an outcome: add `outcome income = ">50K"`'
        : `the outcome \`${condition}\` is the same in every row, so no group can differ in it`,
    lesson({
      what: "Fairness compares how often something good (or bad) happens in each group. The outcome is therefore a yes-or-no question about a row, and both answers must be possible.",
      broken: spec("across sex\n  outcome schooling >= 1\n  require parity <= 0.02"),
      mended: SOUND,
    }),
  ),
  P0805: warning<{ metrics: readonly string[] }>(
    ({ metrics }) => `${metrics.join(" and ")} together force equal base rates`,
    lesson({
      what: "It is a theorem (Kleinberg, Mullainathan & Raghavan 2016; Chouldechova 2017) that calibrated scores and equal error rates, or equal selection rates, cannot both hold when the groups differ in how often the outcome occurs. Choose the measure that fits the decision.",
      broken: spec(
        'across sex\n  outcome income = ">50K"\n  require parity <= 0.02\n  require calibration <= 0.02',
      ),
      mended: SOUND,
    }),
  ),
  P0806: warning<{ group: string; rows: number; gap: number }>(
    ({ group, rows, gap }) =>
      `${group}: about ${rows} rows; a gap below ${gap.toFixed(2)} is noise`,
    lesson({
      what: "A share measured on few rows moves by chance. With n rows two groups differ by about 1/√n without any cause, so a goal tighter than that can neither be met nor refuted for this group. Generate more rows, or join small groups.",
      broken:
        'source census = csv "census.csv"\ntable people from census {\n  sex: "F" | "M"\n  income: "<=50K" | ">50K"\n}\nfairness {\n  across sex\n  outcome income = ">50K"\n  require parity <= 0.02\n}\ngenerate 60 rows',
      mended: SOUND,
    }),
  ),
  P0807: warning<{ column: string; protected: string }>(
    ({ column, protected: group }) => `keeping \`${column}\` keeps most of the gap across ${group}`,
    lesson({
      what: "A column in `keep` may go on explaining the outcome. Here the spec itself says that the protected column acts through it, so what is kept is a part of the gap.",
      broken: spec(
        'across sex\n  outcome income = ">50K"\n  require parity <= 0.02\n  keep role\n  forbid sex -> income except through role',
      ),
      mended: SOUND,
    }),
  ),
  P0808: error<{
    problem: "no-across" | "bound" | "direction";
    metric: string;
    bound?: string;
    range?: string;
  }>(
    ({ problem, metric, bound, range }) =>
      problem === "no-across"
        ? `\`${metric}\` compares groups, and no groups are named: add \`across sex\``
        : problem === "direction"
          ? `a goal of ${metric} says how ${range}, so write \`${metric} ${bound}\``
          : `${metric} lies in ${range}, so ${bound} asks for nothing or for what cannot be`,
    lesson({
      what: "A goal compares the groups of the columns in `across`, and its bound has to lie where the measure lives: a gap between 0 and 1, a ratio between 0 and 1.",
      broken: spec('across sex\n  outcome income = ">50K"\n  require parity <= 2'),
      mended: SOUND,
    }),
  ),
  P0810: error<
    | { problem: "kept"; column: string }
    | { problem: "fixed"; group: string; fixed: "never" | "always"; goal: string }
    | { problem: "itself"; goal: string; never: string; always: string }
    | { problem: "twice"; column: string }
  >(
    (p) => {
      if (p.problem === "kept")
        return `\`${p.column}\` is to be kept as it is, and a goal is to move its relation to the outcome`;
      if (p.problem === "twice") return `\`${p.column}\` is to have two sets of shares at once`;
      return p.problem === "itself"
        ? `${p.goal} can't be met: ${p.always} always has the outcome, and ${p.never} never`
        : `${p.goal} can't be met: by a rule ${p.group} ${p.fixed} has the outcome`;
    },
    lesson({
      what: "Two demands on the same shares: a goal moves how often each group has the outcome, so that relation can't be in `keep`; where a rule, or the outcome itself, says of a group that it always or never has the outcome, the others can't come near it; and a column has one set of shares. Take one of the two out.",
      broken: spec(
        'across sex\n  outcome income = ">50K"\n  require ratio >= 0.8',
        '\n  when sex = "F" then income = "<=50K"',
      ),
      mended: SOUND,
    }),
  ),
  P0811: error<{
    problem: "child" | "other" | "completed";
    table: string;
    output: string;
    other: string;
  }>(
    ({ problem, table, output, other }) =>
      problem === "child"
        ? `the rows of ${table} come with those of ${other}, so they can't be chosen to meet a goal of fairness`
        : problem === "other"
          ? `${output} counts ${other}, and goals of fairness are met in a table that is counted: ${table}`
          : `${output} is the real rows of ${table}, which no goal of fairness may change`,
    lesson({
      what: "Goals of fairness, `rebalance` and forbidden influences choose among rows of the model. That goes for a table that is counted in `generate` and refers to no other (others may refer to it). Rows that come with a parent, and real rows whose gaps are filled in, are not chosen: state the goal of the parent, generate the table by itself without its `ref`, or take the block out.",
      broken:
        'table firms {\n  firm: id\n  size: "small" | "big"\n}\ntable workers {\n  worker: id\n  firm: ref firms, 1..5 per firm\n  sex: "F" | "M"\n  paid: bool\n}\nfairness {\n  across sex\n  outcome paid = true\n  require parity <= 0.05\n}\ngenerate 900 firms',
      mended:
        'table firms {\n  firm: id\n  size: "small" | "big"\n  paid: bool\n}\ntable workers {\n  worker: id\n  firm: ref firms, 1..5 per firm\n  sex: "F" | "M"\n}\nfairness {\n  across size\n  outcome paid = true\n  require parity <= 0.05\n}\ngenerate 900 firms',
    }),
  ),
  P0809: error<{
    problem: "itself" | "declared" | "rule";
    from: string;
    to: string;
    path?: readonly string[];
  }>(
    ({ problem, from, to, path = [] }) =>
      problem === "itself"
        ? `\`${from} -> ${to}\` names a column twice: an influence goes from one column to another, around third ones`
        : problem === "declared"
          ? `the spec forbids ${from} to act on ${to}, and itself makes it act: ${path.join(" -> ")}`
          : `the spec forbids ${from} to act on ${to}, and a rule ties them: ${path.map((value) => `"${value}"`).join(" never goes with ")}`,
    lesson({
      what: "`forbid A -> B except through C` makes B independent of A among rows alike in C. A column that the spec draws or computes from A depends on A by declaration, and a rule that shuts out a pair of their values does too: take that dependence out of the spec, or let the influence through.",
      broken:
        "table people {\n  district: int 1..4\n  years: int 0..40 ~ normal(10 + 5 * district, 3)\n  pay: int 0..200 ~ normal(20 + 2 * years, 5)\n}\nfairness {\n  across district\n  forbid district -> pay\n}\ngenerate 1_000 rows",
      mended:
        "table people {\n  district: int 1..4\n  years: int 0..40 ~ normal(10 + 5 * district, 3)\n  pay: int 0..200 ~ normal(20 + 2 * years, 5)\n}\nfairness {\n  across district\n  forbid district -> pay except through years\n}\ngenerate 1_000 rows",
    }),
  ),
} as const;
