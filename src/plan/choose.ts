import type { CheckedOutput, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { isProtected } from "../ir/protected.js";
import { type Aim, chooseLearner } from "../synth/choose-learner.js";
import { isNumeric } from "../table/column-type.js";

/** The learner of a table where the spec leaves it to the plan, and why. */
export function chooseFor(
  checked: CheckedSpec,
  table: CheckedTable,
  rows: number | undefined,
): { name: string; reason: string } {
  const learned = table.columns.filter((column) => column.origin.kind === "learned");
  return chooseLearner({
    ...(rows === undefined ? {} : { rows }),
    columns: learned.length,
    numbers: learned.filter(({ type }) => isNumeric(type)).length,
    privacy: isProtected(checked, table),
    isChild: table.columns.some((column) => column.type.kind === "ref"),
    aims: aimsOf(checked, table.name),
  });
}

/** What the spec wants of a table beyond rows like the real ones. */
function aimsOf(checked: CheckedSpec, table: string): readonly Aim[] {
  const { outputs, reports, fairness, learners } = checked;
  const own = outputs.filter((output) => output.table === table);
  const topics = reports.flatMap((report) => report.topics.map(({ topic }) => topic));
  const asked = learners.find((learner) => (learner.table ?? table) === table);
  const enlarges = ({ given, beside }: CheckedOutput) =>
    given !== undefined && beside !== undefined;
  const wanted: readonly (readonly [Aim, boolean])[] = [
    ["given", own.some(({ given }) => given !== undefined)],
    ["enlarged", own.length > 0 && own.every(enlarges)],
    ["completed", own.some(({ completed }) => completed !== undefined)],
    ["fairness", fairness?.table === table],
    ["utility", topics.includes("utility")],
    ["related", asked?.options["relate"] !== undefined],
  ];
  return wanted.flatMap(([aim, isWanted]) => (isWanted ? [aim] : []));
}
