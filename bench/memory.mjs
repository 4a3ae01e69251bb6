// Peak memory of a process that writes 15 mixed columns piece by piece, at one number of rows and at ten times as
// many: flat is what it should be. Needs a build. `node bench/memory.mjs [ROWS] [FOLDER]`
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stream } from "../dist/src/base/random.js";
import { writeTables } from "../dist/src/table/export.js";

const block = 4096;
const levels = [..."abcdefg"];

function column(at, random) {
  const name = `c${at}`;
  if (at < 5) {
    const values = Float64Array.from({ length: block }, () => random.below(1000));
    return { kind: "number", name, type: { kind: "int" }, values };
  }
  if (at < 8) {
    const values = Float64Array.from({ length: block }, () => random.uniform());
    return { kind: "number", name, type: { kind: "real" }, values };
  }
  const codes = Int32Array.from({ length: block }, () => random.below(8) - 1);
  return { kind: "code", name, type: { kind: "category", values: levels }, codes, levels };
}

/** Some blocks over and over, so that making them costs nothing. */
async function* pieces(rows) {
  const random = stream(1, "memory");
  const made = Array.from({ length: 64 }, () =>
    Array.from({ length: 15 }, (_, at) => column(at, random)),
  );
  for (let at = 0; at * block < rows; at++) {
    if (at % 4 === 3) await new Promise((resolve) => setImmediate(resolve));
    yield { kind: "table", name: "made", rows: block, columns: made[at % 64] };
  }
}

const [first, second, format] = process.argv.slice(2);
if (format !== undefined) {
  const path = join(second, `made.${format}`);
  await writeTables(pieces(Number(first)), path);
  const { user, system } = process.cpuUsage();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const size = statSync(path).size / 1e6;
  console.log(
    `.${format}, ${Number(first).toLocaleString("en")} rows (${size.toFixed(0)} MB): at most ${megabytes.toFixed(0)} MB of memory, CPU ${((user + system) / 1e6).toFixed(1)} s`,
  );
  rmSync(path);
} else {
  const folder = second ?? mkdtempSync(join(tmpdir(), "parable-memory-"));
  for (const each of ["csv", "jsonl", "json", "arrow", "parquet"]) {
    for (const rows of [Number(first ?? 300_000), 10 * Number(first ?? 300_000)]) {
      const args = [fileURLToPath(import.meta.url), `${rows}`, folder, each];
      process.stdout.write(execFileSync(process.execPath, args));
    }
  }
  if (second === undefined) rmSync(folder, { recursive: true });
}
