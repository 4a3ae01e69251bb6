import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { messages } from "../../src/base/messages.js";

const root = join(import.meta.dirname, "..", "..", "src");

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return path.endsWith("messages") ? [] : sources(path);
    return name.endsWith(".ts") ? [readFileSync(path, "utf8")] : [];
  });
}

/** Seeded noise is for tests of the engines; no spec can ask for it. */
const unsayable = ["P0757"];
/** They need the headers of a file: test/check/check.test.ts. */
const aboutHeaders = ["P0207", "P0208"];

test("every message of the catalogue is said somewhere", () => {
  const all = sources(root).join("\n");
  const unsaid = Object.keys(messages).filter((code) => !all.includes(`"${code}"`));
  expect(unsaid.filter((code) => !unsayable.includes(code))).toEqual([]);
});

test("every check of a spec has a spec that earns it and one that does not", () => {
  const specs = readdirSync(join(root, "..", "test", "specs"));
  const checked = sources(join(root, "check")).join("\n");
  const codes = Object.keys(messages).filter((code) => checked.includes(`"${code}"`));
  const lacking = codes.filter(
    (code) =>
      !specs.some((name) => name.startsWith(`${code}.`)) ||
      !specs.includes(`${code}-mended.parable`),
  );
  expect(lacking.filter((code) => !aboutHeaders.includes(code))).toEqual([]);
});
