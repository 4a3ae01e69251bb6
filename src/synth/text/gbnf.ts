/**
 * A grammar in llama.cpp's GBNF while it grows: named rules, each used wherever its body occurs again.
 * Bodies are alternatives of sequences of literals, sets and names.
 */
export class Gbnf {
  private readonly names = new Map<string, string>();
  private readonly lines: string[] = [];

  /** The name of a rule with this body. */
  rule(body: string, hint: string): string {
    const known = this.names.get(body);
    if (known !== undefined) return known;
    const name = `${hint}${this.names.size}`;
    this.names.set(body, name);
    this.lines.push(`${name} ::= ${body}`);
    return name;
  }

  /** The whole grammar, whose texts are those of `body`. */
  with(body: string): string {
    return [`root ::= ${body}`, ...this.lines, ""].join("\n");
  }
}

/** A text as it stands. */
export function literal(text: string): string {
  return `"${[...text].map((character) => inLiteral(character)).join("")}"`;
}

function inLiteral(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  return isPlain(character) ? character : escaped(character);
}

/** One of some characters. */
export function oneOf(characters: readonly string[]): string {
  if (characters.length === 1) return literal(characters[0] as string);
  const codes = [...new Set(characters.map((one) => one.codePointAt(0) as number))];
  codes.sort((a, b) => a - b);
  let text = "";
  for (let i = 0; i < codes.length; i++) {
    const first = codes[i] as number;
    while (codes[i + 1] === (codes[i] as number) + 1) i++;
    const last = codes[i] as number;
    text += last > first + 1 ? `${inSet(first)}-${inSet(last)}` : inSet(first);
    if (last === first + 1) text += inSet(last);
  }
  return `[${text}]`;
}

function inSet(code: number): string {
  const character = String.fromCodePoint(code);
  return /[\p{L}\p{N} ]/u.test(character) && isPlain(character) ? character : escaped(character);
}

const isPlain = (character: string): boolean => /^[\x20-\x7e]$/.test(character);

function escaped(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

const hex = (code: number, digits: number): string =>
  code.toString(16).toUpperCase().padStart(digits, "0");

/** Any of some bodies; the same one once. */
export function anyOf(bodies: readonly string[]): string {
  const different = [...new Set(bodies)];
  return different.length === 1 ? (different[0] as string) : `(${different.join(" | ")})`;
}
