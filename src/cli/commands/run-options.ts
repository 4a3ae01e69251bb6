import { failure, type TableFormat } from "../../index.js";

const formats: readonly TableFormat[] = ["csv", "parquet", "arrow", "json", "jsonl"];

/** The format of that name, or P1482. */
export function tableFormat(text: string): TableFormat {
  const format = formats.find((candidate) => candidate === text);
  if (format === undefined) throw failure("P1482", { format: text, formats });
  return format;
}

/** `--keep` as a number, or P1485. */
export function readKeep(text: string): number {
  const keep = Number(text);
  if (!Number.isSafeInteger(keep) || keep < 1) throw failure("P1485", { keep: text });
  return keep;
}

/** `--seed` as a number, or P1483. */
export function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw failure("P1483", { seed: text });
  return seed;
}
