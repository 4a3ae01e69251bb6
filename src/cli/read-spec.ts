import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { failure } from "../index.js";
import type { Shell } from "./shell.js";

/** A spec's text, what to call it, and the folder its paths start from. */
export interface SpecFile {
  readonly origin: string;
  readonly text: string;
  readonly folder: string;
}

/** Read a spec from a file, or from standard input for `-`. */
export async function readSpec(shell: Shell, file: string): Promise<SpecFile> {
  if (file === "-")
    return { origin: "(standard input)", text: await readInput(), folder: shell.folder };
  const path = resolve(shell.folder, file);
  try {
    const bytes = await readFile(path);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { origin: file, text, folder: dirname(path) };
  } catch (cause) {
    throw failure("P1480", { file, reason: reasonOf(cause) }, { cause });
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "you may not read it";
  if (code === "EISDIR") return "it is a folder";
  if (cause instanceof TypeError) return "it is not UTF-8 text";
  return String(code ?? cause);
}

/** `name=value` settings as a record; numbers and true/false are understood, the rest is text. */
export function readSettings(
  settings: readonly string[] = [],
): Record<string, number | string | boolean> {
  const values: Record<string, number | string | boolean> = {};
  for (const setting of settings) {
    const at = setting.indexOf("=");
    if (at < 1) throw failure("P1481", { setting });
    values[setting.slice(0, at).trim()] = readValue(setting.slice(at + 1).trim());
  }
  return values;
}

function readValue(text: string): number | string | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  const number = Number(text.replaceAll("_", ""));
  return text !== "" && Number.isFinite(number) ? number : text;
}
