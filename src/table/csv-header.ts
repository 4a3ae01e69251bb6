import { isUtf8 as isText } from "node:buffer";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { failure } from "../base/failure.js";
import { openFailure } from "./file-failure.js";

/** How a CSV file is cut, and its header. */
export interface CsvHeader {
  readonly path: string;
  readonly delimiter: string;
  /** `utf-8`, `utf-16`, `latin-1` or another that DuckDB knows. */
  readonly encoding: string;
  readonly headers: readonly string[];
  /** Lines above the header that are none of the table: `sep=;`, as Excel writes it. */
  readonly skipped: number;
}

const sniffed = 256 * 1024;
const candidates = [",", ";", "\t", "|"] as const;

/**
 * Read the header of a CSV file and find its delimiter, from its first 256 KB and without a database.
 * A delimiter that is declared is taken at its word.
 *
 * @throws Failure P1302, P1303, P1305, P1306, P1307, P1310.
 */
export async function readCsvHeader(
  source: string,
  path: string,
  declared: { readonly delimiter?: string; readonly encoding?: string },
): Promise<CsvHeader> {
  const bytes = await firstBytes(source, path);
  if (bytes.length === 0) throw failure("P1303", { source, path });
  const encoding = encodingOf(bytes, declared.encoding);
  const { text, mark } = withoutMark(decode(bytes, encoding));
  const delimiter = delimiterOf(declared.delimiter) ?? mark ?? sniffDelimiter(text);
  const headers = splitRecords(text, delimiter, 1)[0] ?? [];
  if (endOfRecord(text) < 0 && bytes.length >= sniffed) {
    throw failure("P1307", { source, limit: "256 KB", line: 1 });
  }
  refuseDuplicates(source, headers);
  refuseWrongDelimiter(source, headers, delimiter, declared.delimiter !== undefined);
  return { path, delimiter, encoding, headers, skipped: mark === undefined ? 0 : 1 };
}

/** A first line `sep=;`, by which Excel is told how a file is cut, apart from the rest. */
function withoutMark(text: string): { readonly text: string; readonly mark?: string } {
  const found = /^"?sep=(.)"?\r?\n/i.exec(text);
  return found === null
    ? { text }
    : { text: text.slice(found[0].length), mark: found[1] as string };
}

/** What the beginning of a text file tells of how it is written. */
export interface FormOfCsv {
  readonly delimiter: string;
  readonly isUtf8: boolean;
  /** Whether numbers could have a comma before their fractions. */
  readonly hasCommas: boolean;
}

/**
 * How a text file seems to be cut, and whether its first 256 KB are UTF-8; undefined for other files and where there
 * is nothing to read.
 */
export async function formOfCsv(path: string): Promise<FormOfCsv | undefined> {
  if (!/\.(csv|tsv|txt)(\.gz)?$/i.test(path)) return undefined;
  const bytes = await firstBytes(path, path).catch(() => undefined);
  if (bytes === undefined || bytes.length === 0) return undefined;
  // The last letter may be cut in two.
  const whole = bytes.subarray(0, bytes.length < sniffed ? bytes.length : bytes.lastIndexOf(10));
  const isUtf8 = encodingOf(bytes, undefined) === "utf-8" && isText(whole);
  const text = whole.toString(isUtf8 ? "utf8" : "latin1");
  const { text: rest, mark } = withoutMark(text.replace(/^\ufeff/, ""));
  const delimiter = mark ?? sniffDelimiter(rest);
  const hasCommas = delimiter !== "," || /"[+-]?[\d.' ]*\d,\d+"/.test(text);
  return { delimiter, isUtf8, hasCommas };
}

/** A file up to this size is counted; of a larger one two digits are meant. */
const counted = 16 * 1024 * 1024;

/** How many rows a CSV file has; of a large one about how many, from its size and its first lines. */
export async function csvRowsAbout(path: string): Promise<number | undefined> {
  if (path.endsWith(".gz")) return undefined;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const wanted = size <= counted ? size : sniffed;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0);
    const bytes = buffer.subarray(0, bytesRead);
    const isMarked = withoutMark(bytes.toString("latin1", 0, 16).replace(/^ï»¿/, "")).mark;
    const records = recordsIn(bytes) - (isMarked === undefined ? 0 : 1);
    if (bytesRead === size) return Math.max(0, records - 1);
    return Number(((records * size) / bytesRead).toPrecision(2));
  } finally {
    await file.close();
  }
}

