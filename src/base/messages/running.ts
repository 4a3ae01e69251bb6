import { error } from "./message.js";

/** Messages P14xx. */
export const running = {
  P1401: error<{ output: string; row: number }>(
    ({ output, row }) => `the rules leave no room for row ${row} of ${output}`,
    `Rows are drawn column after column, each within what the rules still allow. Here many tries in a
row came to a dead end: rules, keys or \`unique\` leave almost no combination that the model can fill.

Widen a range, drop a rule that follows from no fact, or ask for fewer rows where a column is \`unique\`.`,
  ),
  P1402: error<{ output: string }>(
    ({ output }) => `no row of ${output} can meet its \`given\``,
    `\`given\` is a condition on every row that is drawn. Together with the rules and the declared ranges
it leaves no row, or none that was found in two thousand tries.

Loosen the condition, or check it against the ranges of its columns: \`age >= 95\` can't be where age is 17..90.`,
  ),
} as const;
