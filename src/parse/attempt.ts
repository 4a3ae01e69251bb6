import type { IToken } from "chevrotain";
import type { LineRule } from "../../grammar/parser.js";
import type { Diagnostic } from "../base/diagnostic.js";
import { readTokens } from "./read-tokens.js";
import type { Recognised } from "./recognise.js";

/** One change of a line that makes sense of it, or at least says what is wrong. */
export interface Attempt {
  readonly diagnostic: Diagnostic;
  /** The line (or lines) after the change. */
  readonly lines?: readonly (readonly IToken[])[];
  /** The change is one of several that would do: a rule read so would be blamed for what it is not. */
  readonly guess?: boolean;
}

/** A line, the rule that should accept it, and how far it got. */
export interface Case {
  readonly tokens: readonly IToken[];
  readonly rule: LineRule;
  readonly found: Recognised;
}

export const accepts = (tokens: readonly IToken[], rule: LineRule) =>
  tokens.length > 0 && readTokens(tokens, rule).tree !== undefined;

export const replaced = (tokens: readonly IToken[], at: number, ...by: readonly IToken[]) => [
  ...tokens.slice(0, at),
  ...by,
  ...tokens.slice(at + 1),
];
export const inserted = (tokens: readonly IToken[], at: number, token: IToken) => [
  ...tokens.slice(0, at),
  token,
  ...tokens.slice(at),
];
