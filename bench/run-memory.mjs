// Peak memory of a whole run that learns a table and writes rows of it piece by piece, by learner and format, at
// several numbers of rows: flat is what it should be. Needs a build.
// node bench/run-memory.mjs FILE.csv [--rows N,N,…] [--in FOLDER] LEARNER/FORMAT …   (FORMAT: csv, arrow, parquet or json)
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2);
const option = (name, usual) =>
  args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : usual;
const sizes = option("--rows", "1000000,10000000").split(",").map(Number);
const within = option("--in", tmpdir());
const [file, ...pairs] = args;
if (pairs.length === 0) throw new Error("node bench/run-memory.mjs FILE.csv LEARNER/FORMAT …");

/** Run `main`, and tell at its end the most memory its process had, and its time of the CPU. */
const watched = `
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    process.stderr.write("\\npeak " + JSON.stringify({ maxRSS, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
  });
`;
const main = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));

/** The command line in a process of its own: what it had printed, and what it took. */
function parable(words, folder) {
  const watch = join(folder, "watch.cjs");
  writeFileSync(watch, watched);
  const call = ["--require", watch, main, ...words];
  const { stdout, stderr, status } = spawnSync(process.execPath, call, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return { stdout, ...JSON.parse(stderr.split("\npeak ").at(-1)) };
}

for (const pair of pairs) {
  const [learner, format] = pair.split("/");
  for (const rows of sizes) {
    const folder = mkdtempSync(join(within, "parable-memory-"));
    try {
      const drafted = parable(["new", resolve(file)], folder).stdout;
      const columns = drafted
        .match(/^table [^{]*\{\n([\s\S]*?)\n\n/m)[1]
        .replaceAll(" guessed", "");
      const source = drafted.match(/^source \w+ = /m)[0];
      const name = source.split(" ")[1];
      const spec = `${source}csv "${resolve(file)}"\ntable t from ${name} {\n${columns}\n}\nlearn with ${learner}\ngenerate made: ${rows} rows seed 1\n`;
      writeFileSync(join(folder, "made.parable"), spec);
      const words = ["run", join(folder, "made.parable"), "--out", folder];
      const options = ["--format", format, "--no-report", "--quiet"];
      const { maxRSS, cpu } = parable([...words, ...options], folder);
      const made = readdirSync(folder).find((each) => each === `made.${format}`);
      const size = statSync(join(folder, made)).size / 1e6;
      const { length } = readFileSync(join(folder, "release.json"));
      if (length === 0) throw new Error("no release");
      console.log(
        `${pair}, ${rows.toLocaleString("en")} rows (${size.toFixed(0)} MB): at most ${(maxRSS / 1024).toFixed(0)} MB of memory, CPU ${cpu.toFixed(1)} s`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
