import { remedy } from "../../base/diagnose.js";
import { failure } from "../../base/failure.js";
import { fillPrompt, namesIn } from "../../base/prompt.js";
import { stream } from "../../base/random.js";
import type { CheckedColumn } from "../../ir/checked.js";
import type { Finding } from "../../ir/release.js";
import { cellValue } from "../../table/rows.js";
import { columnOf, type Table } from "../../table/table.js";
import { Tally } from "./ask-all.js";
import { readCell } from "./read-answer.js";
import type { Piece, Scribe } from "./scribe.js";
import { isEmpty, shapeOf } from "./shape.js";
import { Sheet, type SheetRequest, writingOrder } from "./sheet.js";
import { throughRef } from "./through-ref.js";
import type { Question } from "./writer.js";

export interface WriteRequest extends SheetRequest {
  readonly scribe: Scribe;
  /** The output's. */
  readonly name: string;
  readonly seed: number;
  /** Rows that are written even where the drawn row has no value: real ones. */
  readonly everyRow: (row: number) => boolean;
}

export interface Written {
  readonly table: Table;
  /** Who wrote what. */
  readonly findings: readonly Finding[];
}

/** How often a cell is asked for. */
const ROUNDS = 3;

/**
 * Fill the `written` columns of a finished table, each after those that its prompt speaks of. Every
 * answer is judged against the type, narrowed by what the rules leave in its row, and then against the
 * rules themselves; what can't stand is asked again with the reason.
 *
 * @throws Failure P1470 where a cell that may not be missing has no answer that stands.
 */
export async function writeColumns(request: WriteRequest): Promise<Written> {
  const sheet = new Sheet(request);
  const findings: Finding[] = [];
  for (const column of writingOrder(request.table, namesIn)) {
    findings.push(await new ColumnWriting(request, sheet, column).write());
  }
  return { table: sheet.toTable(), findings };
}

class ColumnWriting {
  private readonly request: WriteRequest;
  private readonly sheet: Sheet;
  private readonly column: CheckedColumn;
  private readonly prompt: string;
  private readonly piece: Piece;
  private readonly tally = new Tally();
  /** Rows that still want an answer, with the last reason. */
  private readonly reasons = new Map<number, string>();

  constructor(request: WriteRequest, sheet: Sheet, column: CheckedColumn) {
    const { origin } = column;
    this.request = request;
    this.sheet = sheet;
    this.column = column;
    this.prompt = origin.kind === "written" ? origin.prompt : "";
    this.piece = {
      output: request.name,
      table: request.table.name,
      column: column.name,
      writer: origin.kind === "written" ? origin.writer : undefined,
      sees: namesIn(this.prompt).filter(
        (name) => columnOf(request.made, name.split(".")[0] as string) !== undefined,
      ),
    };
  }

  async write(): Promise<Finding> {
    const { sheet, column, reasons, request } = this;
    const cells = this.openCells();
    let open = cells.filter(({ row, question }) => {
      if (!isEmpty(question.shape)) return true;
      reasons.set(row, "the rules leave it no value");
      return false;
    });
    for (let round = 0; round < ROUNDS && open.length > 0; round++) open = await this.round(open);
    const refused = [...reasons.keys()].sort((a, b) => a - b);
    if (refused.length > 0) await this.leaveOut(refused, cells.length, open);
    sheet.settle(column.name);
    const refusals = refused
      .slice(0, 5)
      .map((row) => `row ${row + 1}: ${reasons.get(row) as string}`);
    const written = cells.length - refused.length;
    request.scribe.receipt(this.piece, this.tally, { written, refused: refused.length, refusals });
    return this.finding(written, refused.length, refusals);
  }

  private async finding(
    written: number,
    refused: number,
    refusals: readonly string[],
  ): Promise<Finding> {
    const mark = await this.request.scribe.markOf(this.piece);
    const count = (n: number) => n.toLocaleString("en-US");
    const lost = `; ${count(refused)} had no answer that could stand and ${refused === 1 ? "is" : "are"} missing`;
    return {
      kind: "note",
      table: this.request.table.name,
      column: this.column.name,
      count: written,
      examples: refusals,
      policy: `${count(written)} values are ${mark}${refused === 0 ? "" : lost}`,
    };
  }

