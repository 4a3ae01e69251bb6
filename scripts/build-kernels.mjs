// Compile src/kernels/assembly/NAME.ts to WebAssembly and keep it as base64 in src/kernels/NAME-wasm.ts,
// which is checked in (a folder NAME/ beside it holds its parts; some are there a second time, with relaxed instructions): nobody who installs or builds Parable needs the AssemblyScript compiler.
// With --check nothing is written; the exit code says whether the files are up to date.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const kernels = join(dirname(dirname(fileURLToPath(import.meta.url))), "src", "kernels");
const options = ["--optimizeLevel", "3", "--shrinkLevel", "0", "--noAssert", "--runtime", "stub"];
/** Those that relaxed instructions, where an engine has them, make faster. */
const relaxed = ["network"];
let stale = false;
for (const file of readdirSync(join(kernels, "assembly")).filter((each) => each.endsWith(".ts"))) {
  const name = file.replace(/\.ts$/, "");
  await compile(name, name, ["--enable", "simd"]);
  if (relaxed.includes(name)) {
    await compile(name, `${name}-relaxed`, ["--enable", "simd", "--enable", "relaxed-simd"]);
  }
}
process.exit(stale ? 1 : 0);

async function compile(name, to, features) {
  const source = join(kernels, "assembly", `${name}.ts`);
  const made = await asc.main([source, "--outFile", "out.wasm", ...features, ...options], {
    readFile: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (_, contents) => {
      if (typeof contents !== "string") write(name, to, Buffer.from(contents).toString("base64"));
    },
  });
  if (made.error) {
    console.error(made.stderr.toString());
    process.exit(1);
  }
}

function write(name, to, base64) {
  const path = join(kernels, `${to}-wasm.ts`);
  const lines = base64.match(/.{1,90}/g).map((line) => `  "${line}",`);
  const text = `/** Compiled from assembly/${name}.ts by scripts/build-kernels.mjs; not written by hand. */\nexport const ${wordOf(to)}Wasm: string = [\n${lines.join("\n")}\n].join("");\n`;
  const current = readFileSync(path, { encoding: "utf8", flag: "a+" });
  if (current === text) return;
  stale = process.argv.includes("--check");
  if (stale) console.error(`${path} is out of date: node scripts/build-kernels.mjs`);
  else writeFileSync(path, text);
}

function wordOf(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
