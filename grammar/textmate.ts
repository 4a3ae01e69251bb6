import { highlighting, type Style } from "./highlight.js";

/** The usual TextMate scopes, so that every theme has a colour for them. */
const scopes: Readonly<Record<Style, string>> = {
  docComment: "comment.line.documentation.parable",
  comment: "comment.line.number-sign.parable",
  string: "string.quoted.double.parable",
  number: "constant.numeric.parable",
  propertyName: "variable.other.property.parable",
  definitionKeyword: "storage.type.parable",
  keyword: "keyword.control.parable",
  operatorKeyword: "keyword.operator.word.parable",
  typeName: "support.type.parable",
  bool: "constant.language.boolean.parable",
  operator: "keyword.operator.parable",
  variableName: "variable.other.parable",
};

/** JavaScript's `\u00AA` is Oniguruma's `\x{00AA}`. */
const forOniguruma = (pattern: string) => pattern.replace(/\\u([0-9A-F]{4})/g, "\\x{$1}");

/** A TextMate grammar (VS Code, GitHub) of the language. */
export function textmateGrammar(): object {
  return {
    name: "Parable",
    scopeName: "source.parable",
    fileTypes: ["parable"],
    patterns: highlighting.map(({ style, pattern }) => ({
      name: scopes[style],
      match: forOniguruma(pattern),
    })),
  };
}

/** The style that a scope of the grammar stands for. */
export function styleOfScope(scope: string): Style | undefined {
  return (Object.keys(scopes) as Style[]).find((style) => scopes[style] === scope);
}
