import type { Clique } from "./junction-tree.js";
import type { Beliefs } from "./propagate.js";

/** How one attribute is drawn: its probabilities given those drawn before it in its node. */
export interface Conditional {
  readonly attribute: number;
  /** Row-major over these, then over the attribute itself, in `joint`. */
  readonly parents: Clique;
  readonly size: number;
  /** Joint probabilities of parents and attribute; a parent's run sums to the parent's marginal. */
  readonly joint: Float64Array;
}

/**
 * The ancestral order of a calibrated tree: nodes from the root down, and in each the attributes that
 * are not in its separator. Each conditional uses all attributes of the node before it, so that rows
 * follow the model exactly and not only the marginals that were measured.
 */
export function conditionalsOf(beliefs: Beliefs): Conditional[] {
  const found: Conditional[] = [];
  for (const [position, node] of beliefs.tree.nodes.entries()) {
    let joint = beliefs.marginals[position] as Float64Array;
    const stack: Conditional[] = [];
    for (let k = node.attributes.length - 1; k >= node.separator; k--) {
      const attribute = node.attributes[k] as number;
      const size = beliefs.tree.sizes[attribute] as number;
      const parents = node.attributes.slice(0, k);
      stack.push({ attribute, parents, size, joint: Float64Array.from(joint) });
      joint = sumRuns(joint, size);
    }
    found.push(...stack.reverse());
  }
  return found;
}

function sumRuns(values: Float64Array, run: number): Float64Array {
  const sums = new Float64Array(values.length / run);
  for (let cell = 0, at = 0; cell < sums.length; cell++) {
    let sum = 0;
    for (let i = 0; i < run; i++) sum += values[at++] as number;
    sums[cell] = sum;
  }
  return sums;
}
