import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const loader = pathToFileURL(resolve(import.meta.dirname, "../../dist/src/cli/parts.js")).href;
let home: string;
const part = (name: string, text: string): void => writeFileSync(join(home, "parts", name), text);

/** What the parts of `home` say in a process of their own. */
function said(command = "run"): string {
  const script = join(home, "main.mjs");
  writeFileSync(
    script,
    `import { Parts } from ${JSON.stringify(loader)};
const { say } = new Parts(import.meta.url, process.argv[2]).load("start.cjs");
console.log(await say());`,
  );
  const done = spawnSync(process.execPath, [script, command], { encoding: "utf8" });
  expect(done.stderr).toBe("");
  return done.stdout.trim();
}

const compiled = (command = "run"): string[] => {
  const folder = join(home, "parts", "compiled", `${process.version}-${process.arch}`, command);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "parable-parts-"));
  mkdirSync(join(home, "parts"));
  part(
    "start.cjs",
    `const { n } = require("./other.cjs");
exports.say = async () => [n, (await __import("node:os")).EOL.length > 0, __place("../x.js").endsWith("/x.js")].join(" ");`,
  );
  part("other.cjs", "exports.n = 1;");
});
afterEach(() => rmSync(home, { recursive: true }));

test("compiled code is kept for each command, used, and left alone", () => {
  expect(said()).toBe("1 true true");
  const files = compiled();
  expect(files).toHaveLength(2);
  const before = files.map((file) => statSync(file).mtimeMs);
  expect(said()).toBe("1 true true");
  expect(compiled().map((file) => statSync(file).mtimeMs)).toEqual(before);
  expect(said("check")).toBe("1 true true");
  expect(compiled("check")).toHaveLength(2);
  expect(said("../elsewhere")).toBe("1 true true");
  expect(compiled("any")).toHaveLength(2);
});

test("a part that changed is read anew, even where its length did not change", () => {
  said();
  part("other.cjs", "exports.n = 2;");
  expect(said()).toBe("2 true true");
});

test("what is no compiled code is compiled again and replaced", () => {
  said();
  for (const file of compiled()) writeFileSync(file, "nonsense");
  expect(said()).toBe("1 true true");
  for (const file of compiled()) expect(readFileSync(file, "latin1")).not.toBe("nonsense");
});

test("where nothing can be kept, everything works, and nothing is left", () => {
  writeFileSync(join(home, "parts", "compiled"), "a file");
  expect(said()).toBe("1 true true");
  expect(readdirSync(join(home, "parts")).sort()).toEqual(["compiled", "other.cjs", "start.cjs"]);
});
