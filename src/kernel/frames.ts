import type { Table } from "../index.js";

const frameSource = /=\s*frame\s+"?([\p{L}_$][\p{L}\p{N}_$]*)"?/gu;

/** The names of notebook variables that a spec reads: `source x = frame NAME`. */
export function frameNames(text: string): readonly string[] {
  const code = text.replace(/#[^\n]*/g, "");
  return [...new Set([...code.matchAll(frameSource)].map((found) => found[1] as string))];
}

/**
 * The tables behind those names: a danfo DataFrame, an Arrow table, an array of objects or a table of
 * ours, turned into columns so that they can go to another thread. Names without one are left out.
 */
export async function framesOf(
  text: string,
  lookUp: (name: string) => unknown,
): Promise<ReadonlyMap<string, Table>> {
  const frames = new Map<string, Table>();
  const names = frameNames(text);
  if (names.length === 0) return frames;
  const { fromFrame } = await import("../index.js");
  for (const name of names) {
    const value = lookUp(name);
    const inner = (value as { table?: unknown } | undefined)?.table;
    const table = await fromFrame(inner ?? value, name);
    if (table !== undefined) frames.set(name, table);
  }
  return frames;
}

/** The variables that can be a source, with the names of their columns. No cell of them is read. */
export async function framesAmong(
  variables: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const objects = Object.entries(variables).filter(
    ([, value]) => typeof value === "object" && value !== null,
  );
  if (objects.length === 0) return new Map();
  const { framesInScope } = await import("../index.js");
  return new Map(framesInScope(new Map(objects)).map(({ name, headers }) => [name, headers]));
}
