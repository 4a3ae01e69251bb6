import { createHash } from "node:crypto";
import type { CheckedTable } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import { protectedTables } from "../ir/protected.js";
import { hasCalendar } from "../table/calendar.js";

/** Shares of the budget: of a table, of domains within it, and of what the report asks about it. */
export function sharesOf({ checked, budget }: Plan, table: CheckedTable) {
  const learned = protectedTables(checked);
  const stated = (name: string) => budget?.shares.find((part) => part.on === name)?.share;
  const report = stated("report") ?? 0;
  const others = learned.map((each) => stated(each.name));
  const spoken = others.reduce((sum: number, share) => sum + (share ?? 0), report);
  const even = Math.max(0, 1 - spoken) / others.filter((share) => share === undefined).length;
  const domains = stated("domains");
  const model = stated("model");
  return {
    table: stated(table.name) ?? even,
    report: report / learned.length,
    domains: domains === undefined || model === undefined ? domains : domains / (domains + model),
  };
}

/** Changes whenever the same text asks other questions than before. */
const ANSWERS = 5;

/** A name for what is asked of the data: everything that decides what is measured, and nothing else. */
export function questionOf(plan: Plan, table: CheckedTable, noiseSeed: number | undefined): string {
  const { privacy, spec } = plan.checked;
  const asked = {
    format: ANSWERS,
    table: { ...table, columns: table.columns.map(({ span: _, doc: __, ...rest }) => rest) },
    rules: table.rules.map((rule) => rule.text),
    privacy,
    // What was paid for with a larger part of another budget is not this table's to have.
    shares: { ...sharesOf(plan, table), ownDelta: plan.budget?.reservedDelta },
    learner: plan.learners.find((each) => each.table === table.name),
    holdout: plan.holdout,
    ...(table.columns.some(({ type }) => hasCalendar(type)) ? { calendars: true } : {}),
    // Answers with seeded noise are never taken for private ones.
    ...(noiseSeed === undefined ? {} : { noiseSeed }),
    origin: spec.kind,
  };
  return createHash("sha256")
    .update(JSON.stringify(asked, (key, value) => (key === "span" ? undefined : value)))
    .digest("hex");
}
