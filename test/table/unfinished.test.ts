import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, expect, it } from "vitest";
import { asideOf } from "../../src/table/unfinished.js";
import { writePieces, writeWhole } from "../../src/table/whole-file.js";

const folder = mkdtempSync(join(tmpdir(), "parable-unfinished-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const child = fileURLToPath(new URL("export-child.mjs", import.meta.url));
const path = join(folder, "out.parquet");
const write = (aside: string) => writePieces(aside, ["whole"]);

/** The name that another process, thread or machine would have given to its file. */
function foreign(change: (own: string) => string): string {
  return change(asideOf(path));
}

/** End a process with a signal in the middle of a large Parquet file. */
async function killed(signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
  const running = spawn(process.execPath, [child, dist, path, "400"]);
  const ended = once(running, "exit");
  while (!readdirSync(folder).some((name) => name.endsWith(".part.duckdb"))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  running.kill(signal);
  return (await ended)[1] as NodeJS.Signals | null;
}

it.skipIf(!existsSync(dist)).each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
  "%s ends a process that writes Parquet, and nothing is left over",
  async (signal) => {
    expect(await killed(signal)).toBe(signal);
    expect(readdirSync(folder)).toEqual([]);
  },
);

it.skipIf(!existsSync(dist))("what a killed process leaves, the next write removes", async () => {
  expect(await killed("SIGKILL")).toBe("SIGKILL");
  expect(readdirSync(folder).length).toBeGreaterThan(0);
  await writeWhole(path, write);
  expect(readdirSync(folder)).toEqual(["out.parquet"]);
});

it("what others may still be writing stays", async () => {
  const running = [
    foreign((own) => own.replace(`-${process.pid}-`, `-${process.ppid}-`)),
    foreign((own) => own.replace(/-(\d+)\.part$/, "-77.part")),
    foreign((own) => own.replace(/\.[0-9a-f]{8}-\d+/, ".00000000-999999999")),
    foreign((own) => own.replace("out.parquet", "other.parquet").replace(/-\d+-/, "-999999999-")),
    join(folder, ".out.parquet.part"),
  ];
  for (const aside of running) writeFileSync(aside, "");
  const gone = foreign((own) => own.replace(/-\d+-/, "-999999999-"));
  const stale = foreign((own) => own.replace(/\.[0-9a-f]{8}-/, ".11111111-"));
  for (const aside of [gone, `${gone}.duckdb`, stale]) writeFileSync(aside, "");
  const before = Date.now() / 1000 - 2 * 24 * 3600;
  utimesSync(stale, before, before);
  await writeWhole(path, write);
  const kept = [...running, path].map((each) => each.slice(folder.length + 1)).sort();
  expect(readdirSync(folder).sort()).toEqual(kept);
});

it("a process listens to signals only while it writes, and leaves alone whoever listens already", async () => {
  const own = () => {};
  process.on("SIGHUP", own);
  const before = process.listenerCount("SIGTERM");
  await writeWhole(path, async (aside) => {
    expect(process.listenerCount("SIGTERM")).toBe(before + (before === 0 ? 1 : 0));
    expect(process.listeners("SIGHUP")).toContain(own);
    expect(process.listenerCount("SIGHUP")).toBe(1);
    await write(aside);
  });
  expect(process.listenerCount("SIGTERM")).toBe(before);
  process.off("SIGHUP", own);
});
