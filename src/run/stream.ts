import { join } from "node:path";
import { type Random, stream } from "../base/random.js";
import { countBroken } from "../constraint/table-rules.js";
import type { CheckedOutput, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { ReleasedTable, WrittenFile } from "../ir/release.js";
import type { DrawnTable } from "../synth/draw-table.js";
import { drawAlone } from "../synth/family.js";
import { concatenate } from "../table/concatenate.js";
import { writeTables } from "../table/export.js";
import { type Column, gather, type Table } from "../table/table.js";
import { type DrawTask, familyRequest, released } from "./draw.js";
import { missingWords } from "./shape.js";

/** Where outputs with more rows than `keep` go, piece by piece, while they are drawn. */
export interface Files {
  readonly folder: string;
  /** The ending of the files. */
  readonly format: string;
  /** Rows of such an output that stay in memory, for the report. */
  readonly keep: number;
  /** Told of each file once it is whole. */
  readonly onWritten?: (file: WrittenFile) => void;
}

/**
 * Draw an output straight into its file and keep an even sample of its rows. The bytes are those that
 * the whole table would have been written as. Undefined for outputs that must be whole in memory: tables
 * with keys into others, `increases`, `beside`, `completed`, goals of fairness, texts of a writer.
 */
export async function streamOutput(
  task: DrawTask,
  output: CheckedOutput,
  files: Files,
): Promise<ReleasedTable | undefined> {
  const { checked } = task.plan;
  const table = checked.tables.find((each) => each.name === output.table) as CheckedTable;
  if (output.rows <= files.keep || !canBeCut(checked, output, table)) return undefined;
  const pieces = await drawAlone(familyRequest(task, output));
  if (pieces === undefined) return undefined;
  const seed = task.seed ?? output.seed;
  const kept = new Sample(output.rows, files.keep, stream(seed, output.name, "kept"));
  const tally = new Tally(table);
  const path = join(files.folder, `${output.name}.${files.format}`);
  let last: DrawnTable | undefined;
  const passing = async function* (): AsyncGenerator<Table> {
    for await (const piece of pieces) {
      kept.see(piece.table);
      tally.see(piece.table);
      last = piece;
      yield piece.table;
    }
  };
  const missing = missingWords(checked, table.name);
  const { signal } = task.progress;
  const bytes = await writeTables(passing(), path, { missing, signal });
  const written = { path, rows: output.rows, bytes };
  files.onWritten?.(written);
  const sample = released(task, output, seed, { ...(last as DrawnTable), table: kept.table });
  return { ...sample, written, ...tally.over(sample, output.rows) };
}

function canBeCut(checked: CheckedSpec, output: CheckedOutput, table: CheckedTable): boolean {
  return (
    output.beside === undefined &&
    output.completed === undefined &&
    checked.fairness?.table !== output.table &&
    !table.rules.some((rule) => rule.kind === "increases") &&
    output.like === undefined &&
    !table.columns.some((column) => column.origin.kind === "written")
  );
}

/** So many of so many rows, each as likely as the others, in their order (Knuth, TAOCP 2, 3.4.2 S). */
class Sample {
  private left: number;
  private wanted: number;
  private readonly random: Random;
  private readonly parts: Table[] = [];

  constructor(rows: number, wanted: number, random: Random) {
    this.left = rows;
    this.wanted = wanted;
    this.random = random;
  }

  see(piece: Table): void {
    const chosen: number[] = [];
    for (let row = 0; row < piece.rows; row++) {
      if (this.random.uniform() * this.left < this.wanted) {
        chosen.push(row);
        this.wanted--;
      }
      this.left--;
    }
    this.parts.push(withOwnLevels(gather(piece, Uint32Array.from(chosen))));
  }

  get table(): Table {
    return concatenate(this.parts);
  }
}

/** Texts differ from piece to piece: only those that are kept rows' own stay. */
function withOwnLevels(table: Table): Table {
  const columns = table.columns.map((column): Column => {
    if (column.kind === "number" || column.levels.length <= table.rows) return column;
    const place = new Map<number, number>();
    const codes = column.codes.map((code) => {
      if (code < 0) return code;
      const own = place.get(code) ?? place.size;
      place.set(code, own);
      return own;
    });
    return {
      ...column,
      codes,
      levels: [...place.keys()].map((code) => column.levels[code] as string),
    };
  });
  return { ...table, columns };
}

/** Counts of broken rules over all rows, of the rules that a single row can break. */
class Tally {
  private readonly rules: CheckedTable["rules"];
  private readonly broken: number[];

  constructor(table: CheckedTable) {
    this.rules = table.rules.filter((rule) => rule.kind === "always");
    this.broken = this.rules.map(() => 0);
  }

  see(piece: Table): void {
    this.rules.forEach((rule, at) => {
      this.broken[at] = (this.broken[at] as number) + (countBroken(rule, piece) ?? 0);
    });
  }

  over({ rules }: ReleasedTable, rows: number): Pick<ReleasedTable, "rules"> {
    const counted = rules?.map((outcome) => {
      const at = this.rules.findIndex((rule) => rule.text === outcome.text);
      return at < 0
        ? outcome
        : { ...outcome, violations: this.broken[at] as number, checked: rows };
    });
    return counted === undefined ? {} : { rules: counted };
  }
}
