import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./client.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parable-foreign-"));
});
afterAll(() => rm(folder, { recursive: true }));

const ender = pathToFileURL(join(root, "dist/src/kernel/end-foreign-code.js")).href;

/** Runs a loop of 1.5 s, in a function of a script of that address, which another thread tries to end after .3 s. */
async function loopOf(address: string, own: readonly string[]): Promise<string> {
  const script = `
    import { Script } from "node:vm";
    import { Worker } from "node:worker_threads";
    const other = \`
      import { workerData } from "node:worker_threads";
      const { endForeignCode } = await import(${JSON.stringify(ender)});
      await new Promise((resolve) => setTimeout(resolve, 300));
      await endForeignCode(workerData);
      // As the kernel's thread does, it lives on: Node aborts where a thread ends while its session is taken down.
      setInterval(() => {}, 1000);
    \`;
    const url = new URL("data:text/javascript," + encodeURIComponent(other));
    const worker = new Worker(url, { workerData: ${JSON.stringify(own)} });
    const code = "() => { const end = Date.now() + 1500; while (Date.now() < end); return 'went on'; }";
    const loop = new Script(code, { filename: ${JSON.stringify(address)} }).runInThisContext();
    setInterval(() => {
      console.log("lives");
      process.exit(0);
    }, 2000);
    await new Promise((resolve) => worker.once("online", resolve));
    setImmediate(() => console.log(loop()));
  `;
  const file = join(folder, "main.mjs");
  writeFileSync(file, script);
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--no-force-async-hooks-checks",
    file,
  ]);
  return stdout;
}

const main = () => pathToFileURL(join(folder, "main.mjs")).href;

test("code of the cell is ended, the process is not", async () => {
  expect(await loopOf("cell", ["node:", main()])).toBe("lives\n");
});

test("the kernel's own code goes on: what it was about to take up would be lost", async () => {
  expect(await loopOf("file:///kernel/queue.js", ["node:", main(), "file:///kernel/"])).toBe(
    "went on\nlives\n",
  );
});
