import { join } from "node:path";
import { failure } from "../../base/failure.js";
import type { Progress } from "../../base/progress.js";
import { keyNames } from "../../base/writer-place.js";
import type { CheckedSpec, CheckedWriter } from "../../ir/checked.js";
import type { WritingReceipt } from "../../ir/release.js";
import { SentLog } from "../../privacy/ledger-sent.js";
import { askAll, type Tally } from "./ask-all.js";
import { AnswerCache } from "./cache.js";
import type { Question, Writer } from "./writer.js";

/** A writer with what was answered before. */
interface Desk {
  readonly declared: CheckedWriter;
  readonly writer: Writer;
  readonly cache: AnswerCache | undefined;
}

/** What is being written, for progress, the log of what was sent, and the receipt. */
export interface Piece {
  readonly output: string;
  readonly table: string;
  readonly column?: string;
  readonly writer: string | undefined;
  /** Columns whose values are in the questions. */
  readonly sees: readonly string[];
}

/** What is kept beside the spec: answers, and what was sent. */
const FOLDER = ".parable";

const unnamed: CheckedWriter = { name: "offline", backend: "offline", local: true, maySee: [] };

/** Asks the writers of one run: opens each when first needed, keeps answers, notes what leaves. */
export class Scribe {
  readonly receipts: WritingReceipt[] = [];
  private readonly checked: CheckedSpec;
  private readonly place: string;
  private readonly folder: string;
  private readonly progress: Progress;
  private readonly desks = new Map<string, Promise<Desk>>();

  constructor(checked: CheckedSpec, folder: string, progress: Progress) {
    this.checked = checked;
    this.place = folder;
    this.folder = join(folder, FOLDER);
    this.progress = progress;
  }

  /** How the release marks what the piece's writer writes. */
  async markOf(piece: Piece): Promise<string> {
    return (await this.desk(piece.writer)).writer.mark;
  }

  /** Ask all questions of a round; see `askAll`. */
  async ask(
    piece: Piece,
    questions: readonly Question[],
    tally: Tally,
  ): Promise<readonly string[]> {
    const { declared, writer, cache } = await this.desk(piece.writer);
    const open = questions.filter((question) => cache?.get(question) === undefined).length;
    if (!declared.local && open > 0) this.note(piece, declared, open);
    const what = piece.column ?? `rows of ${piece.output}`;
    const phase = `writing ${what} with ${writer.name}${cache === undefined ? "" : " (answers are kept)"}`;
    const total = questions.length;
    this.progress.report({ phase, done: 0, total, unit: "answers" });
    return askAll({
      ...{ writer, questions, cache, tally, signal: this.progress.signal },
      onAnswer: (done) => this.progress.report({ phase, done, total, unit: "answers" }),
    });
  }

  /** Drop what was answered, so that the next run asks anew: where nothing came of it. */
  async forget(piece: Piece, questions: readonly Question[]): Promise<void> {
    const { cache } = await this.desk(piece.writer);
    cache?.forget(questions);
  }

  /**
   * How likely each value of each question's choice is to the writer.
   *
   * @throws Failure P1477 where it can't tell.
   */
  async askProbabilities(
    piece: Piece,
    questions: readonly Question[],
    tally: Tally,
  ): Promise<readonly (readonly number[])[]> {
    const { declared, writer } = await this.desk(piece.writer);
    const telling = writer.probabilities?.();
    if (telling === undefined) throw failure("P1477", { writer: writer.name });
    const cache = new AnswerCache(this.folder, telling.identity);
    const open = questions.filter((question) => cache.get(question) === undefined).length;
    if (!declared.local && open > 0) this.note(piece, declared, open);
    const phase = `asking ${writer.name} what to expect of ${piece.column}`;
    const total = questions.length;
    const answers = await askAll({
      ...{ writer: telling, questions, cache, tally, signal: this.progress.signal },
      onAnswer: (done) => this.progress.report({ phase, done, total, unit: "answers" }),
    });
    return answers.map((answer) => JSON.parse(answer) as readonly number[]);
  }

  /** The account of a piece that is done. */
  receipt(
    piece: Piece,
    tally: Tally,
    outcome: Pick<WritingReceipt, "written" | "refused" | "refusals">,
  ): void {
    const declared = this.declared(piece.writer);
    const { asked, kept, retries, tokensRead, tokensWritten } = tally;
    const { price } = declared;
    this.receipts.push({
      ...{ output: piece.output, table: piece.table },
      ...(piece.column === undefined ? {} : { column: piece.column }),
      ...{ writer: declared.name, backend: declared.backend, local: declared.local },
      ...(declared.where === undefined ? {} : { where: declared.where }),
      ...(declared.model === undefined ? {} : { model: declared.model }),
      sees: piece.sees,
      ...{ asked, kept, retries, tokensRead, tokensWritten },
      ...(price === undefined
        ? {}
        : { cost: (tokensRead * price.read + tokensWritten * price.written) / 1e6 }),
      ...outcome,
    });
  }

  async close(): Promise<void> {
    for (const desk of this.desks.values()) await desk.then(({ writer }) => writer.close());
  }

  declared(name: string | undefined): CheckedWriter {
    return this.checked.writers.find((each) => each.name === name) ?? unnamed;
  }

  private desk(name: string | undefined): Promise<Desk> {
    const declared = this.declared(name);
    const known = this.desks.get(declared.name);
    if (known !== undefined) return known;
    const opened = this.open(declared);
    this.desks.set(declared.name, opened);
    return opened;
  }

  private async open(declared: CheckedWriter): Promise<Desk> {
    const writer = await this.writerOf(declared);
    if (declared.backend === "offline") return { declared, writer, cache: undefined };
    return { declared, writer, cache: new AnswerCache(this.folder, writer.identity) };
  }

  private async writerOf(declared: CheckedWriter): Promise<Writer> {
    const { name, where = "", model = "", parallel } = declared;
    const atOnce = parallel === undefined ? {} : { atOnce: parallel };
    if (declared.backend === "openai") {
      const { openAiWriter } = await import("./openai.js");
      const names = keyNames(name, where);
      const keyName = names.find((one) => process.env[one]) ?? (names[0] as string);
      const key = process.env[keyName];
      return openAiWriter({
        ...{ name, where, model, keyName },
        ...(key === undefined || key === "" ? {} : { key }),
        ...atOnce,
      });
    }
    if (declared.backend === "llama") {
      const { llamaWriter } = await import("./llama.js");
      return llamaWriter({ name, where, folder: this.place, ...atOnce });
    }
    const { offlineWriter } = await import("./offline.js");
    return offlineWriter(name);
  }

  private note(piece: Piece, declared: CheckedWriter, questions: number): void {
    new SentLog(this.folder).note({
      spec: this.checked.name,
      output: piece.output,
      ...(piece.column === undefined ? {} : { column: piece.column }),
      writer: declared.name,
      where: declared.where ?? "",
      model: declared.model ?? "",
      columns: piece.sees,
      questions,
    });
  }
}
