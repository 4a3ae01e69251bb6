import type { SpecCell } from "./spec-magic.js";

/**
 * The text that a cell stands for: its own, with empty lines for those above it so that line numbers
 * are those of the cell, and after it the spec that it adds to.
 *
 * @param texts What each name stands for.
 */
export function wholeText(cell: SpecCell, texts: ReadonlyMap<string, string>): string {
  const before = cell.adds && cell.name !== undefined ? texts.get(cell.name) : undefined;
  const own = "\n".repeat(cell.lines) + cell.spec;
  return before === undefined ? own : `${own}\n${before.trimStart()}`;
}

/** The number of the first line of the whole text that is not the cell's own. */
export function firstLineAdded(cell: SpecCell): number {
  return cell.lines + cell.spec.split("\n").length + 1;
}
