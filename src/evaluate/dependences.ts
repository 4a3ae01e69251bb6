import { type Column, columnOf, type Table } from "../table/table.js";
import { correlationRatio, cramersV } from "./association.js";
import { comparedBins, isComparable } from "./binned.js";
import { countTwo } from "./bins.js";
import { pearson, ranks } from "./rank.js";

/** How two columns depend on each other, in the measure that fits their types. */
export interface Dependence {
  readonly left: string;
  readonly right: string;
  /** Spearman's rank correlation, the correlation ratio, or bias-corrected Cramér's V. */
  readonly measure: "Spearman" | "correlation ratio" | "Cramér's V";
  /** Signed for Spearman, 0..1 for the others; NaN where a column doesn't vary. */
  readonly value: number;
}

/** The dependence of every two comparable columns of a table; bins are those of `first`. */
export function dependences(table: Table, first: Table = table): readonly Dependence[] {
  const columns = first.columns.filter(isComparable).flatMap((column) => {
    const found = columnOf(table, column.name);
    return found === undefined ? [] : [prepared(found, column)];
  });
  return columns.flatMap((left, i) => columns.slice(i + 1).map((right) => between(left, right)));
}

interface Prepared {
  readonly name: string;
  /** Of numbers with an order that counts. */
  readonly ranks?: Float64Array;
  readonly bins: Uint8Array;
  readonly size: number;
}

function prepared(column: Column, first: Column): Prepared {
  const bins = comparedBins(first);
  const ordered = column.kind === "code" && column.type.kind === "category" && column.type.ordered;
  const values =
    column.kind === "number"
      ? column.values
      : ordered
        ? Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : code))
        : undefined;
  return {
    name: column.name,
    bins: bins.encode(column),
    size: bins.labels.length,
    ...(values === undefined ? {} : { ranks: ranks(values) }),
  };
}

function between(left: Prepared, right: Prepared): Dependence {
  const names = { left: left.name, right: right.name };
  if (left.ranks !== undefined && right.ranks !== undefined) {
    return { ...names, measure: "Spearman", value: pearson(left.ranks, right.ranks) };
  }
  const numbers = left.ranks ?? right.ranks;
  if (numbers !== undefined) {
    const groups = left.ranks === undefined ? left.bins : right.bins;
    return { ...names, measure: "correlation ratio", value: correlationRatio(groups, numbers) };
  }
  const counts = countTwo(left.bins, right.bins, left.size, right.size);
  const value = cramersV({ counts, left: left.size, right: right.size });
  return { ...names, measure: "Cramér's V", value };
}
