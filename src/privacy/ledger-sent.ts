import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { failure } from "../base/failure.js";

/** What leaves the machine, and where it goes. */
export interface Sending {
  readonly spec: string;
  readonly output: string;
  readonly column?: string;
  readonly writer: string;
  readonly where: string;
  readonly model: string;
  /** Columns whose values are in the questions. */
  readonly columns: readonly string[];
  readonly questions: number;
}

/**
 * `sent.jsonl` in the ledger's folder: a line, flushed to disk, before anything is sent to a writer
 * elsewhere. Lines are chained by checksums, so that a line that was changed or taken out shows.
 */
export class SentLog {
  readonly path: string;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, "sent.jsonl");
  }

  /** @throws Failure P1475 where the line can't be written. */
  note(sending: Sending): void {
    const body = { time: new Date().toISOString(), ...sending };
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      // A newline first: a line that a crash left half written stays a line of its own.
      const line = `\n${JSON.stringify({ ...body, sum: sumOf(this.lastSum(), body) })}`;
      const file = openSync(this.path, "a", 0o600);
      try {
        writeSync(file, `${line}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw failure("P1475", { path: this.path, reason }, { cause });
    }
  }

  private lastSum(): string {
    return linesOf(this.path).at(-1)?.sum ?? "";
  }
}

/** A line of `sent.jsonl`: when it was written, and the checksum that chains it to the line before. */
export type SentLine = Sending & { readonly time: string; readonly sum: string };

/** All that was sent from a folder, oldest first, and whether every line still follows from the one before. */
export function readSendings(folder: string): {
  readonly lines: readonly SentLine[];
  readonly whole: boolean;
} {
  const lines = linesOf(join(folder, "sent.jsonl"));
  const whole = lines.every(
    ({ sum, ...body }, at) => sum === sumOf(lines[at - 1]?.sum ?? "", body),
  );
  return { lines, whole };
}

function linesOf(path: string): readonly SentLine[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as SentLine];
    } catch {
      // An empty line, or one that a crash left half written: nothing was sent after it.
      return [];
    }
  });
}

function sumOf(before: string, body: object): string {
  return createHash("sha256").update(before).update(JSON.stringify(body)).digest("hex");
}
