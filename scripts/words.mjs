// Write what editors need to know of the language from its one table of words: colours for JupyterLab
// (labextension/static/words.js) and the TextMate grammars of the VS Code package (editors/vscode/syntaxes).
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { textmateGrammar } from "../dist/grammar/textmate.js";
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

const syntaxes = join(root, "editors", "vscode", "syntaxes");
mkdirSync(syntaxes, { recursive: true });
const save = (file, value) =>
  writeFileSync(join(syntaxes, file), `${JSON.stringify(value, null, 2)}\n`);
save("parable.tmLanguage.json", textmateGrammar());
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
