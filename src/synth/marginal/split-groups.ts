import { cellsOf, type JunctionNode } from "./junction-tree.js";
import type { Merging } from "./merge-codes.js";
import type { Beliefs } from "./propagate.js";

/**
 * A calibrated tree over groups as one over codes: each merged attribute's groups become a hidden
 * attribute, numbered after the real ones, and a new leaf ties it to the codes. What lies inside a
 * group depends on the group alone, so beliefs stay small and exact.
 *
 * @param counts masses of the codes of each attribute.
 */
export function splitGroups(
  beliefs: Beliefs,
  merging: Merging,
  counts: readonly Float64Array[],
): Beliefs {
  const { tree } = beliefs;
  const hidden = new Map<number, number>();
  const merged: { readonly column: number; readonly groups: readonly number[] }[] = [];
  for (const [attribute, groups] of merging.groups.entries()) {
    if (merging.sizes[attribute] === groups.length) continue;
    hidden.set(attribute, merging.groups.length + merged.length);
    merged.push({ column: attribute, groups: [...groups] });
  }
  if (merged.length === 0) return beliefs;
  const nodes: JunctionNode[] = tree.nodes.map((node) => ({
    ...node,
    attributes: node.attributes.map((attribute) => hidden.get(attribute) ?? attribute),
  }));
  const marginals = [...beliefs.marginals];
  for (const [attribute, group] of hidden) {
    const home = tree.nodes.findIndex((node) => node.attributes.includes(attribute));
    const leaf = nodes.length;
    nodes.push({ attributes: [group, attribute], parent: home, separator: 1, children: [] });
    const above = nodes[home] as JunctionNode;
    nodes[home] = { ...above, children: [...above.children, leaf] };
    const shares = marginalOf(beliefs, home, attribute);
    const groups = merging.groups[attribute] as Int32Array;
    marginals.push(joint(shares, groups, counts[attribute] as Float64Array));
  }
  const sizes = [
    ...merging.groups.map((groups) => groups.length),
    ...merged.map(({ column }) => merging.sizes[column] as number),
  ];
  return { ...beliefs, tree: { sizes, nodes, merged }, marginals };
}

function marginalOf(beliefs: Beliefs, node: number, attribute: number): Float64Array {
  const { attributes } = beliefs.tree.nodes[node] as JunctionNode;
  const { sizes } = beliefs.tree;
  const size = sizes[attribute] as number;
  const after = cellsOf(attributes.slice(attributes.indexOf(attribute) + 1), sizes);
  const shares = new Float64Array(size);
  for (const [cell, share] of (beliefs.marginals[node] as Float64Array).entries()) {
    const code = Math.floor(cell / after) % size;
    shares[code] = (shares[code] as number) + share;
  }
  return shares;
}

/** Shares of groups and codes together, row-major; most cells are empty. */
function joint(shares: Float64Array, groups: Int32Array, counts: Float64Array): Float64Array {
  const masses = new Float64Array(shares.length);
  for (const [code, group] of groups.entries()) {
    masses[group] = (masses[group] as number) + (counts[code] as number);
  }
  const cells = new Float64Array(shares.length * groups.length);
  for (const [code, group] of groups.entries()) {
    const within = (counts[code] as number) / (masses[group] as number);
    cells[group * groups.length + code] = (shares[group] as number) * within;
  }
  return cells;
}
