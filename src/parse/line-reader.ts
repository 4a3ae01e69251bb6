import type { CstNode, IToken } from "chevrotain";
import type { LineRule } from "../../grammar/parser.js";
import type { ScanFault } from "../../grammar/scan.js";
import { isA, Name, symbols, words } from "../../grammar/tokens.js";
import { diagnose, here } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import { spanOf } from "./build-base.js";
import { explainLine } from "./explain-line.js";
import { headless, misspeltHead } from "./first-word.js";
import { mendNothing } from "./habits.js";
import { readTokens } from "./read-tokens.js";

const deepest = 100;

/** Reads lines one by one and says what is wrong with those that it can't read. */
export class LineReader {
  readonly diagnostics: Diagnostic[] = [];
  private strayed = false;
  /** Starts of lines of which something has been said. */
  private readonly told = new Set<number | undefined>();
  private readonly text: string;
  private readonly faults: readonly ScanFault[];

  constructor(text: string, faults: readonly ScanFault[]) {
    this.text = text;
    this.faults = faults;
  }

  /**
   * The trees of a line: one, or none after a diagnostic that says why, or two where a line break
   * was forgotten.
   */
  read(line: readonly IToken[], rule: LineRule): readonly CstNode[] {
    if (tooDeep(line)) {
      const span = {
        start: spanOf(line[0] as IToken).start,
        end: spanOf(line.at(-1) as IToken).end,
      };
      this.diagnostics.push(diagnose("P0116", {}, { spans: [here(span)] }));
      return [];
    }
    const absent = mendNothing(line);
    if (absent !== undefined) this.diagnostics.push(absent.diagnostic);
    const tokens = absent?.tokens ?? line;
    const read = readTokens(tokens, rule);
    if (read.tree !== undefined) return [read.tree];
    const { diagnostics, mended } = explainLine(tokens, rule);
    if (diagnostics.length === 0 && absent === undefined) this.say(plainFault(read.at, line), line);
    if (!this.excused(line)) for (const diagnostic of diagnostics) this.say(diagnostic, line);
    return mended.flatMap((one) => readTokens(one, rule).tree ?? []);
  }

  /** True where a fault of the line has been told already, of which others may only follow. */
  private excused(line: readonly IToken[]): boolean {
    const first = line[0]?.startOffset as number;
    const start = this.text.lastIndexOf("\n", first - 1) + 1;
    const { end } = spanOf(line.at(-1) as IToken);
    const inside = (fault: ScanFault) => fault.start >= start && fault.start <= end;
    return this.told.has(first) || this.faults.some((f) => inside(f) && !f.kind.endsWith("quotes"));
  }

  /** Lines that stray together into the same place are told once. */
  private say(diagnostic: Diagnostic, line: readonly IToken[]): void {
    this.told.add(line[0]?.startOffset);
    const stray = diagnostic.code === "P0114";
    if (!(stray && this.strayed)) this.diagnostics.push(diagnostic);
    this.strayed = stray;
  }

  /** A line at the top that starts no block: the word that is most likely meant goes first. */
  mendHead(line: readonly IToken[]): readonly IToken[] {
    const attempt =
      misspeltHead(line, "head") ?? (blockLike(line) ? headless(line, "head") : undefined);
    if (attempt === undefined) return line;
    this.say(attempt.diagnostic, line);
    return attempt.lines?.[0] ?? line;
  }
}

/** Not a column or a rule that has strayed out of its table. */
function blockLike(line: readonly IToken[]): boolean {
  return isA(line[0], Name) || line.at(-1)?.tokenType === symbols.LBrace;
}

/** For a line that all readings together accept and the parser does not: where it gave up. */
function plainFault(at: IToken | undefined, line: readonly IToken[]): Diagnostic {
  const token = at === undefined || Number.isNaN(at.startOffset) ? (line.at(-1) as IToken) : at;
  const found = `\`${token.image}\``;
  return diagnose(
    "P0108",
    { found, after: "here", expected: "something else" },
    { spans: [here(spanOf(token))] },
  );
}

/** Parentheses, signs and `not` inside one another, beyond what anyone writes. */
function tooDeep(line: readonly IToken[]): boolean {
  let depth = 0;
  let prefixes = 0;
  let powers = 0;
  for (const token of line) {
    if (token.tokenType === symbols.LParen) depth++;
    if (token.tokenType === symbols.RParen) depth--;
    if (token.tokenType === symbols.Caret) powers++;
    prefixes =
      token.tokenType === symbols.Minus || token.tokenType === words.Not ? prefixes + 1 : 0;
    if (depth > deepest || prefixes > deepest || powers > deepest) return true;
  }
  return false;
}
