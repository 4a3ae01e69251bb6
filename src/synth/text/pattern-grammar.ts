import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { failure } from "../../base/failure.js";
import { anyOf, literal, oneOf } from "./gbnf.js";

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

/**
 * The texts of a regular expression inside a JSON string. Sets are cut to printable ASCII, as invented
 * texts are; what stands in the pattern itself is kept.
 *
 * @throws Failure P1406 for back references, looking around and unicode properties.
 */
export function patternGrammar(pattern: string): string {
  const parsed = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(pattern);
  return new PatternGrammar(pattern).alternatives(parsed.alternatives);
}

/** A text as JSON writes it inside its quotes. */
export function inString(text: string): string {
  return literal(JSON.stringify(text).slice(1, -1));
}

/** One of some characters as JSON writes them inside quotes. */
function oneInString(characters: readonly string[]): string {
  const plain = characters.filter((one) => JSON.stringify(one).length === one.length + 2);
  const rest = characters.filter((one) => !plain.includes(one)).map(inString);
  return anyOf([...(plain.length === 0 ? [] : [oneOf(plain)]), ...rest]);
}

class PatternGrammar {
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  alternatives(parts: readonly AST.Alternative[]): string {
    const bodies = parts.map(
      ({ elements }) => elements.map((one) => this.element(one)).join(" ") || '""',
    );
    return parts.length === 1 ? (bodies[0] as string) : `(${bodies.join(" | ")})`;
  }

  private element(element: AST.Element): string {
    switch (element.type) {
      case "Character":
        return inString(String.fromCodePoint(element.value));
      case "CharacterSet":
        return oneInString(this.setOf(element));
      case "CharacterClass":
        return oneInString(this.classOf(element));
      case "Group":
      case "CapturingGroup":
        return `(${this.alternatives(element.alternatives)})`;
      case "Quantifier": {
        const { min, max } = element;
        const most = Number.isFinite(max) ? String(max) : "";
        return `(${this.element(element.element as AST.Element)}){${min},${most}}`;
      }
      case "Assertion":
        return element.kind === "start" || element.kind === "end"
          ? '""'
          : this.refuse("looking around");
      case "Backreference":
        return this.refuse("a back reference");
      default:
        return this.refuse("a set of strings");
    }
  }

  private setOf(set: AST.CharacterSet): readonly string[] {
    const tests = { any: /./, digit: /\d/, word: /\w/, space: / /, property: undefined };
    const test = tests[set.kind];
    if (test === undefined) return this.refuse("a unicode property");
    const negated = "negate" in set && set.negate;
    return printable.filter((one) => test.test(one) !== negated);
  }

  private classOf(set: AST.CharacterClass): readonly string[] {
    const found = new Set<string>();
    for (const element of set.elements) {
      if (element.type === "Character") found.add(String.fromCodePoint(element.value));
      else if (element.type === "CharacterClassRange") {
        for (let code = element.min.value; code <= element.max.value; code++) {
          found.add(String.fromCodePoint(code));
        }
      } else if (element.type === "CharacterSet") {
        for (const one of this.setOf(element)) found.add(one);
      } else this.refuse("a set operation");
    }
    return set.negate ? printable.filter((one) => !found.has(one)) : [...found];
  }

  private refuse(what: string): never {
    throw failure("P1406", { pattern: this.pattern, what });
  }
}
