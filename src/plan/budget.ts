import type { CheckedPrivacy, CheckedSpec } from "../ir/checked.js";
import type { PlanBudget } from "../ir/plan.js";
import { protectedTables } from "../ir/protected.js";
import { calendarShare, DOMAIN_SHARE, limitOf, OWN_DELTA, rhoWithin } from "../privacy/budget.js";
import { hasCalendar } from "../table/calendar.js";
import { isNumeric } from "../table/column-type.js";
import { BINS, pointsOf } from "../table/domain.js";

/** The spec's budget in the accountant's currency, and the shares of its parts. */
export function budgetOf(checked: CheckedSpec): PlanBudget | undefined {
  const { privacy } = checked;
  if (privacy === undefined) return undefined;
  const { epsilon, delta } = privacy;
  const reservedDelta = protectedTables(checked).some(learnsValues) ? OWN_DELTA : 0;
  const rho = rhoWithin(limitOf("the budget", epsilon, delta, reservedDelta));
  const shares = sharesOf(checked, privacy).map((part) => ({ ...part, rho: part.share * rho }));
  return { unit: unitOf(privacy), epsilon, delta, rho, reservedDelta, shares };
}

function unitOf({ unit }: CheckedPrivacy): string {
  if (unit.kind === "row") return `each row of ${unit.table}`;
  const bounds = unit.atMost.map(({ count, table }) => `${count} ${table}`);
  return `each ${unit.table}${bounds.length > 0 ? `, at most ${bounds.join(", ")}` : ""}`;
}

/** What `language` leaves for counts that the report compares with: it sees none itself. */
const REPORT = 0.05;

/** As the spec says, or: a tenth on domains where any needs learning, more for calendars of dates, the rest on the model. */
function sharesOf(
  checked: CheckedSpec,
  privacy: CheckedPrivacy,
): readonly { readonly on: string; readonly share: number }[] {
  if (privacy.spend.length > 0) return privacy.spend;
  const tables = protectedTables(checked);
  const learned = tables.some(({ name, columns }) => {
    const bins = binsOf(checked, name);
    return columns.some((column) => needsDomain(column, bins));
  });
  const counted = tables.some(({ columns }) =>
    columns.some(({ origin, type }) => origin.kind === "learned" && type.kind !== "text"),
  );
  const describes = checked.learners.some(({ name }) => name === "language");
  const report = describes && counted ? REPORT : 0;
  const dated = tables.map((table) => datedColumns(checked, table).length);
  const domains = learned ? DOMAIN_SHARE + calendarShare(Math.max(...dated)) : 0;
  const parts = [
    { on: "domains", share: domains },
    { on: "model", share: 1 - domains - report },
    { on: "report", share: report },
  ];
  return parts.filter(({ share }) => share > 0);
}

/** True where values are told above a threshold only, which needs a δ of its own. */
function learnsValues({ columns }: CheckedSpec["tables"][number]): boolean {
  return columns.some(
    ({ origin, type }) => origin.kind === "learned" && type.kind === "category" && type.learned,
  );
}

/** Names of the columns whose calendar is asked about: dates in bins that are learned. */
export function datedColumns(
  checked: CheckedSpec,
  { name, columns }: CheckedSpec["tables"][number],
): string[] {
  const bins = binsOf(checked, name);
  return columns
    .filter((column) => hasCalendar(column.type) && needsDomain(column, bins))
    .map((column) => column.name);
}

function binsOf({ learners }: CheckedSpec, table: string): number {
  const own = learners.find((each) => each.table === table || each.table === undefined);
  const asked = own?.options["bins"]?.find((each) => typeof each === "number");
  return typeof asked === "number" ? asked : BINS;
}

/** True where values, bounds or bins must be learned from the data before rows can be counted. */
function needsDomain(
  { origin, type }: CheckedSpec["tables"][number]["columns"][number],
  bins: number,
): boolean {
  if (origin.kind !== "learned") return false;
  if (type.kind === "category") return type.learned;
  return isNumeric(type) && pointsOf(type, bins) === undefined;
}
