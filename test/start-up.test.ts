import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const heavy =
  /node_modules[\\/](@duckdb|@tensorflow|plotly|zeromq|tslab|apache-arrow|@faker-js|danfojs)/;

/** Every file that a process resolves while it runs, told by a loader hook. */
function filesLoadedBy(args: readonly string[]): string[] {
  const hook = join(root, "test", "start-up-hook.mjs");
  const ran = spawnSync(process.execPath, ["--import", hook, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, PARABLE_TRACE_LOADS: "1" },
  });
  expect(ran.status, ran.stderr).toBe(0);
  return ran.stderr.split("\n").filter((line) => line.startsWith("load:"));
}

test("importing the package loads nothing heavy", () => {
  const loaded = filesLoadedBy(["-e", "import('./dist/src/index.js')"]);
  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.filter((line) => heavy.test(line))).toEqual([]);
});

test("checking a spec loads nothing heavy", () => {
  const loaded = filesLoadedBy(["dist/src/cli/main.js", "check", "test/specs/icecream.parable"]);
  expect(loaded.filter((line) => heavy.test(line))).toEqual([]);
});

test("running a spec loads few files of its own, and no quantile of a beta variable", () => {
  const out = mkdtempSync(join(tmpdir(), "parable-start-up-"));
  const spec = join(out, "dice.parable");
  writeFileSync(spec, "table dice { eyes: int 1..6 }\ngenerate rolls: 20 rows seed 1\n");
  const loaded = filesLoadedBy(["dist/src/cli/main.js", "run", spec, "--out", out]);
  rmSync(out, { recursive: true });
  const own = new Set(loaded.filter((line) => /[\\/]dist[\\/]src[\\/]/.test(line)));
  expect(own.size).toBeLessThan(30);
  expect(loaded.filter((line) => /dists-beta-quantile/.test(line))).toEqual([]);
});
