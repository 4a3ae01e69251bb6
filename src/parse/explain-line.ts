import type { IToken } from "chevrotain";
import type { LineRule } from "../../grammar/parser.js";
import { diagnose, here } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import { spanOf } from "./build-base.js";

export interface LineFault {
  readonly diagnostics: readonly Diagnostic[];
  /** The line as it was most likely meant, to be read in its place. */
  readonly mended?: readonly IToken[];
}

/** Say what is wrong with a line that no rule accepts. */
export function explainLine(line: readonly IToken[], _rule: LineRule, text: string): LineFault {
  const first = line[0] as IToken;
  const span = { start: first.startOffset, end: spanOf(line.at(-1) as IToken).end };
  const found = text.slice(span.start, span.end);
  return {
    diagnostics: [
      diagnose(
        "P0108",
        { found: `\`${found}\``, after: "here", expected: "a statement" },
        { spans: [here(span)] },
      ),
    ],
  };
}
