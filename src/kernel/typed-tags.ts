/** A cell whose spec templates carry the types of their outputs, and the way between both texts. */
export interface TypedCode {
  readonly code: string;
  /** The offset in `code` of an offset in the cell as typed. */
  readonly toTyped: (offset: number) => number;
  /** The other way round; places within an inserted type go to where it stands. */
  readonly toOriginal: (offset: number) => number;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const tag = /(?<![\w$.])parable(?=\s*`)/g;

/** The text of a template that begins at the backtick `at`; undefined when it holds `${` or never ends. */
function templateAt(code: string, at: number): string | undefined {
  for (let i = at + 1; i < code.length; i++) {
    if (code[i] === "\\") i++;
    else if (code[i] === "`") return code.slice(at + 1, i);
    else if (code[i] === "$" && code[i + 1] === "{") return undefined;
  }
  return undefined;
}

/**
 * Give every ``parable`…` `` of a cell the type argument that its spec implies, so that the columns
 * of what it makes are known to TypeScript. No line moves: types are written in one line.
 *
 * @param typesOf The object type of a spec's outputs, or undefined where the spec does not check.
 */
export async function typeTags(
  code: string,
  typesOf: (spec: string) => Promise<string | undefined>,
): Promise<TypedCode> {
  const insertions: Insertion[] = [];
  for (const found of code.matchAll(tag)) {
    const at = found.index + found[0].length;
    const spec = templateAt(code, code.indexOf("`", at));
    const types = spec === undefined ? undefined : await typesOf(spec);
    if (types !== undefined) insertions.push({ at, text: `<${types.replace(/\s*\n\s*/g, " ")}>` });
  }
  return {
    code: insertAll(code, insertions),
    toTyped: (offset) =>
      insertions.reduce((sum, { at, text }) => (at < offset ? sum + text.length : sum), offset),
    toOriginal: (offset) => backOver(insertions, offset),
  };
}

function insertAll(code: string, insertions: readonly Insertion[]): string {
  let result = "";
  let from = 0;
  for (const { at, text } of insertions) {
    result += code.slice(from, at) + text;
    from = at;
  }
  return result + code.slice(from);
}

function backOver(insertions: readonly Insertion[], offset: number): number {
  let inserted = 0;
  for (const { at, text } of insertions) {
    if (at + inserted >= offset) break;
    if (at + inserted + text.length > offset) return at;
    inserted += text.length;
  }
  return offset - inserted;
}
