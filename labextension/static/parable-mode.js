import { joining, leading, naming } from "./words.js";

/** A string, a number with its percent sign, a date, a word, a sign: whatever comes next. */
const pieces = [
  ["docComment", /^##.*/],
  ["comment", /^#.*/],
  ["meta", /^%%parable\b.*/],
  ["string", /^"(?:[^"\\]|\\.)*"?/],
  ["number", /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?/],
  ["number", /^\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?%?/],
  ["word", /^[\p{ID_Start}_][\p{ID_Continue}]*/u],
  ["operator", /^(?::=|->|<=|>=|!=|\.\.|[<>=~|+\-*/^])/],
  ["punctuation", /^[(){},.:]/],
];

/** The colour of a word: what it does depends on whether it stands first in its line. */
function wordKind(word, first, before, rest) {
  if (first && /^\s*:(?!=)/.test(rest)) return "propertyName";
  if (word === "exactly" && /^\s+when\b/.test(rest)) return "keyword";
  if (word === "when" && /\bexactly\s+$/.test(before)) return "keyword";
  if (first && leading.has(word)) return "keyword";
  if (joining.has(word)) return "keyword";
  if (naming.has(word) && /^\s*(?:$|[^\s:=])/.test(rest)) return "builtin";
  return "variableName";
}

/** The piece of `line` that begins at `at`: its kind and its end. Blank space has the kind null. */
export function pieceAt(line, at, first) {
  const text = line.slice(at);
  const blank = /^\s+/.exec(text);
  if (blank !== null) return { kind: null, end: at + blank[0].length };
  for (const [kind, pattern] of pieces) {
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const end = at + found.length;
    if (kind !== "word") return { kind, end };
    return { kind: wordKind(found, first, line.slice(0, at), line.slice(end)), end };
  }
  return { kind: "invalid", end: at + 1 };
}

/** The language for CodeMirror's StreamLanguage. */
export const parableMode = {
  name: "parable",
  startState: () => ({ first: true }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    if (stream.sol()) state.first = true;
    const { kind, end } = pieceAt(stream.string, stream.pos, state.first);
    stream.pos = end;
    if (kind !== null) state.first = kind === "punctuation" && stream.string[end - 1] === "{";
    return kind;
  },
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "{", '"'] },
    indentOnInput: /^\s*\}$/,
  },
};
