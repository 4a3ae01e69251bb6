import { compileTruth } from "../constraint/expression.js";
import { scopeOfTable } from "../constraint/scope.js";
import type { CheckedFairness } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { type Cuts, cutOf, cutsOf } from "../table/cuts.js";
import { columnOf, type Table } from "../table/table.js";
import { type Bins, binsOf } from "./bins.js";
import type { GroupCount, Stratum } from "./fairness-measures.js";

/** Rows sorted into groups: a code per row and what each code stands for. */
export interface Grouping {
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

/** The columns that the formula of an outcome reads. */
export function columnsOf(formula: Formula): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) {
      for (const part of node) visit(part);
      return;
    }
    const found = node as { op?: string; name?: string };
    if (found.op === "column" && found.name !== undefined) names.add(found.name);
    for (const part of Object.values(node)) visit(part);
  };
  visit(formula);
  return [...names];
}

/** 1 where the outcome holds, 0 where not, 2 where it can't be told. */
export function outcomeOf(table: Table, outcome: Formula): Uint8Array {
  const { scope, cells } = scopeOfTable(table);
  const holds = compileTruth(outcome, scope);
  const found = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const value = holds(cells, row);
    found[row] = Number.isNaN(value) ? 2 : value;
  }
  return found;
}

/** Levels of a category that stay apart. */
const LEVELS = 250;

/**
 * Groups of rows by each column: by every category, by every value of a number that has few, else by `most` ranges,
 * those by which the goals were met where there were any.
 */
export function groupBins(
  table: Table,
  names: readonly string[],
  most: number,
  cuts: readonly Cuts[] = [],
): readonly Bins[] {
  return names.flatMap((name) => {
    const column = columnOf(table, name);
    if (column === undefined) return [];
    if (column.kind === "code") return [binsOf(column, String, LEVELS)];
    const met = cuts.find((each) => each.column === name && each.most === most);
    return [cutBins(met ?? cutsOf(column, column.values, most))];
  });
}

function cutBins({ column, edges, labels }: Cuts): Bins {
  const missing = labels.length;
  return {
    column,
    labels: [...labels, "(missing)"],
    ordered: true,
    encode: (of) =>
      of.kind === "number"
        ? Uint8Array.from(of.values, (value) =>
            Number.isNaN(value) ? missing : cutOf(edges, value),
          )
        : new Uint8Array(of.codes.length).fill(missing),
  };
}

/** Rows by the combination of their bins; only combinations that occur in some table have a code. */
export function grouper(bins: readonly Bins[]): (table: Table) => Grouping {
  const codeOf = new Map<number, number>();
  const labels: string[] = [];
  return (table) => {
    const parts = bins.map((of) => {
      const column = columnOf(table, of.column);
      return column === undefined ? new Uint8Array(table.rows) : of.encode(column);
    });
    const codes = new Int32Array(table.rows);
    for (let row = 0; row < table.rows; row++) {
      let key = 0;
      parts.forEach((part, j) => {
        key = key * (bins[j] as Bins).labels.length + (part[row] as number);
      });
      let code = codeOf.get(key);
      if (code === undefined) {
        code = labels.length;
        codeOf.set(key, code);
        labels.push(
          parts.map((part, j) => (bins[j] as Bins).labels[part[row] as number]).join(", "),
        );
      }
      codes[row] = code;
    }
    return { codes, labels };
  };
}

/** How many of each group have the outcome; rows whose outcome can't be told are left out. */
export function countGroups(grouping: Grouping, outcome: Uint8Array): readonly GroupCount[] {
  const { codes, labels } = grouping;
  const count = new Float64Array(labels.length);
  const hits = new Float64Array(labels.length);
  for (let row = 0; row < codes.length; row++) {
    const is = outcome[row] as number;
    if (is === 2) continue;
    const group = codes[row] as number;
    count[group] = (count[group] as number) + 1;
    hits[group] = (hits[group] as number) + is;
  }
  return labels.map((group, i) => ({
    group,
    count: count[i] as number,
    hits: hits[i] as number,
  }));
}

/** The groups' counts within each stratum. */
export function countStrata(
  groups: Grouping,
  strata: Grouping,
  outcome: Uint8Array,
): readonly Stratum[] {
  return strata.labels.map((label, code) => {
    const within = new Uint8Array(outcome.length);
    for (let row = 0; row < within.length; row++) {
      within[row] = strata.codes[row] === code ? (outcome[row] as number) : 2;
    }
    return { label, groups: countGroups(groups, within) };
  });
}

/** The attributes to judge by: each column of `across`, and all of them together where several. */
export function attributesOf(fairness: CheckedFairness): readonly (readonly string[])[] {
  const single = fairness.across.map((name) => [name]);
  return fairness.across.length > 1 ? [...single, fairness.across] : single;
}
