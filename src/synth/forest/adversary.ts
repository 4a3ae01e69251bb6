import { breathe } from "../../base/progress.js";
import type { Random } from "../../base/random.js";
import type { Tree } from "../../kernels/decision-tree.js";
import { TreeGrower } from "../../kernels/tree-grower.js";
import { pick } from "../observed.js";
import { type GrowOptions, grow } from "../tree/grow.js";
import type { Predictor } from "../tree/predictors.js";
import { leafSizes, type Partition, prune } from "./prune.js";
import { Router } from "./router.js";

export interface Contest {
  readonly trees: number;
  /** Fewest real rows in a leaf. */
  readonly minLeaf: number;
  readonly tryAt: number;
}

/**
 * One round of an adversarial forest (Watson, Blesch, Kapar & Wright 2023): trees told to tell the real
 * rows from made-up ones. A made-up row is given by its donors, one real row a column. Returns the
 * trees as partitions of the real rows, and how often the forest was right on rows a tree had not seen.
 */
export async function contest(
  predictors: readonly Predictor[],
  donors: readonly Int32Array[],
  options: Contest,
  random: Random,
  signal: AbortSignal,
): Promise<{ readonly partitions: readonly Partition[]; readonly accuracy: number }> {
  const rows = predictors[0]?.codes.length ?? 0;
  const both = predictors.map((predictor, at) => joined(predictor, donors[at] as Int32Array));
  const grower = new TreeGrower(both, 2 * rows);
  const classes = new Uint8Array(2 * rows).fill(1, 0, rows);
  const votes = new Float64Array(2 * rows);
  const asked = new Int32Array(2 * rows);
  const partitions: Partition[] = [];
  for (let turn = 0; turn < options.trees; turn++) {
    await breathe(signal);
    const sample = new Int32Array(2 * rows);
    const drawn = new Uint8Array(2 * rows);
    for (let i = 0; i < sample.length; i++) {
      const row = pick(2 * rows, random);
      sample[i] = row;
      drawn[row] = 1;
    }
    const growing: GrowOptions = {
      minLeaf: options.minLeaf,
      worth: 0,
      mostPredictors: predictors.length,
      tryAt: { count: options.tryAt, random },
    };
    const growth = grower.take({ own: classes, kinds: 1 }, sample);
    const tree = grow(growth, 1, both, growing);
    const router = new Router(tree, both);
    const realShare = sharesOf(tree, sample, classes);
    const leafOfRow = new Int32Array(rows);
    for (let row = 0; row < 2 * rows; row++) {
      const leaf = router.leaf(row);
      if (row < rows) leafOfRow[row] = leaf;
      if (drawn[row] === 1) continue;
      votes[row] = (votes[row] as number) + (realShare[leaf] as number);
      asked[row] = (asked[row] as number) + 1;
    }
    partitions.push(prune(tree, leafOfRow, options.minLeaf, predictors));
  }
  let right = 0;
  let judged = 0;
  for (let row = 0; row < 2 * rows; row++) {
    if (asked[row] === 0) continue;
    judged++;
    const saysReal = (votes[row] as number) > (asked[row] as number) / 2;
    if (saysReal === row < rows) right++;
  }
  return { partitions, accuracy: judged === 0 ? 0.5 : right / judged };
}

/** Made-up rows from the leaves: a leaf by its share of real rows, then each column on its own. */
export function donorsFrom(
  partitions: readonly Partition[],
  columns: number,
  rows: number,
  random: Random,
): Int32Array[] {
  const donors = Array.from({ length: columns }, () => new Int32Array(rows));
  for (let made = 0; made < rows; made++) {
    const {
      tree,
      rows: arranged,
      leafOfRow,
    } = partitions[pick(partitions.length, random)] as Partition;
    const leaf = leafOfRow[pick(rows, random)] as number;
    const start = tree.start[leaf] as number;
    const size = (tree.end[leaf] as number) - start;
    for (const column of donors) column[made] = arranged[start + pick(size, random)] as number;
  }
  return donors;
}

/** The codes of the real rows, then those of the made-up ones. */
function joined(predictor: Predictor, donors: Int32Array): Predictor {
  const { codes } = predictor;
  const both = new Uint8Array(codes.length + donors.length);
  both.set(codes);
  donors.forEach((donor, at) => {
    both[codes.length + at] = codes[donor] as number;
  });
  return { ...predictor, codes: both };
}

function sharesOf(tree: Tree, sample: Int32Array, classes: Uint8Array): Float64Array {
  const sizes = leafSizes(tree);
  return Float64Array.from(sizes, (size, node) => {
    if (size === 0) return 0.5;
    let real = 0;
    const end = tree.end[node] as number;
    for (let i = tree.start[node] as number; i < end; i++) {
      real += classes[sample[i] as number] as number;
    }
    return real / size;
  });
}
