// Write what editors need to know of the language from its one table of words: colours for JupyterLab
// (labextension/static/words.js) and a TextMate grammar for VS Code (editors/vscode/syntaxes).
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as words from "../dist/grammar/words.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const of = (...tables) => tables.flatMap((table) => Object.values(table)).sort();
const leading = of(words.blockWords, words.statementWords);
const joining = of(words.reservedWords);
const naming = of(words.typeWords);
const set = (list) => `new Set(${JSON.stringify(list)})`;

writeFileSync(
  join(root, "labextension", "static", "words.js"),
  `// Made by scripts/words.mjs from grammar/words.ts.
export const leading = ${set(leading)};
export const joining = ${set(joining)};
export const naming = ${set(naming)};
`,
);

const any = (list) => `(?:${list.join("|")})`;
const patterns = [
  { name: "comment.line.documentation.parable", match: "##.*$" },
  { name: "comment.line.number-sign.parable", match: "#.*$" },
  { name: "meta.directive.parable", match: "^\\s*%%parable\\b.*$" },
  {
    name: "string.quoted.double.parable",
    begin: '"',
    end: '"|$',
    patterns: [{ name: "constant.character.escape.parable", match: "\\\\." }],
  },
  {
    name: "constant.numeric.date.parable",
    match: "\\b\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}(?::\\d{2})?)?",
  },
  {
    name: "constant.numeric.parable",
    match: "\\b\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+-]?\\d+)?%?",
  },
  {
    match: "^\\s*([\\p{L}_][\\p{L}\\p{N}_]*)\\s*(?=:(?!=))",
    captures: { 1: { name: "variable.other.property.parable" } },
  },
  {
    match: `(?:^|\\{)\\s*(${any(leading)})\\b`,
    captures: { 1: { name: "keyword.control.parable" } },
  },
  { name: "keyword.operator.word.parable", match: `\\b${any(joining)}\\b` },
  { name: "support.type.parable", match: `\\b${any(naming)}\\b(?!\\s*[:=])` },
  { name: "keyword.operator.parable", match: ":=|->|<=|>=|!=|\\.\\.|[<>=~|+\\-*/^]" },
];
const syntaxes = join(root, "editors", "vscode", "syntaxes");
mkdirSync(syntaxes, { recursive: true });
const save = (file, value) =>
  writeFileSync(join(syntaxes, file), `${JSON.stringify(value, null, 2)}\n`);
save("parable.tmLanguage.json", { name: "Parable", scopeName: "source.parable", patterns });
save("parable-in-typescript.tmLanguage.json", {
  scopeName: "inline.parable",
  injectionSelector: "L:source.ts -comment -string, L:source.js -comment -string",
  patterns: [
    {
      contentName: "meta.embedded.block.parable source.parable",
      begin: "\\b(parable)\\s*(`)",
      beginCaptures: {
        1: { name: "entity.name.function.tagged-template.ts" },
        2: { name: "punctuation.definition.string.template.begin.ts" },
      },
      end: "`",
      endCaptures: { 0: { name: "punctuation.definition.string.template.end.ts" } },
      patterns: [
        {
          name: "meta.template.expression.ts",
          begin: "\\$\\{",
          end: "\\}",
          patterns: [{ include: "source.ts#expression" }],
        },
        { include: "source.parable" },
      ],
    },
    {
      contentName: "meta.embedded.block.parable source.parable",
      begin: "^\\s*(%%parable\\b.*)$",
      beginCaptures: { 1: { name: "meta.directive.parable" } },
      end: "\\z",
      patterns: [{ include: "source.parable" }],
    },
  ],
});
