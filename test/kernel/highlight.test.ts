import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scan } from "../../grammar/scan.js";
import { root } from "./client.js";

type Piece = { kind: string | null; end: number };

// Plain JavaScript, as JupyterLab loads it.
const mode = join(root, "labextension", "static", "parable-mode.js");
const { pieceAt } = (await import(mode)) as {
  pieceAt: (line: string, at: number, first: boolean) => Piece;
};

const folder = join(root, "test", "specs");
const specs = readdirSync(folder).filter(
  (name) => name.endsWith(".parable") && !name.includes(".broken."),
);

/** Every piece of the text as `start-end`, without blanks and comments. */
function coloured(text: string): string[] {
  const places: string[] = [];
  let offset = 0;
  for (const line of text.split("\n")) {
    for (let at = 0; at < line.length; ) {
      const { kind, end } = pieceAt(line, at, false);
      const silent = kind === null || kind === "comment" || kind === "docComment";
      if (!silent) places.push(`${line.slice(at, end)} at ${offset + at}`);
      at = end;
    }
    offset += line.length + 1;
  }
  return places;
}

describe("the colours of JupyterLab", () => {
  test.each(specs)("cut %s into the same pieces as the parser", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const parsed = scan(text)
      .tokens.filter((token) => token.image.trim() !== "")
      .map((token) => `${token.image} at ${token.startOffset}`);
    expect(coloured(text)).toEqual(parsed);
  });
});
