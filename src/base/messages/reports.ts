import { lesson } from "./lesson.js";
import { error, warning } from "./message.js";

const TABLE =
  'source census = csv "census.csv"\ntable people from census {\n  age: int 17..90\n  sex: "F" | "M"\n}\ngenerate 10 rows\n';

/** Messages P11xx: reports, plots and sweeps. */
export const reports = {
  P1101: error<{ problem: "no-target" } | { problem: "unlearned"; column: string }>(
    (p) =>
      p.problem === "no-target"
        ? "`predict` needs a column to predict: `utility predict income`"
        : `\`${p.column}\` is not learned from the data, so there is nothing real to compare it with`,
    lesson({
      what: "`utility predict income` trains a model on the generated rows and tries it on real ones. It needs to know which column to predict, and that column has to exist in the real data.",
      broken: `${TABLE}report { utility predict }`,
      mended: `${TABLE}report { utility predict sex }`,
    }),
  ),
  P1102: warning<{ item: string }>(
    ({ item }) => `${item} needs a hold-out; 20% is set aside (say \`holdout 20%\` to silence)`,
    lesson({
      what: "To tell learning from remembering, some real rows must be kept away from the learner. The attacks compare how close the generated rows come to rows that were seen and to rows that were not.",
      broken: `${TABLE}report { privacy membership }`,
      mended: `${TABLE}report {\n  holdout 20%\n  privacy membership\n}`,
    }),
  ),
  P1103: error<{ share: number }>(
    ({ share }) =>
      `a hold-out of ${share}% leaves nothing to ${share <= 0 ? "test on" : "learn from"}`,
    lesson({
      what: "The hold-out is the part of the real rows that the learner never sees: more than nothing and less than all, usually a fifth.",
      broken: `${TABLE}report { holdout 100% }`,
      mended: `${TABLE}report { holdout 20% }`,
    }),
  ),
} as const;
