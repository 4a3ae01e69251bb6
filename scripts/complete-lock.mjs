// A registry that lacks the builds for other platforms leaves them out of package-lock.json, and then
// `npm ci` refuses the lock. Put their entries back: npm skips what is for another platform.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "mipsel",
  "ppc64",
  "riscv64",
  "s390x",
  "x64",
];

/** The platform that a package is for, from its name; undefined where the name tells none. */
function platformOf(name) {
  const words = name.split(/[-/@]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined) return words.includes("wasm32") ? { cpu: ["wasm32"] } : undefined;
  const musl = words.includes("musl") || words.includes("musleabihf");
  const libc =
    os !== "linux"
      ? {}
      : musl
        ? { libc: ["musl"] }
        : words.includes("gnu")
          ? { libc: ["glibc"] }
          : {};
  return { ...(cpu === undefined ? {} : { cpu: [cpu] }), ...libc, os: [os] };
}

let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const inner = `${place}/node_modules/${name}`;
    const outer = `node_modules/${name}`;
    if (inner in lock.packages || outer in lock.packages) continue;
    const platform = platformOf(name);
    if (platform === undefined) {
      console.log(`left out: ${name} (no platform in its name)`);
      continue;
    }
    lock.packages[outer] = {
      version,
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...platform,
    };
    added++;
  }
}
const sorted = Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages for other platforms added to package-lock.json`);
