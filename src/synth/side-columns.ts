import { type Random, stream } from "../base/random.js";
import type { Allowed } from "../constraint/guide.js";
import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import { MISSING } from "../table/table.js";
import { inventor } from "./spec-only/invented.js";
import { Pattern } from "./spec-only/pattern.js";
import { usualMissingShare } from "./spec-only/spec-model.js";
import type { RowModel } from "./synthesizer.js";

/** A column that no model draws: codes for every row, and the strings that they stand for. */
export interface SideColumn {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** True for ids, invented and patterned texts, and texts left to a writer. */
export function isBeside(column: CheckedColumn): boolean {
  if (column.origin.kind === "computed") return false;
  return (
    column.type.kind === "id" || column.type.kind === "text" || column.origin.kind === "written"
  );
}

/** The share of missing values of a column that nothing is learned of. */
export function missingShareOf(column: CheckedColumn): number {
  return column.optional ? (column.missingShare ?? usualMissingShare) : 0;
}

/**
 * Make a column beside the model: ids, texts. `filled` has a code ≥ 0 for each row that has a value;
 * absent, every row has. A column that a writer fills later has codes for its rows but no words yet
 * (empty strings).
 */
export async function sideColumn(
  table: CheckedTable,
  column: CheckedColumn,
  request: { readonly rows: number; readonly name: string; readonly seed: number | string },
  filled?: Int32Array,
): Promise<SideColumn> {
  const { rows, name, seed } = request;
  const random = stream(seed, name, "column", column.name);
  const { type } = column;
  if (type.kind === "id") {
    return { codes: Int32Array.from({ length: rows }, (_, row) => row), levels: numbered(rows) };
  }
  const codes = new Int32Array(rows);
  let present = 0;
  for (let row = 0; row < rows; row++) {
    codes[row] = filled !== undefined && (filled[row] as number) < 0 ? MISSING : present++;
  }
  const unique = table.rules.some(
    (rule) =>
      rule.kind === "unique" && rule.columns.length === 1 && rule.columns[0] === column.name,
  );
  if (type.kind !== "text" || column.origin.kind === "written") {
    return { codes, levels: new Array<string>(present).fill("") };
  }
  if (type.like !== undefined) {
    const pattern = new Pattern(type.like);
    const texts = unique
      ? pattern.drawDistinct(present, random, column.name)
      : Array.from({ length: present }, () => pattern.draw(random));
    return dictionary(codes, texts);
  }
  const invent = type.invented === undefined ? () => "" : await inventor(type.invented);
  const make = () => invent(random);
  const texts = unique ? distinct(present, make) : Array.from({ length: present }, make);
  return dictionary(codes, texts);
}

function numbered(rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => String(row + 1));
}

/** Different texts: drawn again when repeated, and numbered where that does not help. */
function distinct(count: number, make: () => string): string[] {
  const seen = new Set<string>();
  while (seen.size < count) {
    let text = make();
    for (let tries = 0; tries < 20 && seen.has(text); tries++) text = make();
    const [name = "", ...rest] = text.split("@");
    const place = rest.length === 0 ? "" : `@${rest.join("@")}`;
    for (let number = 2; seen.has(text); number++)
      text = `${name}${place ? "" : " "}${number}${place}`;
    seen.add(text);
  }
  return [...seen];
}

/** Equal strings share a code. */
function dictionary(codes: Int32Array, texts: readonly string[]): SideColumn {
  const index = new Map<string, number>();
  for (const text of texts) if (!index.has(text)) index.set(text, index.size);
  const shared = codes.map((code) =>
    code === MISSING ? MISSING : (index.get(texts[code] as string) as number),
  );
  return { codes: shared, levels: [...index.keys()] };
}

/**
 * Draws whether optional texts are there, after the model's own columns, so that rules about their being
 * missing hold and change no other column's shares.
 */
export function presenceModel(columns: readonly CheckedColumn[]): RowModel {
  const draw = (column: number, allowed: Allowed | undefined, random: Random): [number, number] => {
    const share = missingShareOf(columns[column] as CheckedColumn);
    const gone = allowed?.missing === false ? 0 : share;
    const there = allowed?.codes !== undefined && !allowed.codes.includes(1) ? 0 : 1 - share;
    const total = gone + there;
    if (total === 0) return [allowed?.missing === true ? MISSING : 0, -Infinity];
    return [random.uniform() * total < gone ? MISSING : 0, Math.log(total)];
  };
  return {
    learner: "presence",
    columns,
    levels: columns.map(() => [""]),
    order: columns.map((_, at) => at),
    begin: () => undefined,
    drawFree: (_state, cells, column, from, to, random) => {
      const codes = cells[column] as Int32Array;
      for (let row = from; row < to; row++) codes[row] = draw(column, undefined, random)[0];
    },
    drawAllowed: (_state, cells, column, row, allowed, random) => {
      const [code, weight] = draw(column, allowed, random);
      (cells[column] as Int32Array)[row] = code;
      return weight;
    },
    save: () => ({ learner: "presence", version: 1, json: {}, arrays: {} }),
  };
}
