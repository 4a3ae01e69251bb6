// Rules in millions of rows: every rule set of test/rules-corpus with every learner, rows read back from the files they
// were written to and judged by hand-written tests. Needs a build.
// node bench/rules.mjs [--rows N] [--kept FILE] [--part I/N] [WAY …]   (N rows an output, 20,000 by default)
// With --kept each set that is done has a line in that file, so that the run can be stopped, called again, and cut in
// parts that run side by side (a file each); without work left it shows the sum.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2);
const option = (name, usual) =>
  args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : usual;
const rows = Number(option("--rows", "20000"));
const keptAt = option("--kept", undefined);
const [part, parts] = option("--part", "1/1").split("/").map(Number);

// The corpus is TypeScript: put beside the build, its imports lead to what was built.
const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, "dist/test/rules-corpus");
mkdirSync(built, { recursive: true });
for (const name of ["people", "rule-sets", "corpus"]) {
  const [from, to] = [join(root, `test/rules-corpus/${name}.ts`), join(built, `${name}.js`)];
  if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) continue;
  const { default: ts } = await import("typescript");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(readFileSync(from, "utf8"), { compilerOptions });
  writeFileSync(to, outputText);
}
const { broken, run, ways } = await import(join(built, "corpus.js"));
const { ruleSets } = await import(join(built, "rule-sets.js"));

const wanted = ways.filter(({ name }) => args.length === 0 || args.includes(name));
const all = wanted
  .flatMap((way) => ruleSets.map((set) => ({ way, set })))
  .filter((_, at) => at % parts === part - 1);
const done = new Map();
if (keptAt !== undefined && existsSync(keptAt)) {
  for (const line of readFileSync(keptAt, "utf8").trimEnd().split("\n")) {
    const fact = JSON.parse(line);
    done.set(`${fact.way}: ${fact.set}`, fact);
  }
}
const folder = mkdtempSync(join(tmpdir(), "parable-rules-"));
try {
  for (const { way, set } of all) {
    const key = `${way.name}: ${set.name}`;
    if (done.has(key)) continue;
    const start = performance.now();
    const outputs = await run(set, way, { folder, rows, whole: 1000 });
    const made = [...outputs.values()];
    const fact = {
      way: way.name,
      set: set.name,
      rows: made.reduce((sum, { length }) => sum + length, 0),
      broken: made.reduce((sum, each) => sum + broken(set, each).length, 0),
      seconds: (performance.now() - start) / 1000,
    };
    done.set(key, fact);
    if (keptAt !== undefined) appendFileSync(keptAt, `${JSON.stringify(fact)}\n`);
    if (fact.broken > 0) console.log(`${key}: ${fact.broken} of ${fact.rows} broken`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const facts = [...done.values()];
const sum = (key) => facts.reduce((total, fact) => total + fact[key], 0);
console.log(
  `${facts.length} of ${all.length} sets and ways, ${sum("rows")} rows, ${sum("broken")} broken, ${sum("seconds").toFixed(0)} s`,
);
