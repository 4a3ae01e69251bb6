// Compile src/ and grammar/ to dist/. Plain tsc: files stay one to one, but for the way to `parable check`,
// which is one file each for the command line and the command: loading 180 small ones takes longer than
// the check (docs/decisions/0008).
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
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
for (const file of ["main.js", "commands/check.js"]) await bundle(join(root, "dist/src/cli", file));

/** Put a module and all that it imports at once into its own file; what it loads later stays where it is. */
async function bundle(file) {
  const later = {
    name: "later",
    resolveId(id, importer, { kind }) {
      if (kind !== "dynamic-import" || !id.startsWith(".")) return null;
      const path = relative(dirname(file), resolve(dirname(importer), id));
      return { id: path.startsWith(".") ? path : `./${path}`, external: true };
    },
  };
  const external = [/^node:/, "chevrotain"];
  const build = await rolldown({ input: file, platform: "node", plugins: [later], external });
  await build.write({ file, format: "esm" });
  await build.close();
}
