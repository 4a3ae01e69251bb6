/** What tokens look like: the one table behind the scanner, the editors and the docs. */

export const symbolTable = {
  Define: ":=",
  Colon: ":",
  Comma: ",",
  DotDot: "..",
  Dot: ".",
  Pipe: "|",
  Arrow: "->",
  LessEqual: "<=",
  GreaterEqual: ">=",
  NotEqual: "!=",
  Less: "<",
  Greater: ">",
  Equal: "=",
  Tilde: "~",
  Plus: "+",
  Minus: "-",
  Star: "*",
  Slash: "/",
  Caret: "^",
  PercentSign: "%",
  LParen: "(",
  RParen: ")",
  LBrace: "{",
  RBrace: "}",
} as const;

/** The signs of the language, longest first. */
const symbolSpellings: readonly string[] = Object.values(symbolTable).sort(
  (left, right) => right.length - left.length,
);

/** Signs of other languages, and ours that mean the same. Longest first. */
export const foreignSigns: readonly (readonly [string, string])[] = [
  ["===", "="],
  ["!==", "!="],
  ["==", "="],
  ["&&", "and"],
  ["||", "or"],
  ["<>", "!="],
  ["**", "^"],
  ["=>", "then"],
  ["...", ".."],
  ["≤", "<="],
  ["≥", ">="],
  ["≠", "!="],
  ["–", "-"],
  ["−", "-"],
  ["…", ".."],
  ["&", "and"],
  ["!", "not"],
  ["[", "("],
  ["]", ")"],
];

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const letter =
  "A-Za-z_\\u00AA-\\u1FFF\\u2070-\\u20CF\\u2C00-\\u2FEF\\u3040-\\uFDFF\\uFE70-\\uFEFE\\uFF10-\\uFFDC";
const digits = "\\d(?:_?\\d)*";
const signs = [...foreignSigns.map(([sign]) => sign), ...symbolSpellings]
  .sort((left, right) => right.length - left.length)
  .map(escaped)
  .join("|");

/** One alternative per kind of token, tried in this order at each place. */
export const shapes: Readonly<Record<string, string>> = {
  space: "[ \\t\\f\\v\\u00A0\\u2000-\\u200B\\u202F\\u3000\\uFEFF]+",
  word: `[${letter}][${letter}\\d]*`,
  newline: "\\r\\n|\\n|\\r",
  comment: "#[^\\r\\n]*|//[^\\r\\n]*",
  date: `\\d{4}-\\d{1,2}-\\d{1,2}(?:T\\d{2}:\\d{2}(?::\\d{2})?)?(?![\\d${letter}])`,
  percent: `${digits}(?:\\.${digits})?%`,
  number: `${digits}(?:\\.${digits})?(?:[eE][+-]?\\d+)?`,
  string: '"(?:[^"\\\\\\r\\n]|\\\\.)*"?',
  single: "'(?:[^'\\\\\\r\\n]|\\\\.)*'|`(?:[^`\\\\\\r\\n]|\\\\.)*`",
  curly:
    '[\\u201C\\u201D\\u201E\\u00AB][^"\\u201C\\u201D\\u201E\\u00BB\\r\\n]*[\\u201C\\u201D\\u00BB]',
  sign: signs,
  stray: "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^]",
};
