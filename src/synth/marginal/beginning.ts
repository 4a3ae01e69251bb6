import type { Access } from "../../privacy/access.js";
import { type EngineRequest, measurementOf, noisyTotal, sizesOf } from "./engine.js";
import {
  type EstimateOptions,
  estimate,
  type MarginalModel,
  type StructuralZeros,
} from "./estimate.js";
import {
  type Merging,
  mergeCodes,
  mergeMeasurement,
  mergeZeros,
  sumGroups,
} from "./merge-codes.js";
import { sharesOf, smooth } from "./singles.js";
import { splitGroups } from "./split-groups.js";
import { type Measurement, targetsOf } from "./terms.js";

/** A group of rare values should hold this share of all rows to the power below, in units of σ/rows. */
const FACTOR = 1.8;
/** Likewise a stretch of neighbours: docs/decisions/0013. */
const STRETCH = 4.5;
const POWER = 0.65;
/** A code that determines others stands alone from so many σ on: then what goes with it is told from noise. */
const KEY = 3;
/** Cells of the junction tree where noise is this share of all rows or more (1 MB of doubles). */
const CELLS = 131_072;

/** How the junction tree grows with precision: from noise of `from` of all rows on, in proportion, to `most` times. */
export interface Growth {
  readonly from: number;
  readonly most: number;
}
/** Where many fits are made, one after each round. */
const manyFits: Growth = { from: 5e-4, most: 4 };
/** Where there is one fit to pay for. */
export const oneFit: Growth = { from: 8e-3, most: 8 };

/**
 * What every engine does first: single columns are measured, and codes that the noise to come would
 * swamp are put together. The engine then works with groups; `finish` gives codes back.
 */
export class Beginning {
  /** Every column over its codes, as measured. */
  readonly singles: readonly Measurement[];
  readonly total: number;
  readonly merging: Merging;
  /** The rows, coded by groups. */
  readonly access: Access;
  readonly sizes: readonly number[];
  readonly zeros: readonly StructuralZeros[];
  /** The most cells of the junction tree. */
  readonly cells: number;
  private readonly request: EngineRequest;

  /** Spends `rho` of the request's; groups suit what is left for about as many pairs as columns. */
  constructor(request: EngineRequest, rho: number, growth: Growth = manyFits) {
    this.request = request;
    const { access, zeros } = request;
    this.singles = measureByWidth(access, rho);
    this.total = noisyTotal(this.singles);
    const columns = access.columns.length;
    const sigma = access.sigmaOf((request.rho - rho) / (columns + 1));
    const finer = Math.min(growth.most, Math.max(1, (growth.from * this.total) / sigma));
    this.cells = request.cells ?? CELLS * finer;
    const share = Math.min(1, (sigma / this.total) ** POWER);
    this.merging = mergeCodes({
      counts: this.counts(this.singles, this.total),
      ordered: request.ordered ?? [],
      zeros,
      thresholds: { value: FACTOR * this.total * share, stretch: STRETCH * this.total * share },
      keys: { columns: request.keys ?? [], threshold: KEY * sigma },
    });
    this.sizes = this.merging.sizes;
    this.access = access.merged(this.merging.groups);
    this.zeros = mergeZeros(zeros, this.merging);
  }

  /** Expected rows of each code, from all measurements of single columns over their codes. */
  counts(singles: readonly Measurement[], total: number): Float64Array[] {
    return targetsOf(singles)
      .sort((a, b) => (a.clique[0] as number) - (b.clique[0] as number))
      .map((target, column) =>
        sharesOf(smooth(target, this.request.ordered?.[column] ?? 0), total).map(
          (share) => share * total,
        ),
      );
  }

  /** Expected rows of each group. */
  groupCounts(counts: readonly Float64Array[]): Float64Array[] {
    const { groups, sizes } = this.merging;
    return counts.map((values, column) =>
      sumGroups(values, groups[column] as Int32Array, sizes[column] as number),
    );
  }

  /** Fits to singles (over codes) and to what was measured over groups; the model is over groups. */
  fit(
    singles: readonly Measurement[],
    grouped: readonly Measurement[],
    options: Pick<EstimateOptions, "iterations" | "warm" | "pull">,
  ): MarginalModel {
    const total = noisyTotal([...singles, ...grouped]);
    const prior = this.groupCounts(this.counts(singles, total)).map((counts) =>
      counts.map((count) => count / total),
    );
    const measurements = [
      ...singles.map((single) => mergeMeasurement(single, this.merging)),
      ...grouped,
    ];
    return estimate(this.sizes, measurements, {
      ...{ total, prior, zeros: this.zeros, trust: TRUST, pull: PULL },
      ...options,
    });
  }

  /** Measurements with the groups they count, where these are not codes. */
  told(singles: readonly Measurement[], grouped: readonly Measurement[]): Measurement[] {
    const { groups, sizes } = this.merging;
    const isMerged = (column: number): boolean => groups[column]?.length !== sizes[column];
    return [
      ...singles,
      ...grouped.map((measured) =>
        measured.clique.some(isMerged)
          ? { ...measured, groups: measured.clique.map((column) => groups[column] as Int32Array) }
          : measured,
      ),
    ];
  }

  /** The model over codes: within a group they keep the shares that single columns give them. */
  finish(model: MarginalModel, singles: readonly Measurement[]): MarginalModel {
    const within = this.counts(singles, model.total);
    return { ...model, beliefs: splitGroups(model.beliefs, this.merging, within) };
  }
}

/** A little trust in independence: fits settle sooner, and no error that could be measured came of it. */
const TRUST = 0.003;
/** Likewise: rows that a fit may miss for each nat that it leaves independence; precise fits then settle. */
const PULL = 1;
/** That a row counts for more in small tables: the same as a share of all rows, docs/decisions/0007. */
const PULL_SHARE = 1e-5;

/** A pull that suits tables of this size, for engines that choose by what a fit has missed. */
export function pullFor(total: number): number {
  return Math.min(PULL, PULL_SHARE * total);
}

/** Measure all columns for `rho` together, so that their errors together are least: ρ ∝ size^⅔. */
export function measureByWidth(access: Access, rho: number): Measurement[] {
  const widths = sizesOf(access).map((size) => size ** (2 / 3));
  const all = widths.reduce((a, b) => a + b, 0);
  const requests = widths.map((width, column) => ({
    columns: [column],
    rho: (rho * (1 - 1e-9) * width) / all,
  }));
  return access.measureMarginals(requests).map(measurementOf);
}
