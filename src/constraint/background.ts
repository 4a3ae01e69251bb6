import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import { isNumeric } from "../table/column-type.js";
import type { ClauseBuilder } from "./clause.js";
import { stepOf } from "./grid.js";
import type { Clause } from "./literal.js";

/** What holds of every row besides its types: a computed column is its formula, rounded to its step. */
export function backgroundOf(table: CheckedTable, builder: ClauseBuilder): Clause[] {
  return table.columns.flatMap((column) => {
    const definition = definitionOf(column);
    return definition.map((formula) => builder.clause(formula, { value: true, weak: true }));
  });
}

function definitionOf(column: CheckedColumn): Formula[] {
  if (column.origin.kind !== "computed") return [];
  const { formula } = column.origin;
  const self: Formula = { op: "column", name: column.name };
  if (column.type.kind === "bool") return [bothOrNeither(self, formula)];
  if (!isNumeric(column.type)) return [{ op: "eq", left: self, right: formula }];
  const half = (stepOf(column.type) ?? 0) / 2;
  if (half === 0) return [{ op: "eq", left: self, right: formula }];
  const distance: Formula = { op: "sub", left: self, right: formula };
  return [
    { op: "le", left: distance, right: { op: "number", value: half } },
    { op: "ge", left: distance, right: { op: "number", value: -half } },
  ];
}

function bothOrNeither(left: Formula, right: Formula): Formula {
  const not = (arg: Formula): Formula => ({ op: "not", arg });
  return {
    op: "or",
    args: [
      { op: "and", args: [left, right] },
      { op: "and", args: [not(left), not(right)] },
    ],
  };
}
