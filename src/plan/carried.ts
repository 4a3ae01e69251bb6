import { diagnose, here, there } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import type { CheckedRule, CheckedTable } from "../ir/checked.js";
import type { RulePlan } from "../ir/plan.js";

type After = "order" | "redraw" | "repair";

const isAfter = (enforcement: RulePlan["enforcement"]): enforcement is After =>
  enforcement === "order" || enforcement === "redraw" || enforcement === "repair";

/** Which rules the drawing carries and which are seen to afterwards (P0506): a note for each table that has both kinds of work. */
export function carriedRules(
  tables: readonly CheckedTable[],
  plans: readonly RulePlan[],
): readonly Diagnostic[] {
  return tables.flatMap((table) => {
    const own = plans.filter((plan) => plan.table === table.name);
    const after = own.flatMap(({ text, enforcement }) =>
      isAfter(enforcement) ? [{ text, how: enforcement }] : [],
    );
    const spans = after.flatMap(({ text }) => spanOf(table.rules, text) ?? []);
    const [first, ...rest] = spans;
    if (first === undefined) return [];
    const built = own.filter(
      ({ enforcement }) => !isAfter(enforcement) && enforcement !== "measured",
    ).length;
    const marked = [here(first), ...rest.map((span) => there(span, ""))];
    return [diagnose("P0506", { built, after }, { spans: marked })];
  });
}

const spanOf = (rules: readonly CheckedRule[], text: string): CheckedRule["span"] | undefined =>
  rules.find((rule) => rule.text === text)?.span;
