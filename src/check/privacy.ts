import { here, remedy } from "../base/diagnose.js";
import type { CheckedPrivacy } from "../ir/checked.js";
import type { Name } from "../ir/expression.js";
import { blocksOf, type PrivacyBlock, type PrivacyStatement } from "../ir/spec.js";
import { names } from "./column-kind.js";
import { constantNumber } from "./constant.js";
import { sayUnknown } from "./resolve.js";
import { columnNames } from "./rules.js";
import type { Scope, TableEntry } from "./scope.js";
import { shareOf } from "./share.js";

type Statement<K extends PrivacyStatement["kind"]> = Extract<PrivacyStatement, { kind: K }>;

function last<K extends PrivacyStatement["kind"]>(
  block: readonly PrivacyStatement[],
  kind: K,
): Statement<K> | undefined {
  return block.filter((s): s is Statement<K> => s.kind === kind).at(-1);
}

/**
 * Tables of a privacy block that says nothing but `forbid exact copies of …`: a guard while drawing, for
 * those who have no budget; undefined where the block promises more.
 */
export function onlyCopies(scope: Scope): readonly string[] | undefined {
  const blocks = blocksOf(scope.desk.spec, "privacy");
  const statements = blocks.flatMap((block) => block.statements);
  const copies = statements.flatMap((s) => (s.kind === "forbid-copies" ? [s] : []));
  if (copies.length === 0 || copies.length < statements.length) return undefined;
  return copies.flatMap(({ tables }) =>
    tables.flatMap((one) => tableNamed(one, scope)?.name ?? []),
  );
}

/** The privacy block: whom it protects, the budget, and how it is shared out. */
export function checkedPrivacy(scope: Scope): CheckedPrivacy | undefined {
  const blocks = blocksOf(scope.desk.spec, "privacy");
  const block = blocks[0];
  if (block === undefined) return undefined;
  for (const again of blocks.slice(1)) {
    const parameters = {
      what: "privacy block",
      name: "privacy",
      line: scope.desk.line(block.span),
    };
    scope.desk.say("P0201", parameters, {
      spans: [here({ start: again.span.start, end: again.span.start + 7 })],
    });
  }
  const statements = blocks.flatMap((b) => b.statements);
  const unit = unitOf(block, statements, scope);
  const budget = budgetOf(block, statements, scope);
  const rest = shared(statements, scope, budget?.epsilon ?? 1);
  return unit === undefined || budget === undefined ? undefined : { unit, ...budget, ...rest };
}

function shared(
  statements: readonly PrivacyStatement[],
  scope: Scope,
  epsilon: number,
): Omit<CheckedPrivacy, "unit" | "epsilon" | "delta"> {
  const copies = statements.flatMap((s) => (s.kind === "forbid-copies" ? s.tables : []));
  const partition = last(statements, "partition");
  const anyTable = [...scope.tables.values()];
  const every = new Map(anyTable.flatMap((table) => [...table.columns]));
  const all: TableEntry | undefined =
    anyTable[0] === undefined ? undefined : { ...anyTable[0], name: "the tables", columns: every };
  const columns = (list: readonly Name[]): string[] =>
    all === undefined ? [] : columnNames(list, all, scope);
  const [partitionBy] = partition === undefined ? [] : columns([partition.by]);
  return {
    spend: spendOf(statements, scope, epsilon),
    forbidCopiesOf: copies.flatMap((name) => tableNamed(name, scope)?.name ?? []),
    ...(partitionBy === undefined ? {} : { partitionBy }),
  };
}

/** The table of that name, or undefined with P0203 said. */
export function tableNamed(name: Name, scope: Scope): TableEntry | undefined {
  const table = scope.tables.get(name.text);
  if (table === undefined) sayUnknown(scope, "table", name, [...scope.tables.keys()]);
  return table;
}

/** `patient` is the table patients, or the table that a `ref` column of that name leads to. */
function entityNamed(name: Name, scope: Scope): TableEntry | undefined {
  for (const [table, entry] of scope.tables) if (names(name.text, table)) return entry;
  for (const table of scope.tables.values()) {
    const type = table.columns.get(name.text)?.type;
    if (type?.kind === "ref") return scope.tables.get(type.table);
  }
  return tableNamed(name, scope);
}

