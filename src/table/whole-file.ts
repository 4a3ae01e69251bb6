import { mkdir, open, readFile, rename } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { Failure, failure } from "../base/failure.js";
import { codeOf, openFailure } from "./file-failure.js";
import { asideOf, begun, ended } from "./unfinished.js";

/**
 * Write a file whole or not at all: `write` fills a file aside in the same folder, which then takes
 * the place of `path`. Returns its size in bytes. Whatever goes wrong, what stood at `path` still does, and nothing
 * is left over: not by a signal that ends the process either; after a sudden death the next write of `path` tidies up.
 *
 * @throws Failure P1321 (disk full), P1322 (no permission), P1326 (stopped), P1325 (anything else).
 */
export async function writeWhole(
  path: string,
  write: (aside: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const target = resolve(path);
  const aside = asideOf(target);
  begun(aside, target);
  try {
    signal?.throwIfAborted();
    await mkdir(dirname(target), { recursive: true });
    await write(aside);
    signal?.throwIfAborted();
    const bytes = await settle(aside);
    await rename(aside, target);
    return bytes;
  } catch (error) {
    throw writeFailure(path, error, signal);
  } finally {
    ended(aside);
  }
}

/** Write pieces of text as UTF-8, one after the other, never all at once in memory. */
export async function writePieces(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const file = await open(path, "w");
  try {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
}

/** Bytes on the disk before the name points to them; returns how many. */
async function settle(path: string): Promise<number> {
  const file = await open(path, "r+");
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

function writeFailure(path: string, error: unknown, signal: AbortSignal | undefined): Failure {
  if (error instanceof Failure) return error;
  if (signal?.aborted) return failure("P1326", { path }, { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT" || /no space left|disk full/i.test(reason)) {
    return failure("P1321", { path }, { cause: error });
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || /permission/i.test(reason)) {
    return failure("P1322", { path }, { cause: error });
  }
  return failure("P1325", { path, reason: reason.split("\n")[0] ?? reason }, { cause: error });
}

/** Write a text as UTF-8, whole or not at all. */
export async function writeText(path: string, text: string, signal?: AbortSignal): Promise<void> {
  await writeWhole(path, (aside) => writePieces(aside, [text], signal), signal);
}

/** Write bytes, whole or not at all. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeWhole(path, (aside) => writePieces(aside, [bytes]));
}

/**
 * The bytes of a file.
 *
 * @throws Failure P1302, P1310, P1312 where it can't be read.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw openFailure(basename(path), path, "a model", error);
  }
}
