import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFlushed } from "./ledger-file.js";

const MARK = Buffer.from("parable release 1\n");
const DIGEST_BYTES = 32;

/**
 * Releases that were paid for, in `cache` under the ledger's folder. A re-run of an unchanged plan on
 * unchanged data takes the release from here: the same answer again tells nothing new and costs
 * nothing. Only what has left the privacy layer may be stored here.
 */
export class ReleaseCache {
  private readonly folder: string;

  /** `folder` is the ledger's. */
  constructor(folder: string) {
    this.folder = join(folder, "cache");
  }

  /** The release of this plan on these data, or undefined; a damaged file counts as none. */
  load(plan: string, fingerprint: string): Buffer | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.pathOf(plan, fingerprint));
    } catch {
      return undefined;
    }
    const from = MARK.length + DIGEST_BYTES;
    const body = bytes.subarray(from);
    const whole = bytes.length >= from && bytes.subarray(0, MARK.length).equals(MARK);
    const digest = bytes.subarray(MARK.length, from);
    return whole && digest.equals(digestOf(body)) ? body : undefined;
  }

  /** Keep a release; it is there whole or not at all. Throws what the file system throws. */
  store(plan: string, fingerprint: string, release: Uint8Array): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = this.pathOf(plan, fingerprint);
    const temporary = `${path}.${process.pid}.new`;
    try {
      writeFlushed(temporary, Buffer.concat([MARK, digestOf(release), release]));
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  private pathOf(plan: string, fingerprint: string): string {
    const name = createHash("sha256")
      .update(JSON.stringify([plan, fingerprint]))
      .digest("hex");
    return join(this.folder, name);
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
