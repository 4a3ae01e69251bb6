import { dateGrammar, datetimeGrammar } from "./date-grammar.js";
import { anyOf, Gbnf, literal } from "./gbnf.js";
import { numberGrammar } from "./number-grammar.js";
import { inString, patternGrammar } from "./pattern-grammar.js";
import type { RowsShape, Shape } from "./shape.js";

/** Letters of a free text, at most. */
const LONGEST = 240;

/**
 * The grammar of an answer in GBNF: `{"value": …}` or `{"rows": [ … ]}` with values of the shape and
 * nothing else. Ranges, steps, calendars and patterns hold by the grammar; see `numberGrammar` and
 * `datetimeGrammar` for where it is finer or wider than the type.
 */
export function answerGrammar(shape: Shape): string {
  const grammar = new Gbnf();
  if (shape.kind !== "rows") {
    return grammar.with(`${literal('{"value": ')} ${valueBody(grammar, shape)} "}"`);
  }
  const row = grammar.rule(rowBody(grammar, shape), "row");
  const more = Array.from({ length: shape.count - 1 }, () => `", " ${row}`);
  return grammar.with([literal('{"rows": ['), row, ...more, '"]}"'].join(" "));
}

function rowBody(grammar: Gbnf, { fields }: RowsShape): string {
  const parts = fields.map(({ name, shape, optional }, i) => {
    const own = valueBody(grammar, shape);
    const value = optional ? `(${own} | "null")` : own;
    return `${literal(`${i === 0 ? "{" : ", "}${JSON.stringify(name)}: `)} ${value}`;
  });
  return [...parts, '"}"'].join(" ");
}

/** A value of the shape as JSON. */
function valueBody(grammar: Gbnf, shape: Exclude<Shape, RowsShape>): string {
  switch (shape.kind) {
    case "choice":
      return grammar.rule(
        anyOf(shape.values.map((value) => literal(JSON.stringify(value)))),
        "choice",
      );
    case "number":
      return grammar.rule(numberGrammar(grammar, shape.spans, shape.step), "number");
    case "date":
      return grammar.rule(quoted(dateGrammar(grammar, shape.spans)), "date");
    case "datetime":
      return grammar.rule(quoted(datetimeGrammar(grammar, shape.spans)), "datetime");
    case "text": {
      if (shape.like !== undefined) return grammar.rule(quoted(patternGrammar(shape.like)), "text");
      const letter = grammar.rule(`[^"\\\\\\x00-\\x1F\\x7F] | ${inString('"')}`, "letter");
      return grammar.rule(quoted(`[^" \\\\\\x00-\\x1F\\x7F] ${letter}{0,${LONGEST}}`), "text");
    }
  }
}

const quoted = (body: string): string => `"\\"" ${body} "\\""`;
