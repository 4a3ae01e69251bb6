import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const main = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-interrupted-"));
  mkdirSync(join(folder, "out"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const spec = (learner: string) => `source calls = example "bank-marketing" missing "unknown"
table people from calls {
  age: int 18..95
  job: category learned or missing
  balance: int learned
  housing: category learned
  subscribed: "yes" | "no" from "y"
}
learn with ${learner}
generate made: 2000 rows seed 1
`;

/** Run a spec, and send the process a signal as soon as it says `at`. */
async function signalled(learner: string, at: string, signal: NodeJS.Signals) {
  writeFileSync(join(folder, "bank.parable"), spec(learner));
  const child = spawn(process.execPath, [main, "run", "bank.parable", "--out", "out"], {
    cwd: folder,
    env: { ...process.env, CI: "true" },
  });
  let said = "";
  let sent = false;
  child.stderr.on("data", (chunk) => {
    said += String(chunk);
    if (!sent && said.includes(at)) sent = child.kill(signal);
  });
  const [code, by] = await new Promise<[number | null, NodeJS.Signals | null]>((done) =>
    child.on("close", (...ended) => done(ended)),
  );
  expect(sent, said).toBe(true);
  return { code, by, said, left: readdirSync(join(folder, "out")).sort() };
}

test.each([
  ["forest", "telling real from made up"],
  ["trees", "learning"],
])("Ctrl-C is heard while %s learn: nothing is drawn, nothing is left", async (learner, at) => {
  const { code, said, left } = await signalled(learner, at, "SIGINT");
  expect(code, said).toBe(130);
  expect(said).toContain("interrupted: no file was written");
  expect(said).not.toContain("drawing");
  expect(left).toEqual([]);
});

test("SIGTERM ends a process that learns, and nothing is left", async () => {
  const { code, by, said, left } = await signalled(
    "forest",
    "telling real from made up",
    "SIGTERM",
  );
  expect({ code, by }, said).toEqual({ code: null, by: "SIGTERM" });
  expect(left).toEqual([]);
});

test("Ctrl-C is heard while the report compares: whole tables stay, no part of a report", async () => {
  const { code, said, left } = await signalled("independent", "comparing made", "SIGINT");
  expect(code, said).toBe(130);
  expect(said).toContain("these files are whole");
  expect(left).toEqual(["made.csv", "release.json"]);
  expect(
    readFileSync(join(folder, "out", "made.csv"), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(2001);
});
