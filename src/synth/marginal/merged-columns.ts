import type { Conditional } from "./conditionals.js";
import type { JunctionTree } from "./junction-tree.js";

/** A column whose codes fall into groups: the model draws the group, then a code within it. */
export interface MergedColumn {
  readonly column: number;
  /** The group of each code. */
  readonly groups: Int32Array;
  /** How the group is drawn. */
  readonly group: Conditional;
  readonly marginal: Float64Array;
  /** The share of each code in its group. */
  readonly within: Float64Array;
}

/** The merged columns of a tree, by the hidden attribute that holds their groups. */
export function mergedColumns(
  tree: JunctionTree,
  conditionals: ReadonlyMap<number, Conditional>,
): Map<number, MergedColumn> {
  const merged = tree.merged ?? [];
  const first = tree.sizes.length - merged.length;
  return new Map(
    merged.map(({ column, groups }, i) => {
      const group = conditionals.get(first + i) as Conditional;
      const codes = conditionals.get(column) as Conditional;
      const marginal = marginalOf(group);
      const within = Float64Array.from(groups, (own, code) => {
        const mass = marginal[own] as number;
        return mass > 0 ? (codes.joint[own * codes.size + code] as number) / mass : 0;
      });
      return [first + i, { column, groups: Int32Array.from(groups), group, marginal, within }];
    }),
  );
}

/** Probabilities of codes from those of groups. */
export function spreadGroups({ groups, within }: MergedColumn, run: Float64Array): Float64Array {
  const spread = new Float64Array(within.length);
  for (let code = 0; code < spread.length; code++) {
    spread[code] = (within[code] as number) * (run[groups[code] as number] as number);
  }
  return spread;
}

/** Probabilities of an attribute by itself. */
export function marginalOf({ size, joint }: Conditional): Float64Array {
  const marginal = new Float64Array(size);
  for (let i = 0; i < joint.length; i++) {
    marginal[i % size] = (marginal[i % size] as number) + (joint[i] as number);
  }
  return marginal;
}
