// Compile src/ and grammar/ to dist/. Plain tsc: files stay one to one, but for the command line, which is put
// into few: loading hundreds of small ones takes longer than a check (docs/decisions/0008).
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
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
const built = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (built.status !== 0) process.exit(built.status ?? 1);
await import("./words.mjs");
await bundle();

/**
 * Put the command line's files together into few: what `check` needs, what `run` needs beside it, what tells about
 * rows; the rest file by file, as it is loaded later.
 */
async function bundle() {
  const home = join(root, "dist/src/cli");
  const parts = join(home, "parts");
  const input = { main: join(home, "main.js") };
  const places = {
    name: "places",
    /** Files and threads are found from where tsc put a module, not from the part that it is now in. */
    transform(code, id) {
      if (id === input.main || !code.includes("import.meta.url")) return null;
      const place = `new URL(${JSON.stringify(relative(parts, id))}, import.meta.url).href`;
      return { code: code.replaceAll("import.meta.url", place), map: null };
    },
  };
  const group = (name, priority, files) => {
    const test = new RegExp(`dist/src/(${files.join("|")})\\.js$`.replaceAll("/", "[\\\\/]"));
    return { name, test, priority };
  };
  const build = await rolldown({
    ...{ input, platform: "node", plugins: [places] },
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    checks: { ineffectiveDynamicImport: false },
  });
  rmSync(parts, { recursive: true, force: true });
  await build.write({
    ...{ dir: home, format: "esm", entryFileNames: "[name].js", chunkFileNames: "parts/[name].js" },
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
}
