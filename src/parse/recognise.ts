import type { IProduction, IToken, Rule, TokenType } from "chevrotain";
import { chevrotain } from "../../grammar/chevrotain.js";
import { type LineRule, specParser } from "../../grammar/parser.js";
import { isA, Newline } from "../../grammar/tokens.js";

/** How far a line makes sense, and what could stand where it stops to. */
export interface Recognised {
  readonly accepted: boolean;
  /** Index of the first token that fits no reading; the line's length where it only stops too early. */
  readonly reach: number;
  /** What could stand there; `Newline` where the line could end. */
  readonly expected: ReadonlySet<TokenType>;
}

/**
 * Read a line in every way that the rules allow, at once: for each rule and place the set of places
 * where it may end. Used where the parser has failed, and for completion, since it knows all that
 * could have stood at the place of the fault.
 */
export function recognise(tokens: readonly IToken[], rule: LineRule | "type"): Recognised {
  const walk = new Walk(tokens);
  const ends = walk.rule(rule, 0);
  for (const end of ends) walk.miss(end, Newline);
  return { accepted: ends.includes(tokens.length), reach: walk.reach, expected: walk.expected };
}

class Walk {
  reach = 0;
  expected = new Set<TokenType>();
  private readonly tokens: readonly IToken[];
  private readonly rules: Readonly<Record<string, Rule>>;
  private readonly known = new Map<string, readonly number[]>();

  constructor(tokens: readonly IToken[]) {
    this.tokens = tokens;
    this.rules = specParser().getGAstProductions();
  }

  miss(at: number, type: TokenType): void {
    if (at < this.reach) return;
    if (at > this.reach) {
      this.reach = at;
      this.expected = new Set();
    }
    this.expected.add(type);
  }

  rule(name: string, at: number): readonly number[] {
    const key = `${name} ${at}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const ends = this.sequence((this.rules[name] as Rule).definition, [at]);
    this.known.set(key, ends);
    return ends;
  }

  private sequence(parts: readonly IProduction[], starts: readonly number[]): readonly number[] {
    let at = starts;
    for (const part of parts) {
      if (at.length === 0) break;
      at = unique(at.flatMap((start) => this.one(part, start)));
    }
    return at;
  }

  private one(part: IProduction, at: number): readonly number[] {
    if (part instanceof chevrotain.Terminal) {
      const token = this.tokens[at];
      if (isA(token, part.terminalType)) return [at + 1];
      this.miss(at, part.terminalType);
      return [];
    }
    if (part instanceof chevrotain.NonTerminal) return this.rule(part.nonTerminalName, at);
    const inner = (part as unknown as { readonly definition: IProduction[] }).definition;
    if (part instanceof chevrotain.Alternation)
      return unique(inner.flatMap((branch) => this.one(branch, at)));
    if (part instanceof chevrotain.Option) return unique([at, ...this.sequence(inner, [at])]);
    if (part instanceof chevrotain.Repetition) return this.repeat(inner, [at]);
    if (part instanceof chevrotain.RepetitionMandatory)
      return this.repeat(inner, this.sequence(inner, [at]));
    return this.sequence(inner, [at]);
  }

  private repeat(inner: readonly IProduction[], starts: readonly number[]): readonly number[] {
    const ends = new Set(starts);
    let fresh: readonly number[] = starts;
    while (fresh.length > 0) {
      const next = this.sequence(inner, fresh).filter((end) => !ends.has(end));
      for (const end of next) ends.add(end);
      fresh = next;
    }
    return [...ends];
  }
}

const unique = (list: readonly number[]) => (list.length < 2 ? list : [...new Set(list)]);
