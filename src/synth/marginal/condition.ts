import { conditionalLogs } from "./evidence.js";
import { cellsOf } from "./junction-tree.js";
import { type Beliefs, Propagator } from "./propagate.js";

/** For some attributes the share of each code that is open, 0 to 1; attributes left out are free. */
export type OpenShares = ReadonlyMap<number, Float64Array>;

/** A calibrated tree given a product of events, and the probability of them all. */
export interface Conditioned {
  readonly beliefs: Beliefs;
  readonly probability: number;
}

/** Below this an event has no probability: what is left is the floor of shares of single points. */
const NOTHING = 1e-200;

/**
 * A calibrated tree conditioned on independent events of single attributes: in one node that holds an
 * attribute its cells are weighed by the open share of their code, and the tree is calibrated again
 * (Koller & Friedman 2009, section 10.3.3; the evidence is soft). Exact, zeros included. Undefined where the
 * event has no probability.
 */
export function conditionTree(beliefs: Beliefs, open: OpenShares): Conditioned | undefined {
  const { tree } = beliefs;
  const potentials = tree.nodes.map((node, position) => {
    const marginal = beliefs.marginals[position] as Float64Array;
    const run = cellsOf(node.attributes.slice(node.separator), tree.sizes);
    const logs = conditionalLogs(marginal, run);
    for (const attribute of node.attributes.slice(node.separator)) {
      const shares = open.get(attribute);
      if (shares !== undefined) weigh(logs, node.attributes, attribute, tree.sizes, shares);
    }
    return logs;
  });
  const conditioned = new Propagator(tree).calibrate(potentials);
  const probability = Math.min(1, Math.exp(conditioned.logPartition));
  return probability > NOTHING ? { beliefs: conditioned, probability } : undefined;
}

function weigh(
  logs: Float64Array,
  attributes: readonly number[],
  attribute: number,
  sizes: readonly number[],
  shares: Float64Array,
): void {
  const after = cellsOf(attributes.slice(attributes.indexOf(attribute) + 1), sizes);
  const size = sizes[attribute] as number;
  const weights = shares.map((share) => Math.log(share));
  for (let i = 0; i < logs.length; i++) {
    const code = Math.floor(i / after) % size;
    logs[i] = (logs[i] as number) + (weights[code] as number);
  }
}
