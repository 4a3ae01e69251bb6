import { projection } from "./index-map.js";
import { cellsOf, type JunctionTree } from "./junction-tree.js";

/**
 * A calibrated tree: for each node the joint probabilities of its attributes, in its storage order.
 * Neighbours agree on their separators.
 */
export interface Beliefs {
  readonly tree: JunctionTree;
  readonly marginals: readonly Float64Array[];
  /** Log of the sum over all cells of the exponentiated potentials. */
  readonly logPartition: number;
}

/**
 * Sum-product on a junction tree (Shafer & Shenoy 1990), in log space with one exponential a cell:
 * going up, each node turns its potentials into the conditional of its attributes given its separator
 * and sends the log of what it summed; going down, conditionals are multiplied by the parent's
 * separator marginal. No division by messages, so cells of potential −∞ (structural zeros) are exact.
 */
export class Propagator {
  readonly tree: JunctionTree;
  private readonly beliefs: Float64Array[];
  private readonly messages: Float64Array[];
  private readonly separatorMarginals: Float64Array[];
  /** From each cell of the parent to the node's separator cell. */
  private readonly parentMaps: (Int32Array | undefined)[];

  constructor(tree: JunctionTree) {
    this.tree = tree;
    this.beliefs = tree.nodes.map((node) => new Float64Array(cellsOf(node.attributes, tree.sizes)));
    const separatorCells = tree.nodes.map((node) =>
      cellsOf(node.attributes.slice(0, node.separator), tree.sizes),
    );
    this.messages = separatorCells.map((cells) => new Float64Array(cells));
    this.separatorMarginals = separatorCells.map((cells) => new Float64Array(cells));
    this.parentMaps = tree.nodes.map((node) => {
      const parent = tree.nodes[node.parent];
      if (parent === undefined) return undefined;
      const separator = node.attributes.slice(0, node.separator);
      return projection(parent.attributes, separator, tree.sizes);
    });
  }

  /**
   * Marginals of every node under potentials given per node (logs, storage order). The arrays of the
   * answer are reused by the next call.
   */
  calibrate(potentials: readonly Float64Array[]): Beliefs {
    const logPartition = this.collect(potentials);
    this.distribute();
    return { tree: this.tree, marginals: this.beliefs, logPartition };
  }

  private collect(potentials: readonly Float64Array[]): number {
    let logPartition = 0;
    for (let position = this.tree.nodes.length - 1; position >= 0; position--) {
      const node = this.tree.nodes[position] as JunctionTree["nodes"][number];
      const belief = this.beliefs[position] as Float64Array;
      belief.set(potentials[position] as Float64Array);
      for (const child of node.children) {
        addMessage(
          belief,
          this.messages[child] as Float64Array,
          this.parentMaps[child] as Int32Array,
        );
      }
      const message = this.messages[position] as Float64Array;
      normaliseRuns(belief, message);
      if (node.parent < 0) logPartition += message[0] as number;
    }
    return logPartition;
  }

  private distribute(): void {
    for (const [position, node] of this.tree.nodes.entries()) {
      if (node.parent < 0) continue;
      const parent = this.beliefs[node.parent] as Float64Array;
      const map = this.parentMaps[position] as Int32Array;
      const separator = this.separatorMarginals[position] as Float64Array;
      separator.fill(0);
      for (let i = 0; i < parent.length; i++) {
        const to = map[i] as number;
        separator[to] = (separator[to] as number) + (parent[i] as number);
      }
      scaleRuns(this.beliefs[position] as Float64Array, separator);
    }
  }
}

function addMessage(belief: Float64Array, message: Float64Array, map: Int32Array): void {
  for (let i = 0; i < belief.length; i++) {
    belief[i] = (belief[i] as number) + (message[map[i] as number] as number);
  }
}

/**
 * Turn logs into conditionals run by run (one run a separator cell, contiguous) and leave the log of
 * each run's sum in `message`. A run that is −∞ throughout becomes zero and sends −∞.
 */
function normaliseRuns(belief: Float64Array, message: Float64Array): void {
  const run = belief.length / message.length;
  for (let cell = 0; cell < message.length; cell++) {
    const start = cell * run;
    const end = start + run;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = start; i < end; i++) if ((belief[i] as number) > most) most = belief[i] as number;
    if (most === Number.NEGATIVE_INFINITY) {
      belief.fill(0, start, end);
      message[cell] = most;
      continue;
    }
    let sum = 0;
    for (let i = start; i < end; i++) {
      const value = Math.exp((belief[i] as number) - most);
      belief[i] = value;
      sum += value;
    }
    const scale = 1 / sum;
    for (let i = start; i < end; i++) belief[i] = (belief[i] as number) * scale;
    message[cell] = most + Math.log(sum);
  }
}

function scaleRuns(belief: Float64Array, scales: Float64Array): void {
  const run = belief.length / scales.length;
  for (let cell = 0; cell < scales.length; cell++) {
    const scale = scales[cell] as number;
    const end = (cell + 1) * run;
    for (let i = cell * run; i < end; i++) belief[i] = (belief[i] as number) * scale;
  }
}
