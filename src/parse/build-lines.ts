import type { CstNode } from "chevrotain";
import type {
  FairnessLineCstNode,
  LearnLineCstNode,
  NamesCstNode,
  PrivacyLineCstNode,
  ReportLineCstNode,
} from "../../grammar/cst.js";
import type { Name } from "../ir/expression.js";
import type { FairnessStatement, OptionNode, PrivacyStatement, ReportLine } from "../ir/spec.js";
import { extent, first, nameOf, namesOf, numeralOf, quotedOf } from "./build-base.js";
import { expressionOf, sumOf } from "./build-expression.js";

/** The names of a comma list. */
export function listOf(nodes: readonly NamesCstNode[] | undefined): Name[] {
  return namesOf(nodes?.[0]?.children.Name);
}

const baseOf = (node: CstNode, doc: object) => ({ span: extent(node), ...doc });

export function privacyLineOf(node: PrivacyLineCstNode, doc: object): PrivacyStatement {
  const parts = node.children;
  const base = baseOf(node, doc);
  if (parts.protect) {
    const { Row, Name: of, atMost } = first(parts.protect).children;
    const counted = atMost?.[0]?.children.counted ?? [];
    return {
      kind: "protect",
      unit: { kind: Row === undefined ? "entity" : "row", of: nameOf(first(of)) },
      atMost: counted.map(({ children }) => ({
        count: numeralOf(first(children.Number)),
        table: nameOf(first(children.Name)),
      })),
      ...base,
    };
  }
  if (parts.budget) {
    const [epsilon, delta] = first(parts.budget).children.sum.map(sumOf);
    return {
      kind: "budget",
      epsilon: first([epsilon].filter((value) => value !== undefined)),
      ...(delta === undefined ? {} : { delta }),
      ...base,
    };
  }
  if (parts.spend) {
    const shares = first(parts.spend).children.shareOn.map(({ children }) => ({
      share: numeralOf(first(children.Percent)),
      on: nameOf(first(children.Name)),
    }));
    return { kind: "spend", shares, ...base };
  }
  if (parts.forbidCopies)
    return {
      kind: "forbid-copies",
      tables: listOf(first(parts.forbidCopies).children.names),
      ...base,
    };
  return {
    kind: "partition",
    by: nameOf(first(first(parts.partition).children.Name)),
    ...base,
  };
}

export function fairnessLineOf(node: FairnessLineCstNode, doc: object): FairnessStatement {
  const parts = node.children;
  const base = baseOf(node, doc);
  if (parts.across)
    return { kind: "across", columns: listOf(first(parts.across).children.names), ...base };
  if (parts.outcome)
    return {
      kind: "outcome",
      condition: expressionOf(first(first(parts.outcome).children.expression)),
      ...base,
    };
  if (parts.goal) {
    const { Name: metric, names, LessEqual, sum } = first(parts.goal).children;
    return {
      kind: "goal",
      metric: nameOf(first(metric)),
      given: listOf(names),
      comparison: LessEqual === undefined ? ">=" : "<=",
      bound: sumOf(first(sum)),
      ...base,
    };
  }
  if (parts.keep) {
    const { names, Percent } = first(parts.keep).children;
    return Percent === undefined
      ? { kind: "keep", columns: listOf(names), ...base }
      : { kind: "keep-relation", share: numeralOf(first(Percent)), ...base };
  }
  if (parts.rebalance) {
    const { Name: column, shareOf } = first(parts.rebalance).children;
    const shares = shareOf.map(({ children }) => ({
      value: quotedOf(first(children.String)),
      share: numeralOf(first(children.Percent)),
    }));
    return { kind: "rebalance", column: nameOf(first(column)), shares, ...base };
  }
  const { Name: ends, names } = first(parts.forbidEdge).children;
  const [from, to] = namesOf(ends) as [Name, Name];
  return { kind: "forbid-edge", from, to, through: listOf(names), ...base };
}

export function optionOf(node: LearnLineCstNode, doc: object): OptionNode {
  const { Name: name, operand, LessEqual } = node.children;
  const operands = operand.map(({ children }): OptionNode["operands"][number] => {
    if (children.Name !== undefined) return { kind: "word", name: nameOf(first(children.Name)) };
    if (children.String !== undefined)
      return { kind: "string", string: quotedOf(first(children.String)) };
    const number = numeralOf(first(children.Numeral));
    const value = children.Minus === undefined ? number.value : -number.value;
    return { kind: "number", number: { ...number, value } };
  });
  return {
    kind: "option",
    name: nameOf(first(name)),
    ...(LessEqual === undefined ? {} : { atMost: true }),
    operands,
    ...baseOf(node, doc),
  };
}

export function reportLineOf(node: ReportLineCstNode, doc: object): ReportLine {
  const { Name: topic, Percent, reportItem } = node.children;
  return {
    kind: "line",
    topic: nameOf(first(topic)),
    items: (reportItem ?? []).map(({ children }) => {
      const [word, ...rest] = namesOf(children.Name);
      return { word: first([word].filter((item) => item !== undefined)), arguments: rest };
    }),
    ...(Percent === undefined ? {} : { share: numeralOf(first(Percent)) }),
    ...baseOf(node, doc),
  };
}
