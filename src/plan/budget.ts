import type { CheckedPrivacy, CheckedSpec } from "../ir/checked.js";
import type { PlanBudget } from "../ir/plan.js";
import { limitOf } from "../privacy/budget.js";
import { zcdpRho } from "../privacy/zcdp.js";

/** What `learned` domains get of the budget unless `spend` says otherwise. */
const DOMAINS = 0.1;

/** The spec's budget in the accountant's currency, and the shares of its parts. */
export function budgetOf(checked: CheckedSpec): PlanBudget | undefined {
  const { privacy } = checked;
  if (privacy === undefined) return undefined;
  const { epsilon, delta } = privacy;
  const main = delta - Number(limitOf("the budget", epsilon, delta).ownDelta > 0n) * delta * 0.1;
  const rho = zcdpRho(epsilon, main);
  const shares = sharesOf(checked, privacy).map((part) => ({ ...part, rho: part.share * rho }));
  return { unit: unitOf(privacy), epsilon, delta, rho, shares };
}

function unitOf({ unit }: CheckedPrivacy): string {
  if (unit.kind === "row") return `each row of ${unit.table}`;
  const bounds = unit.atMost.map(({ count, table }) => `${count} ${table}`);
  return `each ${unit.table}${bounds.length > 0 ? `, at most ${bounds.join(", ")}` : ""}`;
}

/** As the spec says, or: a tenth on domains where any is learned, the rest on the model. */
function sharesOf(
  checked: CheckedSpec,
  privacy: CheckedPrivacy,
): readonly { readonly on: string; readonly share: number }[] {
  if (privacy.spend.length > 0) return privacy.spend;
  const learned = checked.tables.some((table) => table.columns.some(isLearnedDomain));
  if (!learned) return [{ on: "model", share: 1 }];
  return [
    { on: "domains", share: DOMAINS },
    { on: "model", share: 1 - DOMAINS },
  ];
}

/** True where the data, not the spec, say which values a column can have. */
export function isLearnedDomain(column: CheckedSpec["tables"][number]["columns"][number]): boolean {
  return column.origin.kind === "learned" && "learned" in column.type && column.type.learned;
}
