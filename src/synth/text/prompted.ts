import { failure } from "../../base/failure.js";
import { stream } from "../../base/random.js";
import { compileTruth } from "../../constraint/expression.js";
import { makeGuide } from "../../constraint/make-guide.js";
import { type Scope, scopeOfTable } from "../../constraint/scope.js";
import { brokenRows } from "../../constraint/table-rules.js";
import type { CheckedColumn, CheckedOutput, CheckedTable } from "../../ir/checked.js";
import type { Formula } from "../../ir/formula.js";
import { formulasOf } from "../../ir/formulas-of.js";
import type { Finding } from "../../ir/release.js";
import { isNumeric } from "../../table/column-type.js";
import type { Column, Table } from "../../table/table.js";
import { blankCells } from "../draw-plan.js";
import { inOrder } from "../increasing.js";
import { levelsOf } from "../levels.js";
import { SideMaker } from "../side-columns.js";
import { isDrawn } from "../spec-only/spec-model.js";
import { Tally } from "./ask-all.js";
import { type CellAnswer, readRows, shorten } from "./read-answer.js";
import type { Piece, Scribe } from "./scribe.js";
import { type Field, type RowsShape, shapeOf } from "./shape.js";
import type { Question, RefusedAnswer } from "./writer.js";

export interface PromptedRequest {
  /** With the types that were learned. */
  readonly table: CheckedTable;
  readonly output: CheckedOutput & { readonly like: NonNullable<CheckedOutput["like"]> };
  readonly seed: number;
  readonly scribe: Scribe;
}

export interface PromptedRows {
  readonly table: Table;
  readonly findings: readonly Finding[];
}

/** Rows in one question: a writer that sees its rows side by side makes them differ. */
const ATONCE = 5;
const ROUNDS = 4;

type Row = readonly CellAnswer[];

/**
 * `generate … like "people in a coastal town" by gemma`: whole rows by a writer. Each is judged against the
 * types, then the rules, `given`, `unique` and `determines` among all rows; those that can't stand are
 * asked for again. Keys and invented texts are made here, computed columns computed.
 *
 * @throws Failure P1476 where not one row can stand. Fewer rows than asked for are said in the findings.
 */
export async function promptedRows(request: PromptedRequest): Promise<PromptedRows> {
  const writing = new RowWriting(request);
  await writing.write();
  return writing.result();
}

class RowWriting {
  private readonly request: PromptedRequest;
  private readonly fields: readonly CheckedColumn[];
  private readonly computed: ReadonlyMap<string, Formula>;
  private readonly levels: readonly (readonly string[] | undefined)[];
  private readonly piece: Piece;
  private readonly tally = new Tally();
  private rows: Row[] = [];
  private refusals: RefusedAnswer[] = [];
  private refusedRows = 0;
  private readonly asked: Question[] = [];

  constructor(request: PromptedRequest) {
    const { table, output } = request;
    this.request = request;
    this.fields = table.columns.filter(isWritable);
    this.computed = formulasOf(table);
    this.levels = table.columns.map(({ type }) => levelsOf(type));
    const learned = table.columns.filter(({ origin }) => origin.kind === "learned");
    this.piece = {
      output: output.name,
      table: table.name,
      writer: output.like.writer,
      sees: learned.filter(({ type }) => type.kind === "category").map(({ name }) => name),
    };
  }

  async write(): Promise<void> {
    const wanted = this.request.output.rows;
    for (let round = 0; round < ROUNDS && this.rows.length < wanted; round++) {
      const questions = this.questions(round, wanted - this.rows.length);
      const answers = await this.request.scribe.ask(this.piece, questions, this.tally);
      this.asked.push(...questions);
      this.refusals = [];
      const fresh = questions.flatMap((question, i) => this.read(question, answers[i] as string));
      this.judge(fresh);
      this.rows = this.rows.slice(0, wanted);
    }
  }

