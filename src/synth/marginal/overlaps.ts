import { projection } from "./index-map.js";
import { type Clique, cellsOf } from "./junction-tree.js";

/** What is needed of a term: where its potentials lie, and how dear each is. */
interface Overlapping {
  /** Attributes, in the order in which its cells lie. */
  readonly attributes: Clique;
  readonly start: number;
  readonly cells: number;
  readonly pulls: Float64Array;
}

/** One term's part in what several terms tell of the same attributes. */
interface Member {
  readonly start: number;
  /** From cells of the term to cells of the shared attributes. */
  readonly map: Int32Array;
  /** Cells of the term for each shared cell. */
  readonly spread: number;
  /** How far the means of a shared cell give way: 1 / (pull · spread). */
  readonly gives: Float64Array;
}

interface Shared {
  readonly isSingle: boolean;
  readonly members: readonly Member[];
  /** The sum of what its members give. */
  readonly gives: Float64Array;
}

/**
 * Terms that share attributes overlap: potentials can be moved from one to another without changing the
 * model. In those directions the dual is the quadratic ½ Σ pull · θ² alone, a million times flatter than in
 * others, and a descent would crawl. They are known, so they are solved at once: of the terms' means over
 * what they do not share the model sees the sum alone, and that is cheapest divided in proportion to
 * 1 / (pull · cells). Effects of one, two, … attributes are orthogonal, and settling those of more leaves those
 * of fewer as they are, so that one pass from few to many is exact.
 */
export class Overlaps {
  private readonly shared: readonly Shared[];

  constructor(terms: readonly Overlapping[], sizes: readonly number[]) {
    const even = terms.filter(isEven);
    const found = new Map<string, Clique>();
    for (const { attributes } of even) {
      for (const part of partsOf(attributes)) found.set(part.join(), part);
    }
    this.shared = [...found.values()].flatMap((part) => {
      const holders = even.filter(({ attributes }) => part.every((it) => attributes.includes(it)));
      return part.length > 1 && holders.length < 2 ? [] : [sharedBy(part, holders, sizes)];
    });
  }

  /** Divides potentials among terms where they are cheapest; the model stays as it is. In place. */
  settle(potentials: Float64Array): void {
    for (const shared of this.shared) settle(shared, potentials);
  }
}

/** Effects of a term are orthogonal where all its potentials are as dear; of one attribute, always. */
function isEven({ attributes, pulls }: Overlapping): boolean {
  return attributes.length === 1 || pulls.every((pull) => pull === pulls[0]);
}

/** Non-empty subsets, each after its own subsets. */
function partsOf(attributes: Clique): Clique[] {
  let parts: number[][] = [[]];
  for (const attribute of [...attributes].sort((a, b) => a - b)) {
    parts = parts.flatMap((part) => [part, [...part, attribute]]);
  }
  return parts.filter((part) => part.length > 0);
}

function sharedBy(part: Clique, holders: readonly Overlapping[], sizes: readonly number[]): Shared {
  const cells = cellsOf(part, sizes);
  const members = holders.map(({ attributes, start, pulls }): Member => {
    const spread = pulls.length / cells;
    const gives = Float64Array.from({ length: cells }, (_, cell) => {
      return 1 / ((spread === 1 ? (pulls[cell] as number) : (pulls[0] as number)) * spread);
    });
    return { start, spread, gives, map: projection(attributes, part, sizes) };
  });
  const gives = new Float64Array(cells);
  for (const member of members) for (let i = 0; i < cells; i++) add(gives, i, member.gives[i]);
  return { members, gives, isSingle: part.length === 1 };
}

function settle({ members, gives, isSingle }: Shared, potentials: Float64Array): void {
  const cells = gives.length;
  const effects = members.map(({ start, map, spread }) => {
    const means = new Float64Array(cells);
    for (let i = 0; i < map.length; i++) {
      add(means, map[i] as number, (potentials[start + i] as number) / spread);
    }
    return means;
  });
  const price = new Float64Array(cells);
  for (const effect of effects) for (let i = 0; i < cells; i++) add(price, i, effect[i]);
  if (isSingle) withoutConstant(price, gives);
  for (let i = 0; i < cells; i++) price[i] = (price[i] as number) / (gives[i] as number);
  for (const [m, { start, map, gives: own }] of members.entries()) {
    const effect = effects[m] as Float64Array;
    for (let i = 0; i < map.length; i++) {
      const cell = map[i] as number;
      add(
        potentials,
        start + i,
        (own[cell] as number) * (price[cell] as number) - (effect[cell] as number),
      );
    }
  }
}

/** A constant changes no model, and is best where Σ value / gives is 0. */
function withoutConstant(values: Float64Array, gives: Float64Array): void {
  let [sum, all] = [0, 0];
  for (const [i, value] of values.entries()) {
    sum += value / (gives[i] as number);
    all += 1 / (gives[i] as number);
  }
  for (let i = 0; i < values.length; i++) add(values, i, -sum / all);
}

function add(into: Float64Array, at: number, value: number | undefined): void {
  into[at] = (into[at] as number) + (value as number);
}
