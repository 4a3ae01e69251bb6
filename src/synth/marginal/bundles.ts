import type { Propagation } from "../../kernels/propagate.js";
import { runProjection } from "./index-map.js";
import { type Clique, cellsOf } from "./junction-tree.js";
import { type Layout, type PlacedRuns, viewOf } from "./layout.js";

/** A table over some attributes of a larger one. */
export interface Part {
  readonly attributes: Clique;
  /** Where the logs lie that are added to the larger table. */
  readonly up: number;
  /** Where the larger table's sums go. */
  readonly down: number;
}

interface PlacedPart extends Part {
  readonly cells: number;
  /** From the cells of the table above to those of the part. */
  readonly runs: PlacedRuns;
}

/** Parts that go through one table of their own. */
interface Bundle extends PlacedPart {
  readonly parts: readonly PlacedPart[];
}

interface Group {
  readonly attributes: Clique;
  readonly parts: readonly Part[];
}

/**
 * All parts of one table. To add a part to a large table, or to sum the table into it, is a pass over all of the
 * table's cells. Parts that share attributes are therefore first added up in a table over what they have
 * together, where that is smaller, and one pass does for all of them.
 */
export class Bundles {
  private readonly bundles: readonly Bundle[];

  /** `attributes` of the large table, in the order of its storage. */
  constructor(
    attributes: Clique,
    sizes: readonly number[],
    parts: readonly Part[],
    layout: Layout,
  ) {
    const inOrder = (own: Clique): Clique => attributes.filter((each) => own.includes(each));
    const placed = (part: Part, from: Clique): PlacedPart => ({
      ...part,
      cells: cellsOf(part.attributes, sizes),
      runs: layout.runs(runProjection(from, part.attributes, sizes)),
    });
    this.bundles = groupParts(attributes, sizes, parts).map((group): Bundle => {
      const [only, ...others] = group.parts as [Part, ...Part[]];
      if (others.length === 0) return { ...placed(only, attributes), parts: [] };
      const own = inOrder(group.attributes);
      const place = layout.cells(cellsOf(own, sizes));
      return {
        ...placed({ attributes: own, up: place, down: place }, attributes),
        parts: group.parts.map((part) => placed(part, own)),
      };
    });
  }

  /** The memory is there: fill it. */
  open(kernel: Propagation): void {
    for (const bundle of this.bundles) {
      for (const { runs } of [bundle, ...bundle.parts]) {
        new Int32Array(kernel.buffer, runs.place, runs.offsets.length).set(runs.offsets);
      }
    }
  }

  /** Adds all parts to the table at `place`. */
  addInto(kernel: Propagation, place: number): void {
    for (const bundle of this.bundles) {
      if (bundle.parts.length > 0) viewOf(kernel, bundle.up, bundle.cells).fill(0);
      for (const part of bundle.parts) add(kernel, bundle.up, part);
      add(kernel, place, bundle);
    }
  }

  /** Sums the table at `place` into all parts. */
  sumFrom(kernel: Propagation, place: number): void {
    for (const bundle of this.bundles) {
      sum(kernel, place, bundle);
      for (const part of bundle.parts) sum(kernel, bundle.down, part);
    }
  }
}

function add(kernel: Propagation, into: number, { up, runs }: PlacedPart): void {
  kernel.addRuns(into, up, runs.place, runs.offsets.length, runs.length, runs.stride);
}

function sum(kernel: Propagation, from: number, { down, cells, runs }: PlacedPart): void {
  viewOf(kernel, down, cells).fill(0);
  kernel.sumRuns(from, down, runs.place, runs.offsets.length, runs.length, runs.stride);
}

/** Greedily, two by two, as long as cells are saved: alone a part costs all cells of the table. */
function groupParts(attributes: Clique, sizes: readonly number[], parts: readonly Part[]): Group[] {
  const whole = cellsOf(attributes, sizes);
  const costOf = ({ attributes: own, parts: { length } }: Group): number =>
    length === 1 ? whole : whole + length * cellsOf(own, sizes);
  let groups: Group[] = parts.map((part) => ({ attributes: part.attributes, parts: [part] }));
  for (;;) {
    let best:
      | { readonly saved: number; readonly of: readonly Group[]; readonly made: Group }
      | undefined;
    for (const [i, a] of groups.entries()) {
      for (const b of groups.slice(i + 1)) {
        const made = {
          attributes: [...new Set([...a.attributes, ...b.attributes])],
          parts: [...a.parts, ...b.parts],
        };
        const saved = costOf(a) + costOf(b) - costOf(made);
        if (saved > (best?.saved ?? 0)) best = { saved, of: [a, b], made };
      }
    }
    if (best === undefined) return groups;
    const { of, made } = best;
    groups = [...groups.filter((group) => !of.includes(group)), made];
  }
}
