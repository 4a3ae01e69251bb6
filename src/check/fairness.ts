import { here, remedy } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type { CheckedFairness } from "../ir/checked.js";
import type { Name } from "../ir/expression.js";
import type { Formula } from "../ir/formula.js";
import { blocksOf, type FairnessStatement } from "../ir/spec.js";
import { checkValue } from "./agree.js";
import { constantNumber } from "./constant.js";
import type { Kind } from "./kind.js";
import { condition } from "./lower.js";
import { columnNamed, columnNames } from "./rules.js";
import type { Scope, TableEntry } from "./scope.js";
import { shareOf } from "./share.js";

type Statement<K extends FairnessStatement["kind"]> = Extract<FairnessStatement, { kind: K }>;

/** What can be asked between groups: gaps are bounded from above, the ratio from below. */
const METRICS: readonly string[] = ["parity", "ratio", "odds", "opportunity", "calibration"];

/** The fairness blocks, joined. */
export function checkedFairness(scope: Scope): CheckedFairness | undefined {
  const blocks = blocksOf(scope.desk.spec, "fairness");
  const statements = blocks.flatMap((block) => block.statements);
  const only = <K extends FairnessStatement["kind"]>(kind: K): readonly Statement<K>[] =>
    statements.filter((s): s is Statement<K> => s.kind === kind);
  const across = only("across").flatMap((s) => s.columns);
  const table = tableOf([...across, ...only("forbid-edge").flatMap((s) => [s.from, s.to])], scope);
  if (blocks.length === 0 || table === undefined) return undefined;
  const place: Scope = { ...scope, table };
  const groups = columnNames(across, table, scope);
  for (const name of across) checkGroup(name, table, scope);
  const outcome = outcomeOf(only("outcome"), place);
  const written = only("outcome").at(-1)?.condition;
  const goals = goalsOf(only("goal"), groups, place);
  const whole = only("keep").some((s) => isRelation(s, table));
  const kept = only("keep").flatMap((s) => (isRelation(s, table) ? [] : s.columns));
  const first = only("goal")[0];
  if (first !== undefined && only("outcome").length === 0) {
    scope.desk.say(
      "P0804",
      { problem: "missing" },
      {
        spans: [here(first.span)],
        try: [remedy('add `outcome COLUMN = "value"`')],
      },
    );
  }
  return {
    table: table.name,
    across: groups,
    ...(outcome === undefined ? {} : { outcome }),
    ...(written === undefined ? {} : { outcomeText: scope.desk.text(written.span) }),
    goals,
    keep: columnNames(kept, table, scope),
    ...relationOf(only("keep-relation"), whole, scope),
    rebalance: only("rebalance").flatMap((s) => rebalanceOf(s, place, table)),
    forbiddenEdges: only("forbid-edge").flatMap((s) => edgeOf(s, table, scope)),
  };
}

/** The table that has most of the columns named; fairness speaks about one table. */
function tableOf(columns: readonly Name[], scope: Scope): TableEntry | undefined {
  let best: TableEntry | undefined;
  let most = -1;
  for (const table of scope.tables.values()) {
    const count = columns.filter((name) => table.columns.has(name.text)).length;
    if (count > most) {
      best = table;
      most = count;
    }
  }
  return best;
}

function checkGroup(name: Name, table: TableEntry, scope: Scope): void {
  const kind = table.columns.get(name.text)?.type.kind;
  if (kind === "id" || kind === "ref" || kind === "text") {
    scope.desk.say("P0801", { column: name.text }, { spans: [here(name.span)] });
  }
}

function outcomeOf(outcomes: readonly Statement<"outcome">[], place: Scope): Formula | undefined {
  const outcome = outcomes.at(-1);
  if (outcome === undefined) return undefined;
  const formula = condition(outcome.condition, { ...place, present: "all" });
  if (formula.op === "truth" && place.desk.errors === 0) {
    const text = place.desk.text(outcome.condition.span);
    place.desk.say(
      "P0804",
      { problem: "constant", condition: text },
      { spans: [here(outcome.condition.span)] },
    );
  }
  return formula;
}

