import type { Cells } from "../../constraint/guide.js";
import { positionOf, type Scope } from "../../constraint/scope.js";

/** Turns one or more columns of a row into one code. */
export interface Coder {
  readonly size: number;
  /** 0 .. size−1. */
  code(cells: Cells, row: number): number;
  /** What a code stands for. */
  label(code: number): string;
}

/** Quantile bins of a numeric column. */
const BINS = 10;

/** A coder of one column: a category by its levels, a number by quantile bins of `cells`; missing apart. */
export function columnCoder(scope: Scope, cells: Cells, name: string, bins = BINS): Coder {
  const at = positionOf(scope, name);
  const levels = scope.levels[at];
  if (levels !== undefined) {
    return {
      size: levels.length + 1,
      code: (from, row) => {
        const code = (from[at] as Int32Array)[row] as number;
        return code < 0 ? levels.length : code;
      },
      label: (code) => levels[code] ?? "missing",
    };
  }
  const edges = quantiles(cells[at] as Float64Array, bins);
  return {
    size: edges.length + 2,
    code: (from, row) => {
      const value = (from[at] as Float64Array)[row] as number;
      if (Number.isNaN(value)) return edges.length + 1;
      let bin = 0;
      while (bin < edges.length && value >= (edges[bin] as number)) bin++;
      return bin;
    },
    label: (code) => (code > edges.length ? "missing" : `${name} bin ${code + 1}`),
  };
}

/** Inner edges of bins with about equally many values. */
function quantiles(values: Float64Array, bins: number): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges: number[] = [];
  for (let b = 1; b < bins; b++) {
    const edge = sorted[Math.floor((b * sorted.length) / bins)];
    if (edge !== undefined && edge > (edges.at(-1) ?? (sorted[0] as number))) edges.push(edge);
  }
  return edges;
}

/** Several coders as one: mixed radix, the last one fastest. */
export function crossed(coders: readonly Coder[]): Coder {
  const size = coders.reduce((product, coder) => product * coder.size, 1);
  return {
    size,
    code: (cells, row) =>
      coders.reduce((code, coder) => code * coder.size + coder.code(cells, row), 0),
    label: (code) => {
      const labels: string[] = [];
      let rest = code;
      for (const coder of [...coders].reverse()) {
        labels.unshift(coder.label(rest % coder.size));
        rest = Math.floor(rest / coder.size);
      }
      return labels.join(", ");
    },
  };
}
