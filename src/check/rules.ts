import { here } from "../base/diagnose.js";
import type { CheckedRule } from "../ir/checked.js";
import type { Name } from "../ir/expression.js";
import type { Formula } from "../ir/formula.js";
import type { RuleNode } from "../ir/spec.js";
import { names } from "./column-kind.js";
import { constantNumber } from "./constant.js";
import { join, not } from "./fold.js";
import { condition } from "./lower.js";
import { presentWhen } from "./presence.js";
import { sayUnknown } from "./resolve.js";
import { type ColumnEntry, type Scope, type TableEntry, withPresent } from "./scope.js";
import { expectation } from "./statistics.js";

/** The rules of a table; one that uses an unknown name is left out, since its cause was said. */
export function checkedRules(entry: TableEntry, base: Scope): CheckedRule[] {
  const scope: Scope = { ...base, table: entry };
  return entry.node.rules.flatMap((node) => {
    const before = scope.desk.errors;
    const rule = ruleOf(node, entry, scope);
    if (rule === undefined || scope.desk.errors > before) return [];
    const text = scope.desk.text({ ...node.span, end: node.guessed?.start ?? node.span.end });
    return [
      { text, span: node.span, ...(node.doc === undefined ? {} : { doc: node.doc }), ...rule },
    ];
  });
}

type Substance = CheckedRule extends infer R
  ? R extends CheckedRule
    ? Omit<R, "text" | "span" | "doc">
    : never
  : never;

function ruleOf(node: RuleNode, entry: TableEntry, scope: Scope): Substance | undefined {
  switch (node.kind) {
    case "require":
      return { kind: "always", formula: condition(node.condition, scope) };
    case "when":
      return { kind: "always", formula: implication(node, scope) };
    case "exactly-when": {
      const left = condition(node.left, withPresent(scope, presentWhen(node.right, true)));
      const right = condition(node.right, withPresent(scope, presentWhen(node.left, true)));
      return { kind: "always", formula: both(left, right) };
    }
    case "expect": {
      const known = expectation(node, scope);
      return known === undefined
        ? undefined
        : { kind: "expect", enforced: node.enforced, ...known };
    }
    case "unique":
      return { kind: "unique", columns: columnNames(node.columns, entry, scope) };
    case "increases":
      return increases(node, entry, scope);
    case "determines":
      return {
        kind: "determines",
        from: columnNames(node.from, entry, scope),
        to: columnNames(node.to, entry, scope),
      };
    case "correlate":
      return correlate(node, entry, scope);
  }
}

/** `when A then B` is `not A or B`; B is read where A holds. */
function implication(node: Extract<RuleNode, { kind: "when" }>, scope: Scope): Formula {
  const given = condition(node.condition, withPresent(scope, presentWhen(node.consequence, false)));
  const then = condition(node.consequence, withPresent(scope, presentWhen(node.condition, true)));
  return join("or", [not(given), then]);
}

const both = (left: Formula, right: Formula): Formula =>
  join("and", [join("or", [not(left), right]), join("or", [left, not(right)])]);

/** The column of that name, or undefined with P0203 said. A `place` stands for its two columns. */
export function columnNamed(
  name: Name,
  entry: TableEntry,
  scope: Pick<Scope, "desk">,
): ColumnEntry | undefined {
  const column = entry.columns.get(name.text);
  if (column === undefined)
    sayUnknown(scope, "column", name, [...entry.columns.keys()], entry.name);
  return column;
}

/** Those of the names that are columns; the others are said. */
export function columnNames(
  list: readonly Name[],
  entry: TableEntry,
  scope: Pick<Scope, "desk">,
): string[] {
  return list.flatMap((name) => {
    const halves = [`${name.text}_lat`, `${name.text}_lon`].filter((half) =>
      entry.columns.has(half),
    );
    if (halves.length === 2 && !entry.columns.has(name.text)) return halves;
    const column = columnNamed(name, entry, scope);
    return column === undefined ? [] : [column.name];
  });
}

/** `NAME of each PARENT increases`: PARENT is a `ref` column, or the table it leads to. */
function increases(
  node: Extract<RuleNode, { kind: "increases" }>,
  entry: TableEntry,
  scope: Scope,
): Substance | undefined {
  const column = columnNamed(node.column, entry, scope);
  const refs = [...entry.columns.values()].filter((c) => c.type.kind === "ref");
  const parent = refs.find(
    (ref) =>
      ref.name === node.parent.text ||
      (ref.type.kind === "ref" && names(node.parent.text, ref.type.table)),
  );
  if (parent === undefined) {
    sayUnknown(
      scope,
      "ref column",
      node.parent,
      refs.map((ref) => ref.name),
      entry.name,
    );
    return undefined;
  }
  if (column === undefined) return undefined;
  const ordered = ["number", "date", "datetime", "duration", "unknown"].includes(column.kind.kind);
  const steps = column.kind.kind === "choice" && column.kind.ordered;
  if (!ordered && !steps) {
    scope.desk.say(
      "P0301",
      { problem: "no-order", column: column.name, operator: "increases" },
      { spans: [here(node.column.span)] },
    );
  }
  return { kind: "increases", column: column.name, parent: parent.name };
}

function correlate(
  node: Extract<RuleNode, { kind: "correlate" }>,
  entry: TableEntry,
  scope: Scope,
): Substance | undefined {
  const left = columnNamed(node.left, entry, scope);
  const right = columnNamed(node.right, entry, scope);
  const strength = constantNumber(node.strength, scope, "a correlation");
  if (left === undefined || right === undefined || strength === undefined) return undefined;
  if (Math.abs(strength) > 1) {
    scope.desk.say(
      "P0311",
      { param: "a correlation", value: String(strength), domain: "-1..1" },
      { spans: [here(node.strength.span)] },
    );
  }
  return { kind: "correlate", left: left.name, right: right.name, strength };
}