  private questions(round: number, wanted: number): Question[] {
    const { output, seed, table } = this.request;
    const rules = table.rules.map(({ text }) => `- ${text}`);
    const parts = [`Rows of a table "${table.name}": ${output.like.prompt}.`];
    if (rules.length > 0) parts.push(`In every row:\n${rules.join("\n")}`);
    if (output.givenText !== undefined) parts.push(`In these rows: ${output.givenText}`);
    const fields = this.shapes();
    return Array.from({ length: Math.ceil(wanted / ATONCE) }, (_, i): Question => {
      const shape: RowsShape = {
        kind: "rows",
        count: Math.min(ATONCE, wanted - i * ATONCE),
        fields,
      };
      const refused = this.refusals[i % Math.max(1, this.refusals.length)];
      return {
        prompt: parts.join("\n"),
        facts: [],
        shape,
        seed: stream(seed, output.name, "rows", round, i).uint32() >>> 1,
        refused: refused === undefined ? [] : [refused],
      };
    });
  }

  /** What `given` and the rules leave of each field before anything is known. */
  private shapes(): readonly Field[] {
    const { table, output } = this.request;
    const scope: Scope = { columns: table.columns, levels: this.levels };
    const { given } = output;
    const guide = makeGuide({
      ...{ ...scope, rules: table.rules, computed: this.computed },
      ...(given === undefined ? {} : { given }),
    });
    const blank = blankCells(table.columns, 1);
    const known = new Uint8Array(table.columns.length);
    return this.fields.map((column) => {
      const at = table.columns.indexOf(column);
      const allowed = guide.restricted[at] ? guide.allowed(blank, 0, at, known) : undefined;
      const { name, type, optional, doc } = column;
      return {
        name,
        shape: shapeOf(type, this.levels[at] ?? [], allowed),
        optional: optional && allowed?.missing !== false,
        ...(doc === undefined ? {} : { doc }),
      };
    });
  }

  private read(question: Question, answer: string): readonly Row[] {
    if (question.shape.kind !== "rows") return [];
    const { output } = this.request;
    const reading = readRows(question.shape, answer, output.like.prompt);
    if ("reason" in reading) {
      this.refusedRows += question.shape.count;
      this.refusals.push({ answer: shorten(answer, 600), reason: reading.reason });
      return [];
    }
    return reading.value.flatMap((row) => {
      if ("value" in row) return [row.value];
      this.refusedRows++;
      this.refusals.push({ answer: shorten(answer, 600), reason: row.reason });
      return [];
    });
  }

  /** Keep the fresh rows that obey every rule together with those that were kept before. */
  private judge(fresh: readonly Row[]): void {
    let rows = [...this.rows, ...fresh];
    for (;;) {
      const broken = this.brokenAmong(rows);
      if (broken.size === 0) break;
      for (const [row, rule] of broken) {
        const answer = JSON.stringify({ rows: [this.objectOf(rows[row] as Row)] });
        this.refusals.push({ answer, reason: `it breaks \`${rule}\`` });
        this.refusedRows++;
      }
      rows = rows.filter((_, row) => !broken.has(row));
    }
    this.rows = rows;
  }

  private brokenAmong(rows: readonly Row[]): ReadonlyMap<number, string> {
    const { table, output } = this.request;
    const found = new Map<number, string>();
    const made = this.tableOf(rows);
    const later = new Set(
      table.columns.filter((c) => !this.fields.includes(c)).map(({ name }) => name),
    );
    for (const name of this.computed.keys()) later.delete(name);
    for (const rule of table.rules) {
      if (rule.kind === "increases" || mentions(rule, later)) continue;
      for (const row of brokenRows(rule, made) ?? []) {
        if (!found.has(row)) found.set(row, rule.text);
      }
    }
    if (output.given === undefined) return found;
    const { scope, cells } = scopeOfTable(made);
    const holds = compileTruth(output.given, scope);
    for (let row = 0; row < made.rows; row++) {
      if (holds(cells, row) !== 1 && !found.has(row)) found.set(row, output.givenText ?? "given");
    }
    return found;
  }

  private objectOf(row: Row): object {
    return Object.fromEntries(this.fields.map(({ name }, i) => [name, row[i]]));
  }

