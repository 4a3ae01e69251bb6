import { error } from "./message.js";

/** Messages P14xx. */
export const running = {
  P1401: error<{ output: string; row: number }>(
    ({ output, row }) => `the rules leave no room for row ${row} of ${output}`,
    `Rows are drawn column after column, each within what the rules still allow. Here many tries in a
row came to a dead end: rules, keys or \`unique\` leave almost no combination that the model can fill.

Widen a range, drop a rule that follows from no fact, or ask for fewer rows where a column is \`unique\`.`,
    "widen a range, or ask for fewer rows where a column is `unique`",
  ),
  P1402: error<{ output: string }>(
    ({ output }) => `no row of ${output} can meet its \`given\``,
    `\`given\` is a condition on every row that is drawn. Together with the rules and the declared ranges
it leaves no row, or none that was found in two thousand tries.

Loosen the condition, or check it against the ranges of its columns: \`age >= 95\` can't be where age is 17..90.`,
    "loosen the condition",
  ),
  P1403: error<{ columns: readonly string[] }>(
    ({ columns }) => `these correlations can't hold together: ${columns.join(", ")}`,
    `If a goes with b, and b goes with c, then a can't go strongly against c. The correlations of these columns
form no positive definite matrix, so no distribution has them all. Bring the strongest nearer to 0.`,
    "bring the strongest of them nearer to 0",
  ),
  P1405: error<{ column: string; pattern: string; rows: number; possible: number }>(
    ({ column, rows, possible }) =>
      `${column} is unique, but its pattern has only ${possible} of the ${rows} different values`,
    `A unique column needs a new value for every row. Lengthen the pattern, or ask for fewer rows.`,
    "lengthen the pattern, or ask for fewer rows",
  ),
  P1406: error<{ pattern: string; what: string }>(
    ({ pattern, what }) => `no text can be made up for "${pattern}": it uses ${what}`,
    `Patterns are made of letters, sets like \`[A-Z]\`, \`\\d\`, groups, alternatives and repetitions. Back
references and conditions on what stands before or after can't be drawn.`,
    "write the pattern with letters, sets, groups, alternatives and repetitions",
  ),
  P1407: error<{ kind: string }>(
    ({ kind }) => `nothing invents "${kind}"`,
    `\`text invented "email"\` takes a kind and, if you like, a locale: \`"name de"\`, \`"address pt_BR"\`.`,
  ),
  P1408: error<{ output: string; rule: string }>(
    ({ output, rule }) => `${output} can't hold "${rule}" together with its other orders`,
    `The rows of each parent are put in the order that the rule asks for. Two such rules may ask for different
orders of the same rows; then one of them must be said otherwise, for example as \`require start <= end\`.`,
    "say one of the two orders otherwise, for example as `require start <= end`",
  ),
  P1409: error<{
    child: string;
    parent: string;
    rows: number;
    parents: number;
    min: number;
    max: number;
  }>(
    ({ child, parent, rows, parents, min, max }) =>
      `${rows} ${child} can't be shared among ${parents} ${parent}, ${min}..${max} each`,
    `A \`ref\` states how often each parent occurs. The rows asked for are too few or too many for the parents
that there are. Widen the range after \`per\`, or change the number of rows.`,
    "widen the range behind `per`, or change the number of rows",
  ),
  P1411: error<{ table: string }>(
    ({ table }) =>
      `the rows of ${table} belong to rows of another table: alone they have no probability`,
    `What a child row is likely to be depends on its parent. Ask about a table without a \`ref\`, or count
in the generated rows.`,
    "ask about the parent's table, or count in the generated rows",
  ),
  P1412: error<{ table: string }>(
    ({ table }) => `what is given can't occur in ${table}`,
    `A probability under a condition needs a condition that can be met. Loosen what is given.`,
    "loosen what is given",
  ),
  P1413: error<{ column: string; distribution: string; values: readonly number[] }>(
    ({ column, distribution, values }) =>
      `\`${distribution}\` makes no distribution of ${values.join(" and ")}: nothing can be drawn for ${column}`,
    `Some parameters have no meaning: a standard deviation or a rate below 0, a probability above 1, a month 13. The parameters
of a distribution, and their order, are listed with the others in the page on expressions.`,
    "change its parameters: are they in this order?",
  ),
  P1414: error<{ column: string; distribution: string }>(
    ({ column, distribution }) =>
      `next to nothing of \`${distribution}\` lies within the range of ${column}`,
    `A drawn column keeps what its distribution has within the range of its type. Here that is less than a computer can tell
from nothing. Widen the range, or move the distribution into it.`,
    "widen the range of the type, or move the distribution into it",
  ),
  P1416: error<{ column: string }>(
    ({ column }) => `no model here knows how likely a text in \`${column}\` is`,
    `Likelihoods of texts are known of \`text\` columns that \`learn with language\` read letter by letter.
Name such a column.`,
    "name a `text` column of a table that was learned with `language`",
  ),
  P1410: error<{ output: string; rule: string }>(
    ({ output, rule }) => `${output} can't be made to meet "${rule}"`,
    `\`expect … enforced\` gives rows more or less weight until the statistic is met. Means, sums, shares,
counts, medians and quantiles can be met so, as long as the model ever draws rows on the other side of the
goal. Others (\`sd\`, \`correlation\`, \`min\`, \`max\`) are measured only: leave out \`enforced\`.`,
    "leave out `enforced` to have it measured only",
  ),
} as const;
