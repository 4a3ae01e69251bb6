import type {
  ColumnCstNode,
  OriginCstNode,
  OrMissingCstNode,
  RelationshipTailCstNode,
  TableLineCstNode,
} from "../../grammar/cst.js";
import type { Span } from "../base/source-text.js";
import type { Expression, Name } from "../ir/expression.js";
import type { ColumnNode, OriginNode, RuleNode } from "../ir/spec.js";
import { extent, first, nameOf, namesOf, numeralOf, quotedOf, spanOf } from "./build-base.js";
import { expressionOf, sumOf } from "./build-expression.js";
import { typeOf } from "./build-type.js";

/** A relationship that names columns got an expression where a name belongs. */
interface NotAName {
  readonly kind: "not-a-name";
  readonly span: Span;
}

export type TableLine = ColumnNode | RuleNode | NotAName;

export function tableLineOf(node: TableLineCstNode, text: string, doc: object): TableLine {
  const parts = node.children;
  const mark = parts.Guessed?.[0];
  const extra = mark === undefined ? doc : { ...doc, guessed: spanOf(mark) };
  const span = extent(node);
  if (parts.column) return { ...columnOf(first(parts.column), text, extra), span };
  const base = { span, ...extra };
  if (parts.unique)
    return {
      kind: "unique",
      columns: namesOf(first(first(parts.unique).children.names).children.Name),
      ...base,
    };
  if (parts.correlate) {
    const { Name: names, sum } = first(parts.correlate).children;
    const [left, right] = namesOf(names) as [Name, Name];
    return { kind: "correlate", left, right, strength: sumOf(first(sum)), ...base };
  }
  if (parts.when) {
    const [condition, consequence] = first(parts.when).children.expression.map(expressionOf) as [
      Expression,
      Expression,
    ];
    return { kind: "when", condition, consequence, ...base };
  }
  if (parts.expect) {
    const { expression, Enforced } = first(parts.expect).children;
    return {
      kind: "expect",
      condition: expressionOf(first(expression)),
      enforced: Enforced !== undefined,
      ...base,
    };
  }
  const { expression, relationshipTail } = first<{
    children:
      | (typeof parts.require & object)[0]["children"]
      | (typeof parts.relationship & object)[0]["children"];
  }>(parts.require ?? parts.relationship).children;
  const condition = expressionOf(first(expression));
  const tail = relationshipTail?.[0];
  if (tail === undefined) return { kind: "require", condition, ...base };
  return relationshipOf(condition, tail, base);
}

function relationshipOf(
  left: Expression,
  tail: RelationshipTailCstNode,
  base: { readonly span: Span },
): RuleNode | NotAName {
  const { expression, names, Name, Increases } = tail.children;
  if (expression !== undefined)
    return { kind: "exactly-when", left, right: expressionOf(first(expression)), ...base };
  if (left.kind !== "name" || left.path.length !== 1)
    return { kind: "not-a-name", span: left.span };
  const column = first(left.path);
  if (Increases !== undefined)
    return { kind: "increases", column, parent: nameOf(first(Name)), ...base };
  const to = namesOf(first(names).children.Name);
  return { kind: "determines", from: [column, ...namesOf(Name)], to, ...base };
}

function columnOf(node: ColumnCstNode, text: string, doc: object): ColumnNode {
  const { Name: name, type, orMissing, origin, headers } = node.children;
  return {
    kind: "column",
    name: nameOf(first(name)),
    type: typeOf(first(type), text),
    ...missingOf(orMissing),
    ...(origin === undefined ? {} : { origin: originOf(first(origin)) }),
    headers: (headers?.[0]?.children.String ?? []).map(quotedOf),
    span: extent(node),
    ...doc,
  };
}

function missingOf(nodes: readonly OrMissingCstNode[] | undefined): Pick<ColumnNode, "missing"> {
  const node = nodes?.[0];
  if (node === undefined) return {};
  const share = node.children.Percent?.[0];
  const span = extent(node);
  return { missing: share === undefined ? { span } : { span, share: numeralOf(share) } };
}

function originOf(node: OriginCstNode): OriginNode {
  const { Tilde, Define, expression, String: prompt, Name: by } = node.children;
  const span = extent(node);
  if (Tilde !== undefined)
    return { kind: "drawn", distribution: expressionOf(first(expression)), span };
  if (Define !== undefined)
    return { kind: "computed", formula: expressionOf(first(expression)), span };
  return {
    kind: "written",
    prompt: quotedOf(first(prompt)),
    ...(by === undefined ? {} : { by: nameOf(first(by)) }),
    span,
  };
}
