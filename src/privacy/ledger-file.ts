import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { lockSync } from "proper-lockfile";
import { failure } from "../base/failure.js";

const LOCK_STALE_MS = 5_000;
const LOCK_WAIT_S = 30;
const LOCK_PAUSE_MS = 20;

/** How far the ledger was when its last charge was acknowledged. */
export interface Head {
  readonly number: number;
  readonly checksum: string;
}

/** Files of one ledger: `ledger.jsonl`, `ledger.head` and `key` in one folder, locked across processes. */
export class LedgerFile {
  readonly path: string;
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, "ledger.jsonl");
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!existsSync(this.path)) closeSync(openSync(this.path, "a", 0o600));
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  /** Do this while no other process can touch the ledger. */
  locked<T>(work: () => T): T {
    const release = this.lock();
    try {
      return work();
    } finally {
      release();
    }
  }

  private lock(): () => void {
    const until = Date.now() + LOCK_WAIT_S * 1000;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      try {
        return lockSync(this.path, { stale: LOCK_STALE_MS, realpath: false });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "ELOCKED") throw unwritable(this.path, cause);
        if (Date.now() > until) {
          throw failure("P0754", { path: this.path, seconds: LOCK_WAIT_S }, { cause });
        }
        Atomics.wait(pause, 0, 0, LOCK_PAUSE_MS);
      }
    }
  }

  /** The secret of this ledger, made on first use; undefined when the file is gone. */
  key(create: boolean): Buffer | undefined {
    const path = join(this.folder, "key");
    try {
      if (!existsSync(path) && create) this.replace("key", `${randomBytes(32).toString("hex")}\n`);
      if (!existsSync(path)) return undefined;
      return Buffer.from(readFileSync(path, "utf8").trim(), "hex");
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** Everything from a byte on. */
  readFrom(offset: number): string {
    const file = openSync(this.path, "r");
    try {
      const length = fstatSync(file).size - offset;
      if (length <= 0) return "";
      const buffer = Buffer.alloc(length);
      const read = readSync(file, buffer, 0, length, offset);
      return buffer.toString("utf8", 0, read);
    } finally {
      closeSync(file);
    }
  }

  size(): number {
    const file = openSync(this.path, "r");
    try {
      return fstatSync(file).size;
    } finally {
      closeSync(file);
    }
  }

  /**
   * Add a line after the `whole` bytes that were read as lines, dropping `torn` further ones, and flush
   * it to disk; all or nothing. Were the lock lost to a process that thought this one dead, the file's
   * length or, at the latest, the chain of checksums would tell.
   */
  append(whole: number, torn: number, line: string): void {
    const bytes = Buffer.from(`${line}\n`, "utf8");
    let file: number | undefined;
    try {
      file = openSync(this.path, "a");
      if (fstatSync(file).size !== whole + torn) throw new Error("it changed while it was locked");
      if (torn > 0) ftruncateSync(file, whole);
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } catch (cause) {
      if (file !== undefined) this.cutBack(file, whole, bytes.length);
      throw unwritable(this.path, cause);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Take a line back that was not written in full; never more than that. */
  private cutBack(file: number, whole: number, length: number): void {
    try {
      if (fstatSync(file).size < whole + length) ftruncateSync(file, whole);
    } catch {
      // The torn line stays; the next reader sees that it was never acknowledged.
    }
  }

  head(): Head | undefined {
    const path = join(this.folder, "ledger.head");
    if (!existsSync(path)) return undefined;
    try {
      return JSON.parse(readFileSync(path, "utf8")) as Head;
    } catch (cause) {
      throw failure("P0751", { path, line: 1, reason: "it can't be read" }, { cause });
    }
  }

  setHead(head: Head): void {
    try {
      this.replace("ledger.head", `${JSON.stringify(head)}\n`);
    } catch (cause) {
      throw unwritable(join(this.folder, "ledger.head"), cause);
    }
  }

  private replace(name: string, text: string): void {
    const path = join(this.folder, name);
    const temporary = `${path}.${process.pid}.new`;
    try {
      writeFlushed(temporary, text);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    this.flushFolder();
  }

  private flushFolder(): void {
    try {
      const folder = openSync(this.folder, "r");
      fsyncSync(folder);
      closeSync(folder);
    } catch {
      // Some systems don't let a folder be flushed; there the rename itself is what they offer.
    }
  }
}

/** Write a file for its owner alone and flush it to disk. */
export function writeFlushed(path: string, bytes: string | Uint8Array): void {
  const file = openSync(path, "w", 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unwritable(path: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return failure("P0752", { path, reason }, { cause });
}

/** Whether a folder holds a ledger; making sure makes none. */
export function hasLedger(folder: string): boolean {
  return existsSync(join(folder, "ledger.jsonl"));
}
