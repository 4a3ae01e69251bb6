import { cellValue } from "./rows.js";
import type { Table } from "./table.js";

const rowsAPiece = 2048;

/** Tables one below the other as a JSON array of objects, in pieces; missing is null. */
export async function* jsonPieces(tables: AsyncIterable<Table>): AsyncGenerator<string> {
  yield "[";
  let first = true;
  for await (const table of tables) {
    for (const piece of objects(table, ",\n")) {
      yield first ? `\n${piece}` : `,\n${piece}`;
      first = false;
    }
  }
  yield "\n]\n";
}

/** A table as JSON lines, in pieces. */
export function* jsonLinePieces(table: Table): Generator<string> {
  for (const piece of objects(table, "\n")) yield `${piece}\n`;
}

function* objects(table: Table, between: string): Generator<string> {
  const keys = table.columns.map((column) => `${JSON.stringify(column.name)}:`);
  for (let from = 0; from < table.rows; from += rowsAPiece) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(from + rowsAPiece, table.rows); row++) {
      const cells = table.columns.map(
        (column, i) => keys[i] + JSON.stringify(cellValue(column, row)),
      );
      lines.push(`{${cells.join(",")}}`);
    }
    yield lines.join(between);
  }
}
