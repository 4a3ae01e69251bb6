import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** What decides which model a file holds: its size and the digest of its first mebibyte. */
export interface ModelFile {
  readonly identity: string;
}

const LOOKED_AT = 1 << 20;

/**
 * Look at the head of a GGUF file before a library does, which may wait for ever on one that is none.
 *
 * @throws Error in plain words where there is no such file, or it is no model.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === "ENOENT" ? "there is no such file" : error.message);
  });
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, LOOKED_AT));
    await file.read(head, 0, head.length, 0);
    if (head.length < 24 || head.toString("latin1", 0, 4) !== "GGUF") {
      throw new Error("it is not a GGUF file");
    }
    const version = head.readUInt32LE(4);
    if (version < 2 || version > 3) throw new Error(`it is in GGUF version ${version}, not 2 or 3`);
    if (Number(head.readBigUInt64LE(8)) === 0) throw new Error("it holds no weights");
    const digest = createHash("sha256").update(head).digest("hex").slice(0, 16);
    return { identity: `${size} ${digest}` };
  } finally {
    await file.close();
  }
}
