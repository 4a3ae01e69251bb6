/** Whether a formula looks at a parent's row. */
export function crossesTables(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(crossesTables);
  if (typeof node !== "object" || node === null) return false;
  return "via" in node || Object.values(node).some(crossesTables);
}
