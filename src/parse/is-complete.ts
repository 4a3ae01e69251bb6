import { goesOn } from "../../grammar/lines.js";
import { scan } from "../../grammar/scan.js";
import { Newline, symbols } from "../../grammar/tokens.js";
import { hasErrors } from "../base/diagnostic.js";
import { parse } from "./parse.js";

/** Is a text a whole spec, the beginning of one, or broken for good? */
export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  /** White space for the next line; empty unless incomplete. */
  readonly indent: string;
}

/** Answer for Jupyter's `is_complete`: an open brace or parenthesis, or a line that goes on, wants more. */
export function isComplete(text: string): Completeness {
  const { tokens } = scan(text);
  let braces = 0;
  let parens = 0;
  for (const { tokenType } of tokens) {
    if (tokenType === symbols.LBrace) braces++;
    if (tokenType === symbols.RBrace) braces = Math.max(0, braces - 1);
    if (tokenType === symbols.LParen) parens++;
    if (tokenType === symbols.RParen) parens = Math.max(0, parens - 1);
  }
  const last = tokens.findLast((token) => token.tokenType !== Newline);
  const open = parens > 0 || (last !== undefined && goesOn(last));
  if (braces > 0 || open)
    return { status: "incomplete", indent: "  ".repeat(braces + (open ? 1 : 0)) };
  const broken = hasErrors(parse(text, "").diagnostics);
  return { status: broken ? "invalid" : "complete", indent: "" };
}
