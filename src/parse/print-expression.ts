import type { Expression, Numeral } from "../ir/expression.js";
import { quote } from "../ir/quote.js";
import type { RangeNode } from "../ir/spec.js";

/** How tightly an expression holds together: `or` 1, `and` 2, `not` 3, comparison 4 … a value 9. */
function strength(expression: Expression): number {
  switch (expression.kind) {
    case "binary":
      return binaryStrength[expression.operator] ?? 4;
    case "unary":
      return expression.operator === "not" ? 3 : 7;
    case "chain":
    case "in-range":
    case "in-list":
    case "missing-test":
      return 4;
    case "number":
      return expression.value < 0 ? 7 : 9;
    case "string":
    case "date":
    case "boolean":
    case "name":
    case "call":
      return 9;
  }
}

const binaryStrength: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "^": 8,
};

/** Writes expressions and numbers; numbers keep the spelling that they have in the text. */
export class ExpressionPrinter {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** A number as the author wrote it (`1.50`, `48_842`), or in plain form where there is no text. */
  number(numeral: Numeral): string {
    const written = this.text.slice(numeral.span.start, numeral.span.end);
    const plain = written.replace(/[_%]/g, "");
    const same = plain !== "" && Number(plain) === numeral.value;
    if (same && written.endsWith("%") === numeral.percent) return written;
    const digits = String(numeral.value);
    const grouped = /^\d{5,}$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, "_") : digits;
    return numeral.percent ? `${grouped}%` : grouped;
  }

  /** An expression, in parentheses where it holds together less than `least`. */
  print(expression: Expression, least = 0): string {
    const text = this.bare(expression);
    return strength(expression) < least ? `(${text})` : text;
  }

  private bare(expression: Expression): string {
    switch (expression.kind) {
      case "number":
        return this.number(expression);
      case "string":
        return quote(expression.value);
      case "date":
        return expression.text;
      case "boolean":
        return String(expression.value);
      case "name":
        return expression.path.map((name) => name.text).join(".");
      case "unary": {
        const least = expression.operator === "not" ? 3 : 7;
        const space = expression.operator === "not" ? " " : "";
        return `${expression.operator}${space}${this.print(expression.operand, least)}`;
      }
      case "binary":
        return this.binary(expression);
      case "chain":
        return this.chain(expression);
      case "in-range":
      case "in-list":
        return this.membership(expression);
      case "missing-test":
        return `${this.print(expression.operand, 5)} is ${expression.missing ? "missing" : "present"}`;
      case "call": {
        const parts = expression.arguments.map((argument) => this.print(argument));
        return `${expression.callee.text}(${parts.join(", ")})`;
      }
    }
  }

  private binary(expression: Extract<Expression, { kind: "binary" }>): string {
    const { operator, left, right } = expression;
    const own = binaryStrength[operator] ?? 4;
    if (operator === "^") return `${this.print(left, 9)}^${this.print(right, 7)}`;
    const least = own === 4 ? 5 : own;
    return `${this.print(left, least)} ${operator} ${this.print(right, own + 1)}`;
  }

  private chain({ operands, operators }: Extract<Expression, { kind: "chain" }>): string {
    return operands
      .map((operand, index) => {
        const sign = index === 0 ? "" : ` ${operators[index - 1]} `;
        return sign + this.print(operand, 5);
      })
      .join("");
  }

  private membership(
    expression: Extract<Expression, { kind: "in-range" } | { kind: "in-list" }>,
  ): string {
    const start = `${this.print(expression.operand, 5)} ${expression.negated ? "not in" : "in"}`;
    if (expression.kind === "in-list")
      return `${start} (${expression.values.map((value) => this.print(value)).join(", ")})`;
    const low = this.print(expression.low, 5);
    const grouped = low.startsWith("(") ? `(${this.print(expression.low)})` : low;
    return `${start} ${grouped}..${this.print(expression.high, 5)}`;
  }

  /** The ends of a range in a type: plain values stand alone, anything else in parentheses. */
  range({ low, high }: RangeNode): string {
    return `${this.bound(low)}..${this.bound(high)}`;
  }

  private bound(expression: Expression): string {
    if (expression.kind === "unary" && expression.operator === "-")
      return `-${this.plainBound(expression.operand)}`;
    return this.plainBound(expression);
  }

  private plainBound(expression: Expression): string {
    const plain =
      expression.kind === "number" ||
      expression.kind === "date" ||
      expression.kind === "call" ||
      (expression.kind === "name" && expression.path.length === 1);
    return plain ? this.print(expression) : `(${this.print(expression)})`;
  }
}
