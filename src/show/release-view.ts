import type { LedgerLine, Release } from "../ir/release.js";
import { type Grid, gridHtml, gridText } from "./grid.js";
import { escapeHtml, themed } from "./html.js";
import { type MimeBundle, madeWhenSeen } from "./mime.js";
import { percent } from "./ticks.js";
import { isToldByReceipt, sentGrid, writingGrids } from "./writing-view.js";

/** What a run made, found and spent. */
export function displayRelease(release: Release): MimeBundle {
  const grids = [
    outputGrid(release),
    ...writingGrids(release),
    ...findingGrid(release),
    ...ledgerGrid(release.ledger),
  ];
  const last = ledgerLine(release.ledger);
  return madeWhenSeen({
    "text/html": () =>
      themed(`${grids.map(gridHtml).join("")}<p class="soft">${escapeHtml(last)}</p>`),
    "text/plain": () => [...grids.map((grid) => gridText(grid)), last].join("\n\n"),
  });
}

/** Charges in full, newest last, then the sum in one sentence. */
export function displayLedger(lines: readonly LedgerLine[], title = "Ledger"): MimeBundle {
  const grids = ledgerGrid(lines, title);
  const last = ledgerLine(lines);
  return {
    "text/html": themed(`${grids.map(gridHtml).join("")}<p>${escapeHtml(last)}</p>`),
    "text/plain": [...grids.map((grid) => gridText(grid)), last].join("\n\n"),
  };
}

/** What a run spent, and what it told to which writers. */
export function displayAccounts(release: Release): MimeBundle {
  const charges = displayLedger(release.ledger);
  const grids = sentGrid(release.writing ?? []);
  if (grids.length === 0) return charges;
  return {
    "text/html": `${charges["text/html"]}${themed(grids.map(gridHtml).join(""))}`,
    "text/plain": [charges["text/plain"], ...grids.map((grid) => gridText(grid))].join("\n\n"),
  };
}

/** All charges in one sentence. The last line's epsilon is that of all charges up to it. */
function ledgerLine(lines: readonly LedgerLine[]): string {
  if (lines.length === 0) return "No privacy budget was spent: nothing here is protected.";
  const all = lines.reduce((sum, { rho }) => sum + rho, 0);
  const rho = Number.isNaN(all) ? "" : ` (rho ${all.toPrecision(3)})`;
  const { epsilon, delta } = lines.at(-1) as LedgerLine;
  const seeded = lines.some((line) => line.seeded)
    ? " Seeded, not private: for teaching and tests only."
    : "";
  const sum = `${lines.length} charge${lines.length === 1 ? "" : "s"} to the ledger: epsilon ${Number(epsilon.toPrecision(3))} at delta ${delta.toExponential(1)} in all${rho}.${seeded}`;
  if (lines.length === 1 || rho === "") return sum;
  return `${sum} Losses add up in rho; epsilon so far is what the charges up to a line come to together, so it grows fastest at first.`;
}

function outputGrid(release: Release): Grid {
  const redrawn = release.outputs.some((output) => output.redrawn > 0);
  const given = release.outputs.some((output) => output.given !== undefined);
  // Of rows beside real ones only the generated ones were weighed.
  const asked = ({ name, table, written }: Release["outputs"][number]) =>
    release.plan?.checked.outputs.find((output) => output.name === name)?.rows ??
    written?.rows ??
    table.rows;
  return {
    title: "Generated",
    columns: [
      "name",
      "rows",
      "columns",
      "seed",
      ...(redrawn ? ["drawn again"] : []),
      ...(given ? ["given", "its probability"] : []),
    ],
    rows: release.outputs.map((output) => [
      output.name,
      output.written?.rows ?? output.table.rows,
      output.table.columns.length,
      String(output.seed),
      ...(redrawn ? [output.redrawn] : []),
      ...(given ? [output.given?.text ?? "", probabilityText(output, asked(output))] : []),
    ]),
  };
}

/** How likely the condition is, and how many independent rows the weighed ones are worth. */
function probabilityText({ given }: Release["outputs"][number], generated: number): string {
  if (given === undefined) return "";
  const { probability, low, high, exact } = given;
  const { effectiveRows = Number.POSITIVE_INFINITY } = given;
  if (exact) return `${percent(probability, 2)} (exact)`;
  const worth = effectiveRows < 0.95 * generated;
  const rows = worth ? `, worth ${Math.max(1, Math.round(effectiveRows))} rows` : "";
  const ends = [percent(low, 2), percent(high, 2)];
  const interval = ends[0] === ends[1] ? "" : ` (${ends.join(" to ")})`;
  return `${percent(probability, 2)}${interval}${rows}`;
}

function findingGrid(release: Release): readonly Grid[] {
  const findings = release.findings.filter((finding) => !isToldByReceipt(release, finding));
  if (findings.length === 0) return [];
  return [
    {
      title: "Found on the way",
      columns: ["what", "where", "count", "for example", "what was done"],
      rows: findings.map((finding) => [
        finding.kind.replaceAll("-", " "),
        finding.column === undefined ? finding.table : `${finding.table}.${finding.column}`,
        finding.kind === "note" && finding.count === 0 ? "" : finding.count,
        finding.examples.join(", "),
        finding.policy,
      ]),
    },
  ];
}

function ledgerGrid(lines: readonly LedgerLine[], title = "Ledger"): readonly Grid[] {
  if (lines.length === 0) return [];
  return [
    {
      title,
      columns: ["when", "what", "mechanism", "rho", "epsilon so far", "delta"],
      rows: lines.map((line) => [
        line.when.replace(/\.\d+Z$/, "Z"),
        line.what,
        line.mechanism,
        Number.isNaN(line.rho) ? "" : Number(line.rho.toPrecision(3)),
        Number(line.epsilon.toPrecision(3)),
        line.delta.toExponential(1),
      ]),
    },
  ];
}
