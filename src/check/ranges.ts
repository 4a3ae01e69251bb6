import { here } from "../base/diagnose.js";
import { boundsOf } from "../constraint/grid.js";
import { everything, type Interval, type IntervalOf, intervalOf } from "../constraint/interval.js";
import type { CheckedColumn, CheckedRule, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { isNumeric } from "../table/column-type.js";
import { formatDate, formatDatetime } from "../table/format-value.js";
import { domainText } from "./domain-text.js";
import type { Scope } from "./scope.js";

type Expectation = Extract<CheckedRule, { kind: "expect" }>;

/** Formulas wider than their column (P0308) and expectations outside what can be (P0507). */
export function checkRanges(spec: CheckedSpec, scope: Scope): void {
  for (const table of spec.tables) {
    const of = boundsIn(table, spec.tables);
    for (const column of table.columns) checkComputed(column, of, scope);
    for (const rule of table.rules) if (rule.kind === "expect") checkExpectation(rule, of, scope);
  }
}

/** The declared bounds of the columns that a table's formulas read. */
function boundsIn(table: CheckedTable, tables: readonly CheckedTable[]): IntervalOf {
  return ({ name, via }) => {
    const ref = table.columns.find((c) => c.name === via)?.type;
    const owner =
      via === undefined ? table : tables.find((t) => ref?.kind === "ref" && t.name === ref.table);
    const type = owner?.columns.find((c) => c.name === name)?.type;
    if (type === undefined || !isNumeric(type)) return { interval: everything, seconds: false };
    const [low, high] = boundsOf(type);
    return { interval: { low, high }, seconds: type.kind === "datetime" };
  };
}

function checkComputed(column: CheckedColumn, of: IntervalOf, scope: Scope): void {
  const { origin, type } = column;
  if (origin.kind !== "computed" || !isNumeric(type) || !("min" in type || "max" in type)) return;
  const [low, high] = boundsOf(type);
  const computed = intervalOf(origin.formula, of);
  if (computed.low >= low && computed.high <= high) return;
  if (!Number.isFinite(computed.low) && !Number.isFinite(computed.high)) return;
  const say =
    type.kind === "date" ? formatDate : type.kind === "datetime" ? formatDatetime : String;
  const texts = {
    column: column.name,
    declared: domainText(type),
    computed: textOf(computed, say),
  };
  scope.desk.say("P0308", texts, { spans: [here(column.span)] });
}

function textOf({ low, high }: Interval, say: (value: number) => string): string {
  const end = (value: number): string =>
    Number.isFinite(value) ? say(Number(value.toPrecision(12))) : "";
  return `${end(low)}..${end(high)}`;
}

function checkExpectation(rule: Expectation, of: IntervalOf, scope: Scope): void {
  const possible = statisticInterval(rule, of);
  if (possible === undefined || (rule.low <= possible.high && rule.high >= possible.low)) return;
  const written = scope.desk.text(rule.span);
  const statistic = /[a-z_]+\([^)]*\)/.exec(written)?.[0] ?? rule.statistic.name;
  const say = (value: number): string =>
    Math.abs(value) === Number.MAX_SAFE_INTEGER ? "" : String(value);
  const asked = `${say(rule.low)}..${say(rule.high)}`;
  scope.desk.say(
    "P0507",
    { statistic, asked, possible: textOf(possible, String) },
    { spans: [here(rule.span)] },
  );
}

function statisticInterval({ statistic }: Expectation, of: IntervalOf): Interval | undefined {
  const [first] = statistic.args;
  switch (statistic.name) {
    case "share":
      return { low: 0, high: 1 };
    case "correlation":
      return { low: -1, high: 1 };
    case "mean":
    case "median":
    case "min":
    case "max":
    case "quantile":
      return first === undefined ? undefined : intervalOf(first, of);
    case "sd": {
      if (first === undefined) return undefined;
      const { low, high } = intervalOf(first, of);
      return { low: 0, high: (high - low) / 2 };
    }
    default:
      return undefined;
  }
}
