import { type Propagation, propagation } from "../../kernels/propagate.js";
import { Bundles, type Part } from "./bundles.js";
import { cellsOf, type JunctionNode, type JunctionTree } from "./junction-tree.js";
import { Layout, viewOf } from "./layout.js";

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

interface PlacedNode {
  readonly belief: number;
  readonly cells: number;
  /** Cells of the separator to the parent. */
  readonly separator: number;
  readonly run: number;
  readonly sums: number;
  readonly message: number;
  readonly scales: number;
}

/** A table over some attributes of a node: logs that are added to it, and where its sums go. */
export interface NodePart extends Part {
  readonly node: number;
}

export interface PropagatorOptions {
  /** Asks for more places in the same memory before it is made, and says what else each node takes part in. */
  readonly reserve?: (layout: Layout) => readonly NodePart[];
  /** Default: WebAssembly. */
  readonly make?: (bytes: number) => Propagation;
}

/**
 * Sum-product on a junction tree (Shafer & Shenoy 1990), in log space with one exponential a cell:
 * going up, each node turns its potentials into the conditional of its attributes given its separator
 * and sends the log of what it summed; going down, conditionals are multiplied by the parent's
 * separator marginal. No division by messages, so cells of potential −∞ (structural zeros) are exact.
 */
export class Propagator {
  readonly tree: JunctionTree;
  readonly kernel: Propagation;
  private readonly nodes: readonly PlacedNode[];
  private readonly bundles: readonly Bundles[];
  private readonly beliefs: readonly Float64Array[];

  constructor(tree: JunctionTree, options: PropagatorOptions = {}) {
    this.tree = tree;
    const layout = new Layout();
    this.nodes = tree.nodes.map((_, position) => placeNode(tree, position, layout));
    const terms = options.reserve?.(layout) ?? [];
    this.bundles = tree.nodes.map(({ attributes, children }, position) => {
      const own = terms.filter(({ node }) => node === position);
      const below = children.map((child) => this.separatorOf(child));
      return new Bundles(attributes, tree.sizes, [...own, ...below], layout);
    });
    this.kernel = (options.make ?? propagation)(layout.end);
    for (const bundles of this.bundles) bundles.open(this.kernel);
    this.beliefs = this.nodes.map(({ belief, cells }) => this.view(belief, cells));
  }

  /** Doubles of the kernel's memory. */
  view(place: number, cells: number): Float64Array {
    return viewOf(this.kernel, place, cells);
  }

  /** Where the logs of a node go before `run`, and its probabilities are after it. */
  beliefOf(node: number): Float64Array {
    return this.beliefs[node] as Float64Array;
  }

  /** Marginals of every node under potentials given per node (logs, storage order). */
  calibrate(potentials: readonly Float64Array[]): Beliefs {
    for (const [node, logs] of potentials.entries()) this.beliefs[node]?.set(logs);
    return this.answer(this.run());
  }

  /** Turns the logs that lie in the nodes into probabilities, in place; returns the log partition. */
  run(): number {
    const logPartition = this.collect();
    this.distribute();
    return logPartition;
  }

  /** A copy of what the last run left. */
  answer(logPartition: number): Beliefs {
    return { tree: this.tree, marginals: this.beliefs.map((array) => array.slice()), logPartition };
  }

  /** What a child is to its parent: a table over the attributes that they share. */
  private separatorOf(child: number): Part {
    const { attributes, separator } = this.tree.nodes[child] as JunctionNode;
    const { message, scales } = this.nodes[child] as PlacedNode;
    return { attributes: attributes.slice(0, separator), up: message, down: scales };
  }

  private collect(): number {
    const { kernel } = this;
    let logPartition = 0;
    for (let position = this.nodes.length - 1; position >= 0; position--) {
      const { parent } = this.tree.nodes[position] as JunctionNode;
      const node = this.nodes[position] as PlacedNode;
      this.bundles[position]?.addInto(kernel, node.belief);
      kernel.exponentiateRuns(node.belief, node.sums, node.message, node.separator, node.run);
      const message = this.view(node.message, node.separator);
      const sums = this.view(node.sums, node.separator);
      for (let cell = 0; cell < message.length; cell++) {
        message[cell] = (message[cell] as number) + Math.log(sums[cell] as number);
      }
      if (parent < 0) logPartition += message[0] as number;
    }
    return logPartition;
  }

  private distribute(): void {
    const { kernel } = this;
    for (const [position, { parent }] of this.tree.nodes.entries()) {
      const node = this.nodes[position] as PlacedNode;
      if (parent < 0) this.view(node.scales, node.separator).fill(1);
      kernel.scaleRuns(node.belief, node.scales, node.sums, node.separator, node.run);
      this.bundles[position]?.sumFrom(kernel, node.belief);
    }
  }
}

function placeNode(tree: JunctionTree, position: number, layout: Layout): PlacedNode {
  const node = tree.nodes[position] as JunctionNode;
  const separator = cellsOf(node.attributes.slice(0, node.separator), tree.sizes);
  const cells = cellsOf(node.attributes, tree.sizes);
  return {
    belief: layout.cells(cells),
    cells,
    separator,
    run: cells / separator,
    sums: layout.cells(separator),
    message: layout.cells(separator),
    scales: layout.cells(separator),
  };
}
