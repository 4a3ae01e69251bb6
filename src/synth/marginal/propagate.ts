import { type Propagation, propagation } from "../../kernels/propagate.js";
import { type RunProjection, runProjection } from "./index-map.js";
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

/** Hands out places in a memory that is made once all have been asked for. */
export class Layout {
  /** Bytes handed out. */
  end = 1024;

  /** The place of so many doubles. */
  cells(count: number): number {
    const place = this.end;
    this.end += 8 * count;
    return place;
  }

  /** Ready for `PlacedRuns.write`. */
  runs(projected: RunProjection): PlacedRuns {
    return { ...projected, place: this.cells(Math.ceil(projected.offsets.length / 2)) };
  }
}

/** A projection whose offsets lie in the kernel's memory. */
export interface PlacedRuns extends RunProjection {
  readonly place: number;
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
  /** From the parent's cells to the separator's. */
  readonly fromParent: PlacedRuns | undefined;
}

export interface PropagatorOptions {
  /** Asks for more places in the same memory before it is made. */
  readonly reserve?: (layout: Layout) => void;
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
  private readonly beliefs: readonly Float64Array[];

  constructor(tree: JunctionTree, options: PropagatorOptions = {}) {
    this.tree = tree;
    const layout = new Layout();
    this.nodes = tree.nodes.map((_, position) => placeNode(tree, position, layout));
    options.reserve?.(layout);
    this.kernel = (options.make ?? propagation)(layout.end);
    for (const { fromParent } of this.nodes) if (fromParent !== undefined) this.write(fromParent);
    this.beliefs = this.nodes.map(({ belief, cells }) => this.view(belief, cells));
  }

  /** Doubles of the kernel's memory. */
  view(place: number, cells: number): Float64Array {
    return new Float64Array(this.kernel.buffer, place, cells);
  }

  write({ place, offsets }: PlacedRuns): void {
    new Int32Array(this.kernel.buffer, place, offsets.length).set(offsets);
  }

  /** Where the logs of a node go before `run`, and its probabilities are after it. */
  beliefOf(node: number): { readonly place: number; readonly values: Float64Array } {
    return {
      place: (this.nodes[node] as PlacedNode).belief,
      values: this.beliefs[node] as Float64Array,
    };
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

  private collect(): number {
    const { kernel } = this;
    let logPartition = 0;
    for (let position = this.nodes.length - 1; position >= 0; position--) {
      const { parent, children } = this.tree.nodes[position] as JunctionTree["nodes"][number];
      const node = this.nodes[position] as PlacedNode;
      for (const child of children) {
        const { message, fromParent } = this.nodes[child] as PlacedNode;
        const { place, offsets, length, stride } = fromParent as PlacedRuns;
        kernel.addRuns(node.belief, message, place, offsets.length, length, stride);
      }
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
      const scales = this.view(node.scales, node.separator);
      if (node.fromParent === undefined) {
        scales.fill(1);
      } else {
        scales.fill(0);
        const { place, offsets, length, stride } = node.fromParent;
        const { belief } = this.nodes[parent] as PlacedNode;
        kernel.sumRuns(belief, node.scales, place, offsets.length, length, stride);
      }
      kernel.scaleRuns(node.belief, node.scales, node.sums, node.separator, node.run);
    }
  }
}

function placeNode(tree: JunctionTree, position: number, layout: Layout): PlacedNode {
  const node = tree.nodes[position] as JunctionTree["nodes"][number];
  const shared = node.attributes.slice(0, node.separator);
  const separator = cellsOf(shared, tree.sizes);
  const cells = cellsOf(node.attributes, tree.sizes);
  const parent = tree.nodes[node.parent];
  return {
    belief: layout.cells(cells),
    cells,
    separator,
    run: cells / separator,
    sums: layout.cells(separator),
    message: layout.cells(separator),
    scales: layout.cells(separator),
    fromParent:
      parent === undefined
        ? undefined
        : layout.runs(runProjection(parent.attributes, shared, tree.sizes)),
  };
}
