import { here, there } from "../base/diagnose.js";
import type { LabelledSpan } from "../base/diagnostic.js";
import type { RuleBook } from "../constraint/review.js";
import type { CheckedFairness, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { goalText, isOfRows } from "../ir/goal-text.js";
import { blocksOf, type FairnessStatement } from "../ir/spec.js";
import { checkEdges } from "./edges.js";
import { checkMakeable, checkShares } from "./makeable.js";
import { type Books, is } from "./proofs.js";
import type { Scope } from "./scope.js";

type Statement<K extends FairnessStatement["kind"]> = Extract<FairnessStatement, { kind: K }>;

/** Groups below this size say nothing about a gap of a few percent. */
const FEW = 100;

/** What a fairness block asks, against what the rules and sizes allow. */
export function checkGoals(spec: CheckedSpec, books: Books, scope: Scope): void {
  const { fairness } = spec;
  const table = spec.tables.find((t) => t.name === fairness?.table);
  const book = books.get(fairness?.table ?? "");
  if (fairness === undefined || table === undefined) return;
  const statements = blocksOf(spec.spec, "fairness").flatMap((block) => block.statements);
  const first = <K extends FairnessStatement["kind"]>(kind: K): Statement<K> | undefined =>
    statements.find((s): s is Statement<K> => s.kind === kind);
  const across = first("across");
  if (
    across !== undefined &&
    fairness.goals.length + fairness.rebalance.length + fairness.forbiddenEdges.length === 0
  ) {
    scope.desk.say("P0802", { across: fairness.across }, { spans: [here(across.span)] });
  }
  checkTheorem(fairness, statements, scope);
  checkMediators(fairness, first("keep"), scope);
  checkKeptGroups(fairness, statements, scope);
  checkShares(statements, scope);
  checkMakeable(spec, fairness, table, scope);
  checkSizes(spec, fairness, table, first("goal"), scope);
  const edges = statements.filter((s): s is Statement<"forbid-edge"> => s.kind === "forbid-edge");
  checkEdges(edges, table, scope.desk.clashing.has(table.name) ? undefined : book, scope);
  if (book === undefined || scope.desk.clashing.has(table.name)) return;
  checkOutcome(fairness, first("outcome"), book, scope);
  for (const statement of statements)
    if (statement.kind === "rebalance") checkRebalance(statement, table, book, scope);
  checkKept(fairness, table, first("keep"), book, scope);
  checkFixed(fairness, table, first("goal"), book, scope);
}

/** A group's relation to the outcome can't be kept and moved. */
function checkKeptGroups(
  fairness: CheckedFairness,
  statements: readonly FairnessStatement[],
  scope: Scope,
): void {
  const goal = statements.find((s) => s.kind === "goal" && s.given.length === 0);
  if (goal === undefined) return;
  for (const statement of statements) {
    if (statement.kind !== "keep") continue;
    for (const name of statement.columns) {
      if (!fairness.across.includes(name.text)) continue;
      scope.desk.say(
        "P0810",
        { problem: "kept", column: name.text },
        { spans: [here(name.span, "kept"), there(goal.span, "moved")] },
      );
    }
  }
}

/** Groups whose outcome a rule fixes: no ratio to the others can be reached, and hardly a difference. */
function checkFixed(
  fairness: CheckedFairness,
  table: CheckedTable,
  goal: Statement<"goal"> | undefined,
  book: RuleBook,
  scope: Scope,
): void {
  const { outcome, goals } = fairness;
  if (outcome === undefined || goal === undefined) return;
  for (const column of fairness.across) {
    const type = table.columns.find(({ name }) => name === column)?.type;
    const values = type?.kind === "category" && type.values.length <= 40 ? type.values : [];
    const known = values.filter((value) => book.blockers(is(column, value)) === undefined);
    const fixed = known.flatMap((value) => {
      const own = (formula: Formula) =>
        book.blockers({ op: "and", args: [is(column, value), formula] });
      const [never, always] = [own(outcome), own({ op: "not", arg: outcome })];
      const rules = never ?? always;
      const how = never === undefined ? ("always" as const) : ("never" as const);
      return rules === undefined ? [] : [{ value, how, rules }];
    });
    const [one] = fixed;
    if (one === undefined || known.length < 2) continue;
    // The same for all groups is a constant outcome, which is told as such.
    if (fixed.length === known.length && fixed.every(({ how }) => how === one.how)) continue;
    const group = `${column} "${one.value}"`;
    const ratio = goals.find(({ metric, bound }) => metric === "ratio" && bound > 0);
    const spans = [
      here(goal.span),
      ...one.rules.map((rule) => there(rule.span, `this rule fixes the outcome of ${group}`)),
    ];
    if (sayItself(fixed, column, goals, spans, scope)) continue;
    if (ratio !== undefined && one.how === "never") {
      const goal = goalText(ratio);
      scope.desk.say("P0810", { problem: "fixed", group, fixed: one.how, goal }, { spans });
    } else if (goals.some(isOfRows)) {
      const rule = one.rules[0]?.text ?? "";
      scope.desk.say(
        "P0803",
        { rule, column, protected: group, fixed: one.how },
        { spans, try: [{ label: `take the rule out, or ${column} out of \`across\``, edits: [] }] },
      );
    }
  }
}

/** One group always has the outcome and another never: no goal below a gap of 1 can be met. */
function sayItself(
  fixed: readonly { readonly value: string; readonly how: "always" | "never" }[],
  column: string,
  goals: CheckedFairness["goals"],
  spans: readonly LabelledSpan[],
  scope: Scope,
): boolean {
  const [never, always] = ["never", "always"].map((each) => {
    const group = fixed.find(({ how }) => how === each);
    return group === undefined ? undefined : `${column} "${group.value}"`;
  });
  const goal = goals.find((each) => isOfRows(each) && (each.metric === "ratio" || each.bound < 1));
  if (never === undefined || always === undefined || goal === undefined) return false;
  scope.desk.say("P0810", { problem: "itself", goal: goalText(goal), never, always }, { spans });
  return true;
}

function checkTheorem(
  fairness: CheckedFairness,
  statements: readonly FairnessStatement[],
  scope: Scope,
): void {
  const metrics = [...new Set(fairness.goals.map((goal) => goal.metric))];
  const other = metrics.find((metric) => metric !== "calibration");
  if (!metrics.includes("calibration") || other === undefined) return;
  const [one, two] = statements.filter((s) => s.kind === "goal");
  scope.desk.say(
    "P0805",
    { metrics: [other, "calibration"] },
    {
      spans: [
        ...(one === undefined ? [] : [here(one.span)]),
        ...(two === undefined ? [] : [there(two.span, "and this")]),
      ],
    },
  );
}

function checkMediators(
  fairness: CheckedFairness,
  keep: Statement<"keep"> | undefined,
  scope: Scope,
): void {
  for (const edge of fairness.forbiddenEdges) {
    if (!fairness.across.includes(edge.from)) continue;
    for (const name of keep?.columns ?? []) {
      if (!edge.through.includes(name.text)) continue;
      scope.desk.say(
        "P0807",
        { column: name.text, protected: edge.from },
        { spans: [here(name.span)] },
      );
    }
  }
}

function checkSizes(
  spec: CheckedSpec,
  fairness: CheckedFairness,
  table: CheckedTable,
  goal: Statement<"goal"> | undefined,
  scope: Scope,
): void {
  const bound = fairness.goals.find((g) => g.comparison === "<=")?.bound;
  if (goal === undefined || bound === undefined) return;
  const groups = fairness.across.map((name) => {
    const type = table.columns.find((c) => c.name === name)?.type;
    return type?.kind === "category" ? Math.max(1, type.values.length) : 2;
  });
  const count = groups.reduce((a, b) => a * b, 1);
  for (const output of spec.outputs.filter((o) => o.table === table.name && o.rows > 0)) {
    const rows = Math.floor(output.rows / count);
    const gap = 1 / Math.sqrt(Math.max(rows, 1));
    if (rows >= FEW || gap <= bound) continue;
    const group = `a group across ${fairness.across.join(", ")} of ${output.name}`;
    scope.desk.say(
      "P0806",
      { group, rows, gap },
      { spans: [here(goal.span), there(output.span, `${output.rows} rows`)] },
    );
  }
}

function checkOutcome(
  fairness: CheckedFairness,
  outcome: Statement<"outcome"> | undefined,
  book: RuleBook,
  scope: Scope,
): void {
  const formula = fairness.outcome;
  if (formula === undefined || outcome === undefined) return;
  const blockers = book.blockers(formula) ?? book.blockers({ op: "not", arg: formula });
  if (blockers === undefined) return;
  const condition = scope.desk.text(outcome.condition.span);
  scope.desk.say(
    "P0804",
    { problem: "constant", condition },
    {
      spans: [
        here(outcome.condition.span),
        ...blockers.map((rule) => there(rule.span, "because of this rule")),
      ],
    },
  );
}

function checkRebalance(
  statement: Statement<"rebalance">,
  table: CheckedTable,
  book: RuleBook,
  scope: Scope,
): void {
  const column = statement.column.text;
  if (table.columns.find(({ name }) => name === column)?.type.kind !== "category") return;
  for (const { value, share } of statement.shares) {
    const blockers = share.value > 0 ? book.blockers(is(column, value.value)) : undefined;
    if (blockers === undefined) continue;
    scope.desk.say(
      "P0502",
      { group: `${column} "${value.value}"`, asker: `\`rebalance ${column}\`` },
      {
        spans: [
          here(value.span),
          ...blockers.map((rule) => there(rule.span, "this rule takes them away")),
        ],
      },
    );
  }
}

/** A kept column one of whose values leaves a single group tells the group apart after all. */
function checkKept(
  fairness: CheckedFairness,
  table: CheckedTable,
  keep: Statement<"keep"> | undefined,
  book: RuleBook,
  scope: Scope,
): void {
  const valuesOf = (name: string): readonly string[] => {
    const type = table.columns.find((c) => c.name === name)?.type;
    return type?.kind === "category" && type.values.length <= 40 ? type.values : [];
  };
  for (const kept of keep?.columns ?? []) {
    for (const group of fairness.across) {
      const rule = fixing(kept.text, valuesOf(kept.text), group, valuesOf(group), book);
      if (rule === undefined) continue;
      scope.desk.say(
        "P0803",
        { rule: rule.text, column: kept.text, protected: group },
        {
          spans: [here(kept.span, "kept"), there(rule.span, `this rule ties it to ${group}`)],
          because: [`${kept.text} goes on telling ${group} apart after the gap is closed`],
          try: [{ label: `leave ${kept.text} out of \`keep\``, edits: [] }],
        },
      );
    }
  }
}

function fixing(
  column: string,
  values: readonly string[],
  group: string,
  groups: readonly string[],
  book: RuleBook,
): RuleBook["rules"][number] | undefined {
  if (column === group || groups.length < 2) return undefined;
  for (const value of values) {
    if (book.blockers(is(column, value)) !== undefined) continue;
    const blocked = groups.map((g) =>
      book.blockers({ op: "and", args: [is(column, value), is(group, g)] }),
    );
    const open = blocked.filter((by) => by === undefined).length;
    if (open === 1) return blocked.find((by) => by !== undefined && by.length > 0)?.[0];
  }
  return undefined;
}