/** Lines that end outside of quotation marks, and a last one without an end. */
function recordsIn(bytes: Uint8Array): number {
  let records = 0;
  let quoted = false;
  for (const byte of bytes) {
    if (byte === 34) quoted = !quoted;
    else if (byte === 10 && !quoted) records++;
  }
  return bytes.length === 0 || bytes.at(-1) === 10 ? records : records + 1;
}

/** A delimiter as a spec may name it: the character itself, or `tab`. */
function delimiterOf(word: string | undefined): string | undefined {
  return word === "tab" || word === "\\t" ? "\t" : word;
}

/** Fields of the first records; quotation marks as in RFC 4180. */
function splitRecords(text: string, delimiter: string, most: number): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at <= text.length && records.length < most; at++) {
    const character = text[at];
    if (quoted && character !== undefined) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (character === '"' && field === "") quoted = true;
    else if (character === delimiter) {
      record.push(field);
      field = "";
    } else if (character === "\n" || character === undefined) {
      record.push(field.endsWith("\r") ? field.slice(0, -1) : field);
      records.push(record);
      record = [];
      field = "";
    } else field += character;
  }
  return records;
}

async function firstBytes(source: string, path: string): Promise<Buffer> {
  const file = createReadStream(path, path.endsWith(".gz") ? {} : { end: sniffed - 1 });
  const stream = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  const parts: Buffer[] = [];
  let size = 0;
  try {
    const opened = new Promise<void>((resolve, reject) => {
      file.once("open", () => resolve());
      file.once("error", reject);
    });
    await opened;
    for await (const part of stream) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size >= sniffed) break;
    }
  } catch (error) {
    throw openFailure(source, path, "CSV", error);
  } finally {
    file.destroy();
  }
  return Buffer.concat(parts).subarray(0, sniffed);
}

function encodingOf(bytes: Buffer, declared: string | undefined): string {
  if (declared !== undefined) return normalEncoding(declared);
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return utf16 ? "utf-16" : "utf-8";
}

function normalEncoding(word: string): string {
  const lower = word.toLowerCase().replaceAll("_", "-");
  if (/^utf-?8/.test(lower)) return "utf-8";
  if (/^(ucs-2|utf-?16)/.test(lower)) return "utf-16";
  if (/^(latin-?1|iso-?8859-1)$/.test(lower)) return "latin-1";
  return lower;
}

function decode(bytes: Buffer, encoding: string): string {
  const big = bytes[0] === 0xfe && bytes[1] === 0xff;
  const label = { "utf-16": big ? "utf-16be" : "utf-16le", "latin-1": "latin1" }[encoding];
  const text = new TextDecoder(label ?? "utf-8").decode(bytes);
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** The candidate that cuts the first lines into the most fields, the same number in each. */
function sniffDelimiter(text: string): string {
  let best: string = ",";
  let most = 1;
  for (const candidate of candidates) {
    const records = splitRecords(text, candidate, 12);
    const whole = records.length > 1 ? records.slice(0, -1) : records;
    const width = whole[0]?.length ?? 1;
    const agree = whole.every((record) => record.length === width || record.length === 1);
    const score = agree ? width : 1;
    if (score > most) {
      best = candidate;
      most = score;
    }
  }
  return best;
}

function endOfRecord(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === "\n" && !quoted) return at;
  }
  return -1;
}

function refuseDuplicates(source: string, headers: readonly string[]): void {
  const seen = new Map<string, number>();
  for (const [place, header] of headers.entries()) {
    // Spreadsheets write columns that nobody filled in, without a name.
    if (header === "") continue;
    const first = seen.get(header);
    if (first !== undefined) {
      throw failure("P1306", { source, header, first: first + 1, second: place + 1 });
    }
    seen.set(header, place);
  }
}

function refuseWrongDelimiter(
  source: string,
  headers: readonly string[],
  delimiter: string,
  declared: boolean,
): void {
  const [only] = headers;
  if (!declared || headers.length !== 1 || only === undefined) return;
  const other = candidates.find((mark) => mark !== delimiter && only.split(mark).length > 1);
  if (other === undefined) return;
  throw failure("P1305", { source, delimiter: nameOf(delimiter), seen: nameOf(other) });
}

/** A delimiter in words that can be seen. */
function nameOf(delimiter: string): string {
  return delimiter === "\t" ? "tabs" : `\`${delimiter}\``;
}
