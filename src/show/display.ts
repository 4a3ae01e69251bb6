import type { Plan } from "../ir/plan.js";
import type { LedgerLine, Release } from "../ir/release.js";
import type { FigureData, MarginalFigure, Report } from "../ir/report.js";
import type { Why } from "../ir/why.js";
import type { Table } from "../table/table.js";
import { displayFigure } from "./figure.js";
import type { MimeBundle } from "./mime.js";
import { displayPlan } from "./plan-view.js";
import { displayLedger, displayRelease } from "./release-view.js";
import { displayReport } from "./report-view.js";
import { type Multiples, multiplesOf } from "./svg-multiples.js";
import { displayTable } from "./table-view.js";
import { displayWhy } from "./why-view.js";

export { displayPairs } from "./pairs-view.js";
export { displayAccounts } from "./release-view.js";

export type Displayable =
  | Plan
  | Table
  | Release
  | Report
  | FigureData
  | Multiples
  | Why
  | readonly LedgerLine[];

/** Anything that Parable makes, in the forms that a notebook, an export and a terminal can show. */
export function display(value: Displayable): MimeBundle {
  if (Array.isArray(value)) return displayLedger(value as readonly LedgerLine[]);
  const one = value as Exclude<Displayable, readonly LedgerLine[]>;
  switch (one.kind) {
    case "plan":
      return displayPlan(one);
    case "table":
      return displayTable(one);
    case "release":
      return displayRelease(one);
    case "report":
      return displayReport(one);
    case "why":
      return displayWhy(one);
    default:
      return displayFigure(one);
  }
}

/** A table with so many of its first rows. */
export function displayRows(table: Table, rows: number): MimeBundle {
  return displayTable(table, rows);
}

/** Many marginals as one figure; a single one as itself. */
export function displayMarginals(title: string, figures: readonly MarginalFigure[]): MimeBundle {
  const only = figures.length === 1 ? figures[0] : undefined;
  return displayFigure(only ?? multiplesOf(title, figures));
}