  /** The cells to write, each with its question. Columns that are no text ask the same thing once. */
  private openCells(): Cell[] {
    const { sheet, column, request, prompt } = this;
    const { name, type } = column;
    const now = sheet.toTable();
    const inputs = namesIn(prompt).flatMap(
      (input) => columnOf(now, input) ?? throughRef(input, now, request.parents) ?? [],
    );
    const alike = type.kind !== "text" && !this.isUnique();
    const cells: Cell[] = [];
    for (let row = 0; row < sheet.rows; row++) {
      if (sheet.isMissing(name, row) && !request.everyRow(row)) continue;
      const facts = inputs.map((input) => String(cellValue(input, row) ?? "unknown"));
      const values = new Map(inputs.map((input, i) => [input.name, facts[i] as string]));
      const filled = fillPrompt(prompt, values);
      const of = alike ? filled : row;
      const seed = stream(request.seed, request.name, "written", name, of).uint32() >>> 1;
      const shape = shapeOf(type, sheet.levelsOf(name), sheet.allowed(name, row));
      cells.push({ row, question: { prompt: filled, facts, shape, seed, refused: [] } });
    }
    return cells;
  }

  /** Ask for the open cells and put in what stands; those whose answer doesn't stay open. */
  private async round(open: readonly Cell[]): Promise<Cell[]> {
    const { sheet, column, reasons } = this;
    const groups = new Map<string, Cell[]>();
    for (const cell of open) {
      const key = JSON.stringify(cell.question);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [cell]);
      else group.push(cell);
    }
    const asked = [...groups.values()];
    const questions = asked.map((group) => (group[0] as Cell).question);
    const answers = await this.request.scribe.ask(this.piece, questions, this.tally);
    const values = new Map<number, number | string>();
    const said = new Map<number, string>();
    for (const [i, group] of asked.entries()) {
      const { shape, prompt } = questions[i] as Question;
      if (shape.kind === "rows") continue;
      const reading = readCell(shape, answers[i] as string, prompt);
      for (const { row } of group) {
        said.set(row, answers[i] as string);
        if ("reason" in reading) reasons.set(row, reading.reason);
        else values.set(row, reading.value);
      }
    }
    sheet.put(column.name, values);
    const broken = sheet.broken(column.name);
    for (const row of values.keys()) {
      const rule = broken.get(row);
      if (rule === undefined) reasons.delete(row);
      else reasons.set(row, `the row would break \`${rule}\``);
    }
    return open
      .filter(({ row }) => reasons.has(row))
      .map(({ row, question }) => {
        const refusal = { answer: said.get(row) ?? "", reason: reasons.get(row) as string };
        return { row, question: { ...question, refused: [...question.refused, refusal] } };
      });
  }

  /** Refused cells are missing where that is allowed; else nothing of the table is given out, and the next run asks them anew. */
  private async leaveOut(
    refused: readonly number[],
    rows: number,
    cells: readonly Cell[],
  ): Promise<void> {
    const { sheet, column, reasons, request } = this;
    const may = column.optional;
    if (may) {
      sheet.put(column.name, new Map(refused.map((row) => [row, null])));
      const broken = sheet.broken(column.name);
      if (refused.every((row) => !broken.has(row))) return;
    }
    await request.scribe.forget(
      this.piece,
      cells.flatMap(({ question }) => askedBefore(question)),
    );
    const because = refused
      .slice(0, 5)
      .map((row) => `row ${row + 1}: ${reasons.get(row) as string}`);
    throw failure(
      "P1470",
      {
        column: column.name,
        writer: request.scribe.declared(this.piece.writer).name,
        refused: refused.length,
        rows,
        reason: reasons.get(refused[0] as number) as string,
      },
      {
        because,
        try: [
          ...(may ? [] : [remedy(`let ${column.name} be \`or missing\``)]),
          remedy("take another writer, or run again: only what could not stand is asked anew"),
        ],
      },
    );
  }

  private isUnique(): boolean {
    return this.request.table.rules.some(
      (rule) => rule.kind === "unique" && rule.columns.includes(this.column.name),
    );
  }
}

/** A question as it was asked each time, before its answers were refused. */
function askedBefore(question: Question): Question[] {
  const { refused } = question;
  return refused.map((_, round) => ({ ...question, refused: refused.slice(0, round) }));
}

interface Cell {
  readonly row: number;
  readonly question: Question;
}
