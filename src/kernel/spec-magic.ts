/** A cell that holds a spec: what its first line says, and the spec below it. */
export interface SpecCell {
  readonly name?: string;
  /** The spec adds to the one that `name` stood for before. */
  readonly adds: boolean;
  readonly checkOnly: boolean;
  readonly planOnly: boolean;
  /** The cell asks for its own text in canonical form. */
  readonly formatOnly: boolean;
  /** Words of the first line that mean nothing. */
  readonly strange: readonly string[];
  /** The text down to the end of the first line. */
  readonly head: string;
  readonly spec: string;
  /** UTF-16 offset of `spec` in the cell, and the number of lines above it. */
  readonly offset: number;
  readonly lines: number;
}

const opening = /^(?:[ \t]*(?:\/\/[^\n]*|#[^\n]*)?\n)*[ \t]*%%parable\b([^\n]*)(?:\n|$)/;
const identifier = /^[A-Za-z_$][\w$]*$/;

/** Read a cell as a spec cell; undefined when it is none. Comments and blank lines may stand above. */
export function readSpecCell(code: string): SpecCell | undefined {
  const found = opening.exec(code);
  if (found === null) return undefined;
  const words = (found[1] ?? "").split(/\s+/).filter((word) => word !== "");
  const names = words.filter((word) => identifier.test(word));
  const known = new Set(["+", "--check", "--plan", "--format", names[0]]);
  const name = names[0];
  return {
    ...(name === undefined ? {} : { name }),
    adds: words.includes("+"),
    checkOnly: words.includes("--check"),
    planOnly: words.includes("--plan"),
    formatOnly: words.includes("--format"),
    strange: words.filter((word) => !known.has(word)),
    head: found[0],
    spec: code.slice(found[0].length),
    offset: found[0].length,
    lines: found[0].split("\n").length - 1,
  };
}