function goalsOf(
  goals: readonly Statement<"goal">[],
  groups: readonly string[],
  place: Scope,
): CheckedFairness["goals"] {
  const { table, desk } = place;
  return goals.flatMap((goal) => {
    const metric = goal.metric.text;
    if (!METRICS.includes(metric)) {
      const suggestion = suggest(metric, METRICS);
      const parameters = {
        what: "fairness measure",
        name: metric,
        ...(suggestion === undefined ? {} : { suggestion }),
      };
      desk.say("P0210", parameters, {
        spans: [here(goal.metric.span)],
        because: [`the measures are: ${METRICS.join(", ")}`],
      });
      return [];
    }
    if (groups.length === 0 && desk.errors === 0) {
      desk.say("P0808", { problem: "no-across", metric }, { spans: [here(goal.metric.span)] });
    }
    const bound = constantNumber(goal.bound, place, `the bound of ${metric}`);
    if (bound === undefined || table === undefined) return [];
    checkBound(goal, bound, place);
    return [
      { metric, given: columnNames(goal.given, table, place), comparison: goal.comparison, bound },
    ];
  });
}

function checkBound(goal: Statement<"goal">, bound: number, { desk }: Scope): void {
  const metric = goal.metric.text;
  const upwards = metric === "ratio";
  if ((goal.comparison === ">=") !== upwards) {
    const range = upwards ? "near to equal shares must be" : "large a gap may be";
    const right = `${upwards ? ">=" : "<="} ${desk.text(goal.bound.span)}`;
    const parameters = { problem: "direction", metric, bound: right, range } as const;
    desk.say("P0808", parameters, { spans: [here(goal.span)] });
  }
  if (bound < 0 || bound > 1) {
    const parameters = { problem: "bound", metric, bound: String(bound), range: "0..1" } as const;
    desk.say("P0808", parameters, { spans: [here(goal.bound.span)] });
  }
}

/** `keep relation` without a percent, where no column is called that. */
function isRelation({ columns }: Statement<"keep">, table: TableEntry): boolean {
  return columns.length === 1 && columns[0]?.text === "relation" && !table.columns.has("relation");
}

/** @param less the relation is kept without a percent. */
function relationOf(
  statements: readonly Statement<"keep-relation">[],
  less: boolean,
  scope: Scope,
): Pick<CheckedFairness, "keepRelation"> {
  const statement = statements.at(-1);
  if (statement === undefined) return less ? { keepRelation: "less" } : {};
  const share = shareOf(statement.share);
  if (share > 1) {
    const bound = scope.desk.text(statement.share.span);
    const parameters = { problem: "bound", metric: "keep relation", bound, range: "0%..100%" };
    scope.desk.say(
      "P0808",
      { ...parameters, problem: "bound" },
      { spans: [here(statement.share.span)] },
    );
  }
  return share === 0 ? {} : { keepRelation: share };
}

const yesOrNo = (column: string): Extract<Kind, { kind: "choice" }> => ({
  ...{ kind: "choice", column, values: ["true", "false"], ordered: false, learned: false },
});

function rebalanceOf(
  statement: Statement<"rebalance">,
  place: Scope,
  table: TableEntry,
): CheckedFairness["rebalance"][number][] {
  const column = columnNamed(statement.column, table, place);
  if (column === undefined) return [];
  const { kind } = column;
  const values = kind.kind === "truth" ? yesOrNo(column.name) : kind;
  if (values.kind === "choice") {
    for (const { value } of statement.shares) checkValue(value.value, value.span, values, place);
  }
  const weights = statement.shares.map(({ share }) => shareOf(share) * 100);
  const sum = Number(weights.reduce((a, b) => a + b, 0).toPrecision(12));
  const partial =
    values.kind !== "choice" || values.learned || statement.shares.length < values.values.length;
  if (sum > 100 + 1e-6 || (!partial && Math.abs(sum - 100) > 1e-6)) {
    place.desk.say(
      "P0305",
      { column: column.name, weights, sum, problem: "sum" },
      { spans: [here(statement.span)] },
    );
  }
  const shares = statement.shares.map(({ value, share }) => ({
    value: value.value,
    share: shareOf(share),
  }));
  return [{ column: column.name, shares }];
}

function edgeOf(
  statement: Statement<"forbid-edge">,
  table: TableEntry,
  scope: Scope,
): CheckedFairness["forbiddenEdges"][number][] {
  const from = columnNamed(statement.from, table, scope);
  const to = columnNamed(statement.to, table, scope);
  const through = columnNames(statement.through, table, scope);
  return from === undefined || to === undefined ? [] : [{ from: from.name, to: to.name, through }];
}
