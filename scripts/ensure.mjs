// Install and build what a test run needs, where it is missing or out of date. Quick when nothing is.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const run = (command, args) => {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
};
const installed = join(root, "node_modules", ".package-lock.json");
const stale =
  !existsSync(installed) ||
  statSync(installed).mtimeMs < statSync(join(root, "package-lock.json")).mtimeMs;
if (stale) run("npm", ["ci", "--no-audit", "--no-fund"]);
run(process.execPath, [join(root, "scripts", "build.mjs")]);
