import type { CheckedRule, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { RulePlan } from "../ir/plan.js";
import type { ColumnType } from "../table/column-type.js";
import { isNumeric } from "../table/column-type.js";
import { CellDomain } from "./cell-domain.js";
import { inline, lowerTest } from "./lower.js";
import type { NumericNode, TestNode } from "./nodes.js";
import type { Scope } from "./scope.js";

/** What the plan knows when it decides how rules are held. */
export interface RuleCircumstances {
  /** The learner works on a joint distribution over bins, where impossible cells are set to zero. */
  readonly joint?: boolean;
  /** Levels of columns whose domain was learned, by name. */
  readonly levels?: ReadonlyMap<string, readonly string[]>;
  /** Share of free proposals that pass each rule, by its text, where it was estimated. */
  readonly acceptance?: ReadonlyMap<string, number>;
}

/**
 * How each rule of a table will be held, and each computed column: by computing, by masks over
 * categories, by bounds drawn within, as zeros of a joint distribution, by order, by drawing again, or
 * not at all but measured.
 */
export function planRules(
  table: CheckedTable,
  circumstances: RuleCircumstances = {},
): readonly RulePlan[] {
  const scope: Scope = {
    columns: table.columns,
    levels: table.columns.map(
      ({ name, type }) => circumstances.levels?.get(name) ?? declaredLevels(type),
    ),
  };
  const computed = new Map<string, Formula>();
  const plans: RulePlan[] = [];
  for (const { name, origin } of table.columns) {
    if (origin.kind !== "computed") continue;
    computed.set(name, origin.formula);
    plans.push({ table: table.name, text: `${name} := …`, enforcement: "computed" });
  }
  const bases = scope.columns.map(
    ({ type, optional }, at) => new CellDomain(type, optional, scope.levels[at]?.length),
  );
  for (const rule of table.rules) {
    const enforcement = enforcementOf(rule, { scope, computed, bases }, circumstances);
    const acceptance = circumstances.acceptance?.get(rule.text);
    plans.push({
      table: table.name,
      text: rule.text,
      enforcement,
      ...(acceptance === undefined ? {} : { acceptance }),
    });
  }
  return plans;
}

interface World {
  readonly scope: Scope;
  readonly computed: ReadonlyMap<string, Formula>;
  readonly bases: readonly CellDomain[];
}

function enforcementOf(
  rule: CheckedRule,
  world: World,
  { joint }: RuleCircumstances,
): RulePlan["enforcement"] {
  switch (rule.kind) {
    case "expect":
      return rule.enforced ? "repair" : "measured";
    case "unique":
      return "redraw";
    case "increases":
      return "order";
    case "determines":
      return "computed";
    case "correlate":
      return "by construction";
    case "always": {
      const strength = ruleStrength(rule.formula, world);
      return joint === true && strength === "mask" ? "structural zeros" : strength;
    }
  }
}

function ruleStrength(formula: Formula, world: World): RulePlan["enforcement"] {
  // Columns behind a ref have no rows yet: take the rule for one about numbers.
  if (mentionsParent(formula)) return "by construction";
  const test = lowerTest(inline(formula, world.computed, world.scope), world.scope);
  const strengths = testsOf(test).map((one) => strengthOf(one, world));
  if (strengths.includes("redraw")) return "redraw";
  return strengths.includes("by construction") ? "by construction" : "mask";
}

function mentionsParent(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  return "via" in part || Object.values(part).some(mentionsParent);
}

/** The tests at the leaves of a condition. */
function testsOf(node: TestNode): TestNode[] {
  if (node.kind === "not") return testsOf(node.arg);
  return node.kind === "and" || node.kind === "or" ? node.args.flatMap(testsOf) : [node];
}

const mostTried = 2048;

function strengthOf(node: TestNode, { bases, scope }: World): RulePlan["enforcement"] {
  const countable = node.columns.every((at) => (bases[at] as CellDomain).size() <= mostTried);
  const numeric = node.columns.some((at) =>
    isNumeric((scope.columns[at] as { type: ColumnType }).type),
  );
  if (node.kind === "opaque") return countable ? (numeric ? "by construction" : "mask") : "redraw";
  if (node.kind !== "compare") return "mask";
  const sure = node.columns.every((at) => inverts(node.difference, at));
  return sure || countable ? "by construction" : "redraw";
}

const invertible = new Set([
  ..."abs min max floor ceil round snap sqrt exp log log10 year".split(" "),
]);

/** Whether bounds on the expression give bounds on the column, the others being known. */
function inverts(node: NumericNode, at: number): boolean {
  if (!node.columns.includes(at)) return true;
  switch (node.kind) {
    case "sum":
      return (
        node.terms.filter((term) => term.columns.includes(at)).length === 1 &&
        node.terms.every((term) => inverts(term, at))
      );
    case "product":
    case "quotient":
      return (
        !(node.left.columns.includes(at) && node.right.columns.includes(at)) &&
        inverts(node.left, at) &&
        inverts(node.right, at)
      );
    case "power":
      return !node.right.columns.includes(at) && inverts(node.left, at);
    case "call":
      return invertible.has(node.name) && node.args.every((arg) => inverts(arg, at));
    default:
      return true;
  }
}

function declaredLevels(type: ColumnType): readonly string[] | undefined {
  if (type.kind === "category") return type.values;
  return type.kind === "bool" ? ["false", "true"] : undefined;
}
