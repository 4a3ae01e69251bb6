// Start-up of `parable check` on a ten-line spec, as a whole process, beside Node doing nothing.
// Usage: node bench/start-up.mjs [runs]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../dist/src/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "parable-start-"));
const spec = join(folder, "ten-lines.parable");
writeFileSync(
  spec,
  `table sales {
  day:     date 2024-06-01..2024-08-31
  weather: "sun" 60% | "cloud" 30% | "rain" 10%
  temp:    real 10..38 degC ~ normal(24, 5)
  scoops:  int 1..4 ~ poisson(1.6)
  price:   money EUR := 1.50 + 1.20 * scoops
  when weather = "rain" then temp <= 22
  require scoops <= 3 or temp > 25
}
generate sold: 500 rows seed 1
`,
);
const runs = Number(process.argv[2] ?? 15);
const median = (args) => {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    const done = spawnSync(process.execPath, args);
    if (done.status !== 0) throw new Error(String(done.stderr));
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
};
const bare = median(["-e", "0"]);
const check = median([main, "check", spec]);
rmSync(folder, { recursive: true });
console.log(`parable check  ${check.toFixed(0)} ms, median of ${runs} (goal: under 400)`);
console.log(`node -e 0      ${bare.toFixed(0)} ms`);
console.log(`ratio          ${(check / bare).toFixed(1)}`);
