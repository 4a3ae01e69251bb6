import type { Release, WritingReceipt } from "../ir/release.js";
import { cellValue } from "../table/rows.js";
import { columnOf } from "../table/table.js";
import type { Cell, Grid } from "./grid.js";

/** Who wrote what, what that took, and the first rows of it beside what the writer was told. */
export function writingGrids(release: Release): readonly Grid[] {
  const receipts = release.writing ?? [];
  if (receipts.length === 0) return [];
  return [receiptGrid(receipts), ...receipts.flatMap((receipt) => cellGrid(release, receipt))];
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

function cellGrid(release: Release, receipt: WritingReceipt): readonly Grid[] {
  const { column, sees, output } = receipt;
  const table = release.outputs.find(({ name }) => name === output)?.table;
  if (column === undefined || table === undefined) return [];
  const columns = [...sees, column].flatMap((name) => columnOf(table, name) ?? []);
  const rows = Array.from({ length: Math.min(SHOWN, table.rows) }, (_, row) =>
    columns.map((each): Cell => {
      const value = cellValue(each, row);
      return typeof value === "boolean" ? String(value) : value;
    }),
  );
  const title = `${output}.${column}, the first rows`;
  return rows.length === 0 ? [] : [{ title, columns: columns.map(({ name }) => name), rows }];
}
