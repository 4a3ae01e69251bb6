import { access } from "node:fs/promises";
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
