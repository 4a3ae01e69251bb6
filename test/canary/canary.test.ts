import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

// The package as a notebook meets it: installed beside the cell, required by a CommonJS cell, and
// type-checked by the TypeScript that tslab brings (5.0.4, Node10 resolution).
const root = resolve(import.meta.dirname, "../..");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-canary-"));
  const home = join(folder, "node_modules", "parable");
  mkdirSync(home, { recursive: true });
  cpSync(join(root, "dist"), join(home, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(home, "package.json"));
  symlinkSync(join(root, "node_modules"), join(home, "node_modules"));
  cpSync(join(root, "test/canary/cells"), folder, { recursive: true });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a cell that names our types passes tslab's TypeScript 5.0.4", () => {
  const require = createRequire(join(root, "node_modules", "tslab", "package.json"));
  const ts = require("@tslab/typescript-for-tslab") as typeof import("typescript");
  expect(ts.version).toMatch(/^5\.0\./);
  const program = ts.createProgram([join(folder, "first.ts")], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    moduleResolution: 2 as never,
    esModuleInterop: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  });
  const found = ts
    .getPreEmitDiagnostics(program)
    .filter((diagnostic) => !diagnostic.file?.fileName.includes("/node_modules/@"))
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
  expect(found).toEqual([]);
});

test("a CommonJS cell can require the package and run a spec", () => {
  const script = join(folder, "cell.cjs");
  writeFileSync(
    script,
    `const { compileSpec, runPlan } = require("parable");
     (async () => {
       const { plan } = await compileSpec("table t { x: int 1..6 }\\ngenerate 10 rows");
       const release = await runPlan(plan);
       console.log(release.outputs[0].table.rows);
     })();`,
  );
  const ran = spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8" });
  expect(ran.stderr).toBe("");
  expect(ran.stdout.trim()).toBe("10");
});

test("no declaration file uses syntax that TypeScript 5.0.4 cannot read", () => {
  const declaration = readFileSync(join(root, "dist/src/index.d.ts"), "utf8");
  expect(declaration).not.toMatch(/\bconst T\b|\baccessor\b|\busing\b/);
});
