import type { Cells } from "../../constraint/guide.js";
import { positionOf, type Scope } from "../../constraint/scope.js";
import { type Cuts, cutOf, cutsOf, GROUPS } from "../../table/cuts.js";

/** Turns one or more columns of a row into one code. */
export interface Coder {
  readonly size: number;
  /** 0 .. size−1. */
  code(cells: Cells, row: number): number;
  /** What a code stands for. */
  label(code: number): string;
  /** Where its number columns are cut. */
  readonly cuts?: readonly Cuts[];
}

/** A coder of one column: a category by its levels, a number by its cuts of `cells`; missing apart. */
export function columnCoder(
  scope: Scope,
  cells: Cells,
  name: string,
  most: number = GROUPS.influence,
): Coder {
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
  const column = scope.columns[at] as Scope["columns"][number];
  const cuts = cutsOf(column, cells[at] as Float64Array, most);
  const missing = cuts.edges.length + 1;
  return {
    size: missing + 1,
    code: (from, row) => {
      const value = (from[at] as Float64Array)[row] as number;
      return Number.isNaN(value) ? missing : cutOf(cuts.edges, value);
    },
    label: (code) => (code === missing ? "missing" : `${name} ${cuts.labels[code]}`),
    cuts: [cuts],
  };
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
    cuts: coders.flatMap(({ cuts = [] }) => cuts),
  };
}
