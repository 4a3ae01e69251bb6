import { randomUUID } from "node:crypto";
import { access, rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { failure } from "../index.js";

/** Refuse to go on where a file exists and nobody said that it may be replaced. */
export async function refuseExisting(folder: string, file: string | undefined, force?: boolean) {
  if (file === undefined || force === true) return;
  const exists = await access(resolve(folder, file)).then(
    () => true,
    () => false,
  );
  if (exists) throw failure("P1491", { file });
}

/** Write a text aside and put it in its place when it is whole. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(aside, text, { flag: "wx" });
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw failure("P1325", { path, reason }, { cause });
  }
}