function unitOf(
  block: PrivacyBlock,
  statements: readonly PrivacyStatement[],
  scope: Scope,
): CheckedPrivacy["unit"] | undefined {
  const protect = last(statements, "protect");
  if (protect === undefined) {
    sayLacking(
      "unit",
      block,
      scope,
      "`protect each row of …`, or `protect each patient, at most 12 stays`",
    );
    return undefined;
  }
  if (protect.unit.kind === "row") {
    const table = tableNamed(protect.unit.of, scope);
    return table === undefined ? undefined : { kind: "row", table: table.name };
  }
  const entity = entityNamed(protect.unit.of, scope);
  const atMost = protect.atMost.flatMap(({ count, table }) => {
    const known = tableNamed(table, scope);
    return known === undefined ? [] : [{ table: known.name, count: count.value }];
  });
  return entity === undefined ? undefined : { kind: "entity", table: entity.name, atMost };
}

function sayLacking(
  missing: "unit" | "budget" | "delta" | "epsilon",
  at: { span: { start: number; end: number } },
  scope: Scope,
  add: string,
): void {
  const word = {
    start: at.span.start,
    end: Math.min(
      at.span.end,
      at.span.start + (missing === "delta" || missing === "epsilon" ? 6 : 7),
    ),
  };
  scope.desk.say(
    "P0701",
    { missing },
    {
      spans: [here(missing === "epsilon" ? at.span : word)],
      because: ["a privacy promise says whom, how much, and how surely"],
      try: [remedy(`add ${add}`)],
    },
  );
}

function budgetOf(
  block: PrivacyBlock,
  statements: readonly PrivacyStatement[],
  scope: Scope,
): { epsilon: number; delta: number } | undefined {
  const budget = last(statements, "budget");
  if (budget === undefined) {
    sayLacking("budget", block, scope, "`budget epsilon 1, delta 1e-6`");
    return undefined;
  }
  const epsilon = constantNumber(budget.epsilon, scope, "epsilon");
  if (epsilon !== undefined && !(epsilon > 0))
    sayLacking("epsilon", budget.epsilon, scope, "an epsilon above 0");
  if (budget.delta === undefined) sayLacking("delta", budget, scope, "`delta 1e-6`");
  const delta =
    budget.delta === undefined ? undefined : constantNumber(budget.delta, scope, "delta");
  if (budget.delta !== undefined && delta !== undefined && !(delta > 0))
    sayLacking("delta", budget.delta, scope, "a delta above 0, like 1e-6");
  return epsilon === undefined || delta === undefined ? undefined : { epsilon, delta };
}

const PARTS: readonly string[] = ["domains", "model", "report"];

function spendOf(
  statements: readonly PrivacyStatement[],
  scope: Scope,
  epsilon: number,
): CheckedPrivacy["spend"] {
  const lines = statements.filter((s): s is Statement<"spend"> => s.kind === "spend");
  const shares = lines.flatMap((line) => line.shares);
  for (const { on } of shares) {
    if (PARTS.includes(on.text) || scope.tables.has(on.text)) continue;
    sayUnknown(scope, "part to spend on", on, [...PARTS, ...scope.tables.keys()]);
  }
  const percents = shares.map(({ share }) => shareOf(share) * 100);
  const percent = percents.reduce((a, b) => a + b, 0);
  if (percent > 100 + 1e-9) {
    const [first, ...others] = shares.map(({ share }, i) => ({
      ...share.span,
      label: `${Number((((percents[i] ?? 0) / 100) * epsilon).toPrecision(3))}`,
      primary: i === 0,
    }));
    scope.desk.say(
      "P0702",
      { percent, shares: percents, epsilon },
      {
        spans: first === undefined ? [] : [first, ...others],
        because: ["parts that read the same people add up"],
        try: [remedy("bring the shares to 100% together")],
      },
    );
  }
  return shares.map(({ share, on }) => ({ on: on.text, share: shareOf(share) }));
}
