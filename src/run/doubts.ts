import { diagnose } from "../base/diagnose.js";
import type { CheckedOutput } from "../ir/checked.js";
import type { Finding, ReleasedTable } from "../ir/release.js";

/** Generated rows for each real one beyond which more of them tell nothing new. */
const plenty = 2;
/** Real rows under which a condition is known from few people. */
const few = 20;
/** The share that counts as rare where the number of rows may not be known. */
const rare = 0.001;

/**
 * What to say of an output once it is drawn: that its condition is rare (P1002), that it has far more
 * rows than were learned (P1003; not of those that a writer made up).
 *
 * @param learned the rows that were read, unless they are protected
 */
export function doubtsOf(
  output: CheckedOutput,
  drawn: readonly ReleasedTable[],
  learned: number | undefined,
): readonly Finding[] {
  const note = (count: number, policy: string): Finding => ({
    kind: "note",
    table: output.table,
    count,
    examples: [],
    policy,
  });
  const found: Finding[] = [];
  const given = drawn.find(({ name }) => name === output.name)?.given;
  if (given !== undefined) {
    const { probability: share, text } = given;
    if (share < rare || (learned !== undefined && share * learned < few)) {
      const { title, code } = diagnose("P1002", { given: text, share });
      found.push(note(output.rows, `${title} (${code})`));
    }
  } else if (learned !== undefined && output.like === undefined && output.rows > plenty * learned) {
    const { title, code } = diagnose("P1003", { rows: output.rows, learned });
    found.push(note(output.rows, `${title} (${code})`));
  }
  return found;
}
