// Compile src/ and grammar/ to dist/. Plain tsc: files stay one to one, but for the command line, which is put
// into few, in the form that V8's compiled code can be kept of: loading hundreds of small ones takes longer than a
// check (docs/decisions/0008, src/cli/parts.ts).
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(
  dirname(createRequire(import.meta.url).resolve("@typescript/native/package.json")),
  "bin",
  "tsc",
);
/** Packages of plain JavaScript whose files each run would have to find and read one by one; with what they need. */
const PUT_IN =
  /^(@duckdb\/node-api|@eslint-community\/regexpp|@stdlib\/math-base-special-\w+|commander|fft\.js|picocolors|proper-lockfile|string-width)$/;
/** The parser generator as the one file that its package ships. */
const CHEVROTAIN = join(root, "node_modules/chevrotain/lib/chevrotain.min.mjs");
const NATIVE = /^@duckdb\/node-bindings/;

const built = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (built.status !== 0) process.exit(built.status ?? 1);
await import("./words.mjs");
await import("./threads.mjs");
await bundle();

/**
 * Put the command line's files together into few: what `check` needs, what `run` needs beside it, what tells about
 * rows; the rest file by file, as it is loaded later. Small packages that each run loads are put in, with their licences.
 */
async function bundle() {
  const home = join(root, "dist/src/cli");
  const parts = join(home, "parts");
  const input = { start: join(home, "start.js") };
  const group = (name, priority, files) => {
    const test = new RegExp(`dist/src/(${files.join("|")})\\.js$`.replaceAll("/", "[\\\\/]"));
    return { name, test, priority };
  };
  const build = await rolldown({
    ...{ input, platform: "node", plugins: [places(parts)] },
    external: (id, from = "") =>
      !id.startsWith(".") &&
      !isAbsolute(id) &&
      !PUT_IN.test(id) &&
      (!from.includes("node_modules") || NATIVE.test(id)),
    checks: { ineffectiveDynamicImport: false },
  });
  rmSync(parts, { recursive: true, force: true });
  const { output } = await build.write({
    ...{ dir: parts, format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "[name].cjs" },
    codeSplitting: {
      groups: [
        group("check", 3, ["cli/start", "cli/commands/check"]),
        group("run", 2, [
          "cli/commands/run",
          "run/(run|budgeted)",
          "plan/plan",
          "table/(csv-source|duckdb-read)",
          "synth/marginal/(independent|mst|swift|aim)",
        ]),
        group("tell", 1, ["evaluate/evaluate", "show/display", "facade/release-parts"]),
      ],
    },
  });
  await build.close();
  writeFileSync(
    join(parts, "LICENSES.txt"),
    licencesOf(output.flatMap((part) => part.moduleIds ?? [])),
  );
}

/** Code that looks for files beside itself, or for a package in its own way, still finds them from a part. */
function places(parts) {
  return {
    name: "places",
    transform(code, id) {
      if (!id.startsWith(join(root, "dist")) || !code.includes("import.meta.url")) return null;
      if (id === join(root, "dist/grammar/chevrotain.js"))
        return { code: `export * as chevrotain from ${JSON.stringify(CHEVROTAIN)};`, map: null };
      // Files and threads are found from where tsc put a module, not from the part that it is now in.
      const place = `__place(${JSON.stringify(relative(parts, id))})`;
      const direct = code.replaceAll(
        /createRequire\(import\.meta\.url\)\(("[^"]+")\)/g,
        "require($1)",
      );
      return { code: direct.replaceAll("import.meta.url", place), map: null };
    },
    renderChunk(code) {
      const brought = code.replaceAll(/\bawait import\(/g, "await __import(");
      const left = brought.split("\n").find((line) => /^(?!\s*\*).*\bimport\(/.test(line));
      if (left !== undefined)
        throw new Error(`an import of another package without await: ${left}`);
      return { code: brought, map: null };
    },
  };
}

/** The licences of the packages that stand in a part, as their terms ask; one text for all that share it. */
function licencesOf(modules) {
  const sharing = new Map();
  for (const home of new Set(
    modules.flatMap((id) => /^.*node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? []),
  )) {
    const { name, version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const terms = readdirSync(home)
      .filter((file) => /^(licen[cs]e|notice)/i.test(file))
      .sort();
    const text = terms.map((file) => readFileSync(join(home, file), "utf8").trim()).join("\n\n");
    sharing.set(text, [...(sharing.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const told = [...sharing].map(([text, names]) => `${names.sort().join("\n")}\n\n${text}\n`);
  return told.sort().join(`\n${"-".repeat(80)}\n\n`);
}
