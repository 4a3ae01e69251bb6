import type { IToken } from "chevrotain";
import type {
  BoundCstNode,
  CallArgumentsCstNode,
  ComparisonCstNode,
  ConjunctionCstNode,
  ExpressionCstNode,
  MembershipCstNode,
  NegationCstNode,
  PowerCstNode,
  ProductCstNode,
  RangeCstNode,
  ReferenceCstNode,
  RelationCstNode,
  SignedCstNode,
  SumCstNode,
  ValueCstNode,
} from "../../grammar/cst.js";
import type { Span } from "../base/source-text.js";
import type { BinaryOperator, Expression } from "../ir/expression.js";
import type { RangeNode } from "../ir/spec.js";
import { extent, first, join, nameOf, namesOf, numeralOf, quotedOf, spanOf } from "./build-base.js";

function fold(
  operands: readonly Expression[],
  operatorAt: (index: number) => BinaryOperator,
): Expression {
  return operands.reduce((left, right, index) => ({
    kind: "binary",
    operator: operatorAt(index - 1),
    left,
    right,
    span: join(left.span, right.span),
  }));
}

export function expressionOf(node: ExpressionCstNode): Expression {
  const made = fold(node.children.conjunction.map(conjunctionOf), () => "or");
  // Parentheses at an end belong to the whole: `(a or b) and (c or d)`.
  return made.kind === "binary" ? { ...made, span: extent(node) } : made;
}

function conjunctionOf(node: ConjunctionCstNode): Expression {
  return fold(node.children.negation.map(negationOf), () => "and");
}

function prefixed(
  signs: readonly IToken[] | undefined,
  operator: "-" | "not",
  inner: Expression,
): Expression {
  return [...(signs ?? [])].reverse().reduce<Expression>(
    (operand, sign) => ({
      kind: "unary",
      operator,
      operand,
      span: join(spanOf(sign), operand.span),
    }),
    inner,
  );
}

function negationOf(node: NegationCstNode): Expression {
  return prefixed(node.children.Not, "not", comparisonOf(first(node.children.comparison)));
}

function comparisonOf(node: ComparisonCstNode): Expression {
  const { sum, membership, presence, relation } = node.children;
  const operand = sumOf(first(sum));
  const span = extent(node);
  if (membership !== undefined) return membershipOf(operand, first(membership), span);
  if (presence !== undefined) {
    const { Missing, Not } = first(presence).children;
    const missing = (Missing !== undefined) !== (Not !== undefined);
    return { kind: "missing-test", operand, missing, span };
  }
  if (relation === undefined) return operand;
  const operators = relation.map(relationOf);
  const operands = sum.map(sumOf);
  if (operators.length === 1 || operators.includes("!="))
    return fold(operands, (index) => operators[index] as BinaryOperator);
  return {
    kind: "chain",
    operands,
    operators: operators as Extract<Expression, { kind: "chain" }>["operators"][number][],
    span,
  };
}

function relationOf(node: RelationCstNode): BinaryOperator {
  const token = first(Object.values(node.children)[0] as IToken[]);
  return token.image as BinaryOperator;
}

function membershipOf(operand: Expression, node: MembershipCstNode, span: Span): Expression {
  const { expression, sum, Not, DotDot } = node.children;
  const negated = Not !== undefined;
  const values = (expression ?? []).map(expressionOf);
  if (DotDot === undefined) return { kind: "in-list", operand, values, negated, span };
  const ends = [...values, ...(sum ?? []).map(sumOf)];
  return { kind: "in-range", operand, low: first(ends), high: first(ends.slice(1)), negated, span };
}

/** An arithmetic expression: sums and everything that binds tighter. */
export function sumOf(node: SumCstNode): Expression {
  const signs = (node.children.addition ?? []).map((sign) => (sign.children.Plus ? "+" : "-"));
  return fold(node.children.product.map(productOf), (index) => signs[index] as BinaryOperator);
}

function productOf(node: ProductCstNode): Expression {
  const signs = (node.children.multiplication ?? []).map((s) => (s.children.Star ? "*" : "/"));
  return fold(node.children.signed.map(signedOf), (index) => signs[index] as BinaryOperator);
}

function signedOf(node: SignedCstNode): Expression {
  return prefixed(node.children.Minus, "-", powerOf(first(node.children.power)));
}

function powerOf(node: PowerCstNode): Expression {
  const base = singleOf(first(node.children.value));
  const exponent = node.children.signed?.[0];
  return exponent === undefined ? base : fold([base, signedOf(exponent)], () => "^");
}

function numberOf(token: IToken): Expression {
  return { kind: "number", ...numeralOf(token) };
}

function dateOf(token: IToken): Expression {
  return { kind: "date", text: token.image, span: spanOf(token) };
}

function singleOf(node: ValueCstNode): Expression {
  const { Numeral, String: text, DateLiteral, True, False, reference, group } = node.children;
  if (Numeral !== undefined) return numberOf(first(Numeral));
  if (text !== undefined) return { kind: "string", ...quotedOf(first(text)) };
  if (DateLiteral !== undefined) return dateOf(first(DateLiteral));
  const truth = True?.[0] ?? False?.[0];
  if (truth !== undefined)
    return { kind: "boolean", value: True !== undefined, span: spanOf(truth) };
  if (reference !== undefined) return referenceOf(first(reference));
  return expressionOf(first(first(group).children.expression));
}

function callOf(callee: IToken, node: CallArgumentsCstNode): Expression {
  return {
    kind: "call",
    callee: nameOf(callee),
    arguments: (node.children.expression ?? []).map(expressionOf),
    span: join(spanOf(callee), extent(node)),
  };
}

function referenceOf(node: ReferenceCstNode): Expression {
  const { Name, callArguments } = node.children;
  if (callArguments !== undefined) return callOf(first(Name), first(callArguments));
  return { kind: "name", path: namesOf(Name), span: extent(node) };
}

function boundOf(node: BoundCstNode): Expression {
  const { Minus, Numeral, DateLiteral, Name, callArguments, group } = node.children;
  const inner = () => {
    if (Numeral !== undefined) return numberOf(first(Numeral));
    if (DateLiteral !== undefined) return dateOf(first(DateLiteral));
    if (group !== undefined) return expressionOf(first(first(group).children.expression));
    const name = first(Name);
    if (callArguments !== undefined) return callOf(name, first(callArguments));
    return { kind: "name" as const, path: [nameOf(name)], span: spanOf(name) };
  };
  return prefixed(Minus, "-", inner());
}

export function rangeOf(node: RangeCstNode): RangeNode {
  const [low, high] = node.children.bound.map(boundOf) as [Expression, Expression];
  return { low, high, span: extent(node) };
}
