import type { Finding, Release, WritingReceipt } from "../ir/release.js";
import { cellValue } from "../table/rows.js";
import { columnOf } from "../table/table.js";
import type { Cell, Grid } from "./grid.js";

/** Who wrote what, what that took, and the first rows of it beside what the writer was told. */
export function writingGrids(release: Release): readonly Grid[] {
  const receipts = release.writing ?? [];
  if (receipts.length === 0) return [];
  const outputs = [...new Set(receipts.map(({ output }) => output))];
  return [receiptGrid(receipts), ...outputs.flatMap((output) => cellGrid(release, output))];
}

function receiptGrid(receipts: readonly WritingReceipt[]): Grid {
  const models = receipts.some((receipt) => receipt.backend !== "offline");
  const priced = receipts.some((receipt) => receipt.cost !== undefined);
  const refused = receipts.some((receipt) => receipt.refused > 0);
  return {
    title: "Written",
    columns: [
      "what",
      "by",
      "written",
      ...(refused ? ["refused"] : []),
      ...(models
        ? ["asked", "kept from before", "sent again", "tokens read", "tokens written"]
        : []),
      ...(priced ? ["USD"] : []),
      "told",
    ],
    rows: receipts.map((receipt) => [
      nameOf(receipt),
      writerOf(receipt),
      receipt.written,
      ...(refused ? [receipt.refused] : []),
      ...(models
        ? [receipt.asked, receipt.kept, receipt.retries, receipt.tokensRead, receipt.tokensWritten]
        : []),
      ...(priced
        ? [receipt.cost === undefined ? "" : String(Number(receipt.cost.toPrecision(2)))]
        : []),
      toldOf(receipt),
    ]),
  };
}

/** What each writer was told, and where it lives: for the ledger. */
export function sentGrid(receipts: readonly WritingReceipt[]): readonly Grid[] {
  if (receipts.length === 0) return [];
  const rows = receipts.map((receipt) => [
    nameOf(receipt),
    writerOf(receipt),
    receipt.local ? 0 : receipt.asked,
    toldOf(receipt),
  ]);
  return [{ title: "Sent to writers", columns: ["for", "to", "questions", "columns"], rows }];
}

const nameOf = ({ output, column }: WritingReceipt): string =>
  column === undefined ? `rows of ${output}` : `${output}.${column}`;

function writerOf({ writer, backend, model, where }: WritingReceipt): string {
  if (backend === "offline") return "offline: templates and chance, no language model";
  return model === undefined ? `${writer}: ${where}` : `${writer}: ${model} at ${where}`;
}

function toldOf({ local, sees }: WritingReceipt): string {
  if (local) return "nothing left this machine";
  return sees.length === 0 ? "no values" : sees.join(", ");
}

const SHOWN = 5;

/** The first rows of an output: what writers were told, and what they wrote. */
function cellGrid(release: Release, output: string): readonly Grid[] {
  const table = release.outputs.find(({ name }) => name === output)?.table;
  const receipts = (release.writing ?? []).filter((receipt) => receipt.output === output);
  const names = receipts.flatMap(({ column, sees }) =>
    column === undefined ? [] : [...sees, column],
  );
  if (names.length === 0 || table === undefined || table.rows === 0) return [];
  const columns = [...new Set(names)].flatMap((name) => columnOf(table, name) ?? []);
  const rows = Array.from({ length: Math.min(SHOWN, table.rows) }, (_, row) =>
    columns.map((each): Cell => {
      const value = cellValue(each, row);
      return typeof value === "boolean" ? String(value) : value;
    }),
  );
  const title = `The first rows of ${output}, as they were written`;
  return [{ title, columns: columns.map(({ name }) => name), rows }];
}

/** Whether a note says no more than the table of what was written. */
export function isToldByReceipt(release: Release, finding: Finding): boolean {
  return (
    finding.kind === "note" &&
    finding.examples.length === 0 &&
    (release.writing ?? []).some(
      ({ table, column, written }) =>
        table === finding.table && column === finding.column && written === finding.count,
    )
  );
}
