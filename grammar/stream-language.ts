import { highlighting } from "./highlight.js";

/** The part of CodeMirror 6's `StringStream` that is needed here. */
export interface LineStream {
  readonly string: string;
  pos: number;
  next(): string | undefined;
}

const rules = highlighting.map(({ style, pattern }) => ({
  style,
  shape: new RegExp(pattern, "y"),
}));

/**
 * Parable for CodeMirror 6: a `StreamParser` for `StreamLanguage.define(parableStream)`. It keeps no
 * state, since no token goes beyond its line.
 */
export const parableStream = {
  name: "parable",
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "{", '"'] } },
  token(stream: LineStream): string | null {
    for (const { style, shape } of rules) {
      shape.lastIndex = stream.pos;
      const found = shape.exec(stream.string)?.[0];
      if (found === undefined || found === "") continue;
      stream.pos += found.length;
      return style;
    }
    stream.next();
    return null;
  },
} as const;
