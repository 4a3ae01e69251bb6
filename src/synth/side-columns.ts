import { type Random, stream } from "../base/random.js";
import type { Allowed } from "../constraint/guide.js";
import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import { personalKind } from "../ir/personal.js";
import { isNumeric } from "../table/column-type.js";
import { MISSING } from "../table/table.js";
import { inventor } from "./spec-only/invented.js";
import { Pattern } from "./spec-only/pattern.js";
import { usualMissingShare } from "./spec-only/spec-model.js";
import type { RowModel, SavedModel } from "./synthesizer.js";

/** A column that no model draws: codes for every row, and the strings that they stand for. */
export interface SideColumn {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** True for ids, invented and patterned texts, and texts left to a writer. */
export function isBeside(column: CheckedColumn): boolean {
  if (column.origin.kind === "computed") return false;
  return column.type.kind === "id" || column.type.kind === "text";
}

/** The share of missing values of a column that nothing is learned of. */
function missingShareOf(column: CheckedColumn): number {
  return column.optional ? (column.missingShare ?? usualMissingShare) : 0;
}

/**
 * Makes the values of a column beside the model, some rows after others: ids, texts. However the rows
 * are cut into pieces, the values are the same. A column that a writer fills later has codes for its
 * rows but no words yet (empty strings).
 */
export class SideMaker {
  private readonly column: CheckedColumn;
  private readonly make: (count: number) => readonly string[];
  private done = 0;

  private constructor(column: CheckedColumn, make: (count: number) => readonly string[]) {
    this.column = column;
    this.make = make;
  }

  /** `rows` is how many there will be in all. */
  static async of(
    table: CheckedTable,
    column: CheckedColumn,
    request: { readonly rows: number; readonly name: string; readonly seed: number | string },
  ): Promise<SideMaker> {
    const { rows, name, seed } = request;
    const random = stream(seed, name, "column", column.name);
    const { type } = column;
    if (type.kind !== "text" || column.origin.kind === "written") {
      return new SideMaker(column, (count) => new Array<string>(count).fill(""));
    }
    const unique = table.rules.some(
      (rule) => rule.kind === "unique" && rule.columns.includes(column.name),
    );
    if (type.like !== undefined) {
      const pattern = new Pattern(type.like);
      const distinct = pattern.distinct(rows, random, column.name);
      const next = unique ? distinct : () => pattern.draw(random);
      return new SideMaker(column, (count) => Array.from({ length: count }, next));
    }
    const kind = type.invented ?? personalKind(column.name);
    const invent = kind === undefined ? () => "" : await inventor(kind);
    const free = () => invent(random);
    const next = unique ? unlike(free) : free;
    return new SideMaker(column, (count) => Array.from({ length: count }, next));
  }

  /** The next rows; `filled` has a code ≥ 0 for each row that has a value. */
  next(filled: Int32Array): SideColumn {
    const from = this.done;
    this.done += filled.length;
    if (this.column.type.kind === "id") {
      const levels = Array.from(filled, (_, row) => String(from + row + 1));
      return { codes: filled.map((_, row) => row), levels };
    }
    let present = 0;
    const codes = filled.map((code) => (code < 0 ? MISSING : present++));
    return dictionary(codes, this.make(present));
  }
}

/** Texts that differ from all before: drawn again when repeated, and numbered where that does not help. */
function unlike(make: () => string): () => string {
  const seen = new Set<string>();
  return () => {
    let text = make();
    for (let tries = 0; tries < 20 && seen.has(text); tries++) text = make();
    const [name = "", ...rest] = text.split("@");
    const place = rest.length === 0 ? "" : `@${rest.join("@")}`;
    for (let number = 2; seen.has(text); number++) {
      text = `${name}${place ? "" : " "}${number}${place}`;
    }
    seen.add(text);
    return text;
  };
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
 * Draws whether keys and texts are there (code 0 or missing), after the model's own columns, so that rules about their being
 * missing hold and change no other column's shares.
 */
export function presenceModel(columns: readonly CheckedColumn[]): RowModel {
  const draw = (column: number, allowed: Allowed | undefined, random: Random): [number, number] => {
    const share = missingShareOf(columns[column] as CheckedColumn);
    const gone = allowed?.missing === false ? 0 : share;
    const there = allowed?.codes !== undefined && !allowed.codes.includes(1) ? 0 : 1 - share;
    const total = gone + there;
    if (share === 0 && total > 0) return [0, 0];
    if (total === 0) return [allowed?.missing === true ? MISSING : 0, -Infinity];
    return [random.uniform() * total < gone ? MISSING : 0, Math.log(total)];
  };
  return {
    learner: "presence",
    columns,
    levels: columns.map(({ type }) => (isNumeric(type) ? undefined : [""])),
    order: columns.map((_, at) => at),
    begin: () => undefined,
    drawFree: (_state, cells, column, from, to, random) => {
      const codes = cells[column] as Int32Array;
      const absent = absentIn(codes);
      for (let row = from; row < to; row++) {
        const code = draw(column, undefined, random)[0];
        codes[row] = code === MISSING ? absent : code;
      }
    },
    drawAllowed: (_state, cells, column, row, allowed, random) => {
      const [code, weight] = draw(column, allowed, random);
      const codes = cells[column] as Int32Array;
      codes[row] = code === MISSING ? absentIn(codes) : code;
      return weight;
    },
    save: () => ({ learner: "presence", version: 1, json: { columns }, arrays: {} }),
  };
}

/** From what `save()` gave. */
export function loadPresence({ json }: SavedModel): RowModel {
  return presenceModel((json as { readonly columns: readonly CheckedColumn[] }).columns);
}

/** A written number is missing as NaN, everything else as −1. */
function absentIn(values: Int32Array | Float64Array): number {
  return values instanceof Float64Array ? Number.NaN : MISSING;
}
