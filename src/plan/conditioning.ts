import { isSeparable } from "../constraint/boxes.js";
import { inline } from "../constraint/lower.js";
import type { CheckedOutput, CheckedSpec } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { formulasOf } from "../ir/formulas-of.js";

const TREE = "exactly, by conditioning the junction tree";
const FOREST: Readonly<Record<string, string>> = {
  forest: "exactly, by weighing the forest's leaves and drawing within them",
};

/** How rows will come to meet `given`, in a clause for the plan. */
export function conditioningOf(
  checked: CheckedSpec,
  output: CheckedOutput,
  learner: string | undefined,
): string | undefined {
  const { given, givenText } = output;
  const table = checked.tables.find((each) => each.name === output.table);
  if (given === undefined || table === undefined) return undefined;
  const weighed = "rows are drawn within it and weighed";
  const exactly = checked.privacy === undefined ? FOREST[learner ?? ""] : TREE;
  if (exactly === undefined || table.source === undefined) return weighed;
  const computed = formulasOf(table);
  const scope = { columns: table.columns, levels: table.columns.map(() => undefined) };
  const separable = (formula: Formula) => isSeparable(inline(formula, computed, scope), scope);
  if (!separable(given)) return `${weighed}, because \`${givenText}\` compares columns`;
  const rule = table.rules.find((each) => each.kind === "always" && !separable(each.formula));
  return rule === undefined
    ? exactly
    : `${weighed}, because the rule \`${rule.text}\` compares columns`;
}
