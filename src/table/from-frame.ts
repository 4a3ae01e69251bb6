import type { ColumnType } from "./column-type.js";
import { asFrame, type Frame } from "./frame.js";
import { frameFacts } from "./frame-facts.js";
import { sourceOfFrame } from "./frame-source.js";
import type { ColumnFacts, ColumnRequest } from "./source-types.js";
import type { Table } from "./table.js";

/** Most different texts that make a category; more make a text column. */
const mostLevels = 1000;

/**
 * A table from an Arrow table, a danfo DataFrame, an array of objects or an object of arrays; types
 * are found by looking at every row. A table of ours comes back as it is. Undefined for anything else.
 */
export async function fromFrame(value: unknown, name: string): Promise<Table | undefined> {
  const frame = asFrame(value);
  if (frame === undefined) return undefined;
  if ((value as Partial<Table>).kind === "table") return value as Table;
  const spec = { name, format: "frame", where: name, missing: [] };
  const columns = frameFacts(frame, []).map((facts) => requestOf(frame, facts));
  const source = sourceOfFrame(spec, async () => frame);
  return (await source.read({ name, columns, keepExamples: false })).table;
}

function requestOf(frame: Frame, facts: ColumnFacts): ColumnRequest {
  const { header } = facts;
  return { name: header, header, type: typeOf(facts, frame.rows), optional: true };
}

/** The type that a column's facts suggest. */
function typeOf(facts: ColumnFacts, rows: number): ColumnType {
  switch (facts.looksLike) {
    case "int":
    case "real":
    case "date":
    case "datetime":
      return { kind: facts.looksLike, learned: true };
    case "bool":
      return { kind: "bool" };
    case "text":
      return facts.distinct > Math.min(mostLevels, Math.max(20, rows / 2))
        ? { kind: "text" }
        : { kind: "category", values: [], ordered: false, learned: true };
  }
}