  /** Rows as columns, computed ones computed; what comes later is empty. */
  private tableOf(rows: readonly Row[]): Table {
    const { table } = this.request;
    const cells = blankCells(table.columns, rows.length);
    const levels = table.columns.map((_column, at) => [...(this.levels[at] ?? [])]);
    for (const [i, column] of this.fields.entries()) {
      const at = table.columns.indexOf(column);
      const own = cells[at] as Float64Array | Int32Array;
      const known = levels[at] as string[];
      const codes = new Map(known.map((level, code) => [level, code]));
      for (const [row, values] of rows.entries()) {
        const value = values[i] ?? null;
        if (value === null) continue;
        if (own instanceof Float64Array) own[row] = Number(value);
        else {
          const text = String(value);
          if (!codes.has(text)) codes.set(text, known.push(text) - 1);
          own[row] = codes.get(text) as number;
        }
      }
    }
    const scope: Scope = {
      columns: table.columns,
      levels: table.columns.map(({ type }, at) => (isNumeric(type) ? undefined : levels[at])),
    };
    const guide = makeGuide({ ...scope, rules: [], computed: this.computed });
    for (const at of guide.computeOrder) guide.compute(cells, at, 0, rows.length);
    const columns = table.columns.map(({ name, type }, at): Column => {
      const own = cells[at] as Float64Array | Int32Array;
      return own instanceof Float64Array
        ? { kind: "number", name, type, values: own }
        : { kind: "code", name, type, codes: own, levels: levels[at] ?? [] };
    });
    return { kind: "table", name: table.name, rows: rows.length, columns };
  }

  async result(): Promise<PromptedRows> {
    const { table, output, scribe } = this.request;
    const { rows } = this;
    const reasons = [...new Set(this.refusals.map(({ reason }) => reason))].slice(0, 5);
    const { name: writer } = scribe.declared(output.like.writer);
    if (rows.length === 0) {
      const reason = reasons[0] ?? "it gave none";
      await scribe.forget(this.piece, this.asked);
      throw failure("P1476", { output: output.name, writer, rows: output.rows, reason });
    }
    const refused = this.refusedRows;
    scribe.receipt(this.piece, this.tally, { written: rows.length, refused, refusals: reasons });
    const made = await this.besides(inOrder(this.tableOf(rows), table.rules, output.name));
    return { table: made, findings: [await this.finding(rows.length, reasons)] };
  }

  private async finding(count: number, reasons: readonly string[]): Promise<Finding> {
    const { table, output, scribe } = this.request;
    const mark = await scribe.markOf(this.piece);
    const short = output.rows - count;
    const policy =
      short === 0
        ? `${count} rows are ${mark}`
        : `${count} rows are ${mark}; ${short} more were asked for, and none that came could stand`;
    return { kind: "note", table: table.name, count, examples: reasons, policy };
  }

  /** Keys, and texts that are invented or follow a pattern. */
  private async besides(made: Table): Promise<Table> {
    const { table, output, seed } = this.request;
    const columns = await Promise.all(
      made.columns.map(async (column): Promise<Column> => {
        const declared = table.columns.find(({ name }) => name === column.name) as CheckedColumn;
        const { type, origin } = declared;
        const own = type.kind === "id" || (type.kind === "text" && !this.fields.includes(declared));
        if (!own || origin.kind === "written" || column.kind === "number") return column;
        const request = { rows: made.rows, name: output.name, seed };
        const maker = await SideMaker.of(table, declared, request);
        return { ...column, ...maker.next(new Int32Array(made.rows)) };
      }),
    );
    return { ...made, columns };
  }
}

/** Columns that a writer makes up with the row: not keys, nor what is computed, invented or written later. */
function isWritable(column: CheckedColumn): boolean {
  const { type, origin } = column;
  if (origin.kind === "written" || origin.kind === "computed") return false;
  if (type.kind === "text") return type.like === undefined && type.invented === undefined;
  return isDrawn(column);
}

function mentions(node: unknown, names: ReadonlySet<string>): boolean {
  if (typeof node === "string") return false;
  if (Array.isArray(node)) {
    return node.some((part) =>
      typeof part === "string" ? names.has(part) : mentions(part, names),
    );
  }
  if (typeof node !== "object" || node === null) return false;
  const { op, name } = node as { op?: string; name?: string };
  if (op === "column") return names.has(name ?? "");
  return Object.entries(node).some(
    ([key, part]) => key !== "text" && key !== "span" && mentions(part, names),
  );
}
