import { createReadStream, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { Failure, failure } from "../base/failure.js";
import type { CsvHeader } from "./csv-header.js";
import { openFailure } from "./file-failure.js";

/** DuckDB's complaint about a CSV file in our words. */
export async function csvFailure(
  source: string,
  header: CsvHeader,
  error: unknown,
): Promise<unknown> {
  if (error instanceof Failure) return error;
  const text = error instanceof Error ? error.message : String(error);
  const found = Number(/Line:? (\d+)/i.exec(text)?.[1] ?? Number.NaN);
  const at = Number.isNaN(found) ? {} : { line: found };
  if (/maximum line size/i.test(text)) {
    return failure("P1307", { source, limit: "16 MB", ...at }, { cause: error });
  }
  if (/unicode|utf-?8|utf-?16|encod|INTERNAL/i.test(text)) {
    const line = header.encoding === "utf-8" ? await firstBrokenLine(header.path) : undefined;
    if (line !== undefined || !/INTERNAL/.test(text)) {
      const encoding = header.encoding.toUpperCase();
      const where = line === undefined ? at : { line };
      return failure("P1308", { source, encoding, ...where }, { cause: error });
    }
  }
  return shapeFailure(source, header, error, text, at.line);
}

function shapeFailure(
  source: string,
  header: CsvHeader,
  error: unknown,
  text: string,
  line: number | undefined,
): Failure {
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/i.exec(text);
  if (counts !== null) {
    const [expected, found] = [Number(counts[1]), Number(counts[2])];
    return failure("P1311", { source, line: line ?? 0, found, expected }, { cause: error });
  }
  if (/quoted value|unterminated/i.test(text)) {
    const place = line === undefined ? "" : ` (line ${line})`;
    if (longerThanALine(header.path)) {
      const at = line === undefined ? {} : { line };
      return failure("P1307", { source, limit: "16 MB", ...at }, { cause: error });
    }
    const reason = `a quotation mark is opened and never closed${place}`;
    return failure("P1327", { source, reason }, { cause: error });
  }
  if (/No files found/i.test(text)) {
    return openFailure(source, header.path, "CSV", { code: "ENOENT" });
  }
  return failure("P1327", { source, reason: text.split("\n")[0] ?? text }, { cause: error });
}

/** Whether the file is too big to tell a quotation mark that is never closed from a field that never ends. */
function longerThanALine(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 16 * 2 ** 20;
}

/** The first line (from 1) that is no UTF-8, or undefined when all are. */
async function firstBrokenLine(path: string): Promise<number | undefined> {
  const file = createReadStream(path);
  const stream = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  let line = 1;
  let rest = Buffer.alloc(0);
  for await (const part of stream) {
    const bytes = Buffer.concat([rest, part as Buffer]);
    const end = bytes.lastIndexOf(10) + 1;
    const broken = brokenLine(bytes.subarray(0, end), line);
    if (broken !== undefined) return broken;
    line += count(bytes, end);
    rest = bytes.subarray(end);
  }
  return brokenLine(rest, line);
}

function brokenLine(bytes: Buffer, first: number): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let start = 0;
  for (let line = first; start < bytes.length; line++) {
    const next = bytes.indexOf(10, start);
    const end = next < 0 ? bytes.length : next + 1;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return first;
}

function count(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
