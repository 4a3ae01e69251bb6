import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failure } from "../../base/failure.js";
import type { Answer, Question } from "./writer.js";

type Kept = Pick<Answer, "text" | "tokensRead" | "tokensWritten">;

/**
 * Answers by what was asked: a file of lines for each writer, in `written` under `.parable` beside the
 * spec or notebook. Each line has a checksum; one that was cut off or damaged counts as none. A line
 * is added with one write as soon as its answer is there, so whatever ends a run loses no answer.
 */
export class AnswerCache {
  readonly path: string;
  private readonly folder: string;
  private readonly identity: string;
  private known: Map<string, Kept> | undefined;

  constructor(folder: string, identity: string) {
    this.folder = join(folder, "written");
    this.identity = identity;
    this.path = join(this.folder, `${digest(identity).slice(0, 16)}.jsonl`);
  }

  get(question: Question): Kept | undefined {
    this.known ??= this.load();
    return this.known.get(this.keyOf(question));
  }

  /** @throws Failure P1475 where the folder can't be written. */
  keep(question: Question, answer: Answer): void {
    const { text, tokensRead, tokensWritten } = answer;
    const body = { key: this.keyOf(question), text, tokensRead, tokensWritten };
    this.add(body);
    this.known ??= this.load();
    this.known.set(body.key, body);
  }

  /** From now on the questions count as never asked. Throws P1475 as `keep`. */
  forget(questions: readonly Question[]): void {
    this.known ??= this.load();
    for (const question of questions) {
      const key = this.keyOf(question);
      if (this.known.delete(key)) this.add({ key, text: null, tokensRead: 0, tokensWritten: 0 });
    }
  }

  private add(body: Line): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const line = JSON.stringify({ ...body, sum: sumOf(body) });
      // A newline first: a line that an earlier run left half written stays a line of its own.
      appendFileSync(this.path, `\n${line}\n`, { mode: 0o600 });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw failure("P1475", { path: this.path, reason }, { cause });
    }
  }

  private load(): Map<string, Kept> {
    const found = new Map<string, Kept>();
    let lines: readonly string[];
    try {
      lines = readFileSync(this.path, "utf8").split("\n");
    } catch {
      return found;
    }
    for (const line of lines) {
      const said = lineIn(line);
      if (said === undefined) continue;
      const { key, text } = said;
      if (text === null) found.delete(key);
      else found.set(key, { ...said, text });
    }
    return found;
  }

  private keyOf(question: Question): string {
    const { prompt, shape, seed, refused } = question;
    return digest(JSON.stringify([this.identity, prompt, shape, seed, refused]));
  }
}

/** An answer under its question's key; null: what was kept before is forgotten. */
type Line = Omit<Kept, "text"> & { readonly key: string; readonly text: string | null };

function lineIn(line: string): Line | undefined {
  if (line === "") return undefined;
  try {
    const { sum, ...body } = JSON.parse(line) as Line & { readonly sum: string };
    return sum === sumOf(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function sumOf({ key, text, tokensRead, tokensWritten }: Line): string {
  return digest(JSON.stringify([key, text, tokensRead, tokensWritten])).slice(0, 16);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
