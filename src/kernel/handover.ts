/** Where the values of spec cells wait for the TypeScript cells that name them. */
const slot = Symbol.for("parable.session");

const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Words that no TypeScript variable may be called. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for function if implements import in instanceof interface let new " +
    "null package private protected public return static super switch this throw true try typeof " +
    "undefined var void while with yield"
  ).split(" "),
);

/** Whether a spec's name can be the name of a variable. */
export function isBindable(name: string): boolean {
  return identifier.test(name) && !reserved.has(name);
}

function session(): Map<string, unknown> {
  const place = globalThis as { [slot]?: Map<string, unknown> };
  place[slot] ??= new Map();
  return place[slot];
}

/** Keep a value under its name. */
export function remember(name: string, value: unknown): void {
  session().set(name, value);
}

/** The TypeScript that declares the variable; `types` is the object type of its outputs' rows. */
export function declarationOf(name: string, types: string): string {
  const value = `(globalThis as any)[Symbol.for("parable.session")].get(${JSON.stringify(name)})`;
  return `const ${name} = ${value} as import("parable").MadeSpec<${types}>;`;
}
