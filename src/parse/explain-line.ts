import type { IToken } from "chevrotain";
import type { LineRule } from "../../grammar/parser.js";
import type { Diagnostic } from "../base/diagnostic.js";
import type { Attempt, Case } from "./attempt.js";
import {
  glued,
  missing,
  missingBefore,
  mistaken,
  nameless,
  needless,
  swapped,
  unexplained,
} from "./attempts.js";
import { astray, headless, misspeltHead, unknownHead } from "./first-word.js";
import {
  type Mended,
  mendBetween,
  mendColon,
  mendDecimal,
  mendDots,
  mendLastComma,
  mendPair,
  mendSql,
  mendType,
} from "./habits.js";
import { recognise } from "./recognise.js";
import { mendUnit } from "./stray-unit.js";
import { mendHeaderName, mendWritten } from "./written-habits.js";
import { misspelt, wrongKind } from "./wrong-word.js";

export interface LineFault {
  readonly diagnostics: readonly Diagnostic[];
  /** The line (or lines) as most likely meant, to be read in its place. */
  readonly mended: readonly (readonly IToken[])[];
}

const mostSteps = 6;
/** A line longer than this gets a plain message: trying changes would take too long. */
const longest = 400;

/**
 * Say what is wrong with a line that no rule accepts, and what was most likely meant. Habits of other
 * languages are put right first, each with a message of its own; of all other faults only the first
 * is told, since the rest mostly follow from it.
 */
export function explainLine(line: readonly IToken[], rule: LineRule): LineFault {
  const diagnostics: Diagnostic[] = [];
  let tokens = line;
  for (let step = 0; step < mostSteps; step++) {
    const found = recognise(tokens, rule);
    if (found.accepted) return { diagnostics, mended: [tokens] };
    const habit = habitOf({ tokens, rule, found });
    if (habit !== undefined) {
      diagnostics.push(habit.diagnostic);
      tokens = habit.tokens;
      continue;
    }
    const attempt = attemptAt({ tokens, rule, found });
    if (diagnostics.length === 0) diagnostics.push(attempt.diagnostic);
    const [next, ...more] = attempt.lines ?? [];
    if (next === undefined) return { diagnostics, mended: [] };
    if (attempt.guess === true && line[1]?.image !== ":" && rule !== "head")
      return { diagnostics, mended: [] };
    if (more.length > 0) return { diagnostics, mended: attempt.lines ?? [] };
    tokens = next;
  }
  return { diagnostics, mended: [] };
}

function habitOf({ tokens, rule, found }: Case): Mended | undefined {
  const comma = mendLastComma(tokens);
  if (comma !== undefined) return comma;
  if (rule === "tableLine" || rule === "head") {
    const name = rule === "tableLine" ? (mendColon(tokens) ?? mendHeaderName(tokens)) : undefined;
    const type = name ?? mendType(tokens);
    if (type !== undefined) return type;
  }
  return (
    mendSql(tokens) ??
    mendPair(tokens) ??
    mendBetween(tokens) ??
    mendWritten(tokens, found.reach) ??
    mendDots(tokens, found) ??
    mendDecimal(tokens, found.reach) ??
    mendUnit(tokens, found.reach)
  );
}

function attemptAt(fault: Case): Attempt {
  const { tokens, rule } = fault;
  if (tokens.length > longest) return unexplained(fault);
  return (
    misspeltHead(tokens, rule) ??
    astray(tokens, rule) ??
    headless(tokens, rule) ??
    misspelt(fault) ??
    wrongKind(fault) ??
    glued(fault) ??
    swapped(fault) ??
    missing(fault) ??
    nameless(fault) ??
    needless(fault) ??
    missingBefore(fault) ??
    mistaken(fault) ??
    unknownHead(tokens, rule) ??
    unexplained(fault)
  );
}
