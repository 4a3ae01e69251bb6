import type { IToken } from "chevrotain";
import { scan } from "../../grammar/scan.js";
import { isA, Name, symbols } from "../../grammar/tokens.js";
import { callSyntax, helpOfCall } from "./help-calls.js";

/** The call that a place is inside of. */
export interface Signature {
  /** `normal(mean, sd)`. */
  readonly label: string;
  readonly summary: string;
  readonly parameters: readonly string[];
  /** Which parameter is being typed, from 0. */
  readonly active: number;
}

interface OpenCall {
  readonly callee: IToken | undefined;
  commas: number;
}

/** The parentheses that are open at the end of the tokens, outermost first. */
function openCalls(tokens: readonly IToken[]): OpenCall[] {
  const open: OpenCall[] = [];
  for (const [at, { tokenType }] of tokens.entries()) {
    const before = tokens[at - 1];
    if (tokenType === symbols.LParen)
      open.push({ callee: isA(before, Name) ? before : undefined, commas: 0 });
    else if (tokenType === symbols.RParen) open.pop();
    else if (tokenType === symbols.LBrace || tokenType === symbols.RBrace) open.length = 0;
    else if (tokenType === symbols.Comma && open.length > 0) (open.at(-1) as OpenCall).commas++;
  }
  return open;
}

/** The innermost call around `offset` that the language knows, or undefined. */
export function signature(text: string, offset: number): Signature | undefined {
  for (const { callee, commas } of openCalls(scan(text.slice(0, offset)).tokens).reverse()) {
    const help = callee === undefined ? undefined : helpOfCall(callee.image);
    if (callee === undefined || help === undefined) continue;
    return {
      label: callSyntax(callee.image, help),
      summary: help.summary,
      parameters: help.parameters,
      active: Math.min(commas, help.parameters.length - 1),
    };
  }
  return undefined;
}
