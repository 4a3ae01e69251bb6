import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../src/ir/report.js";

const main = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function parable(args: readonly string[], input?: string) {
  const env = { ...process.env, CI: "true", NO_COLOR: "1" };
  return spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: "utf8",
    input,
    env,
  });
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const dice =
  "table dice {\n  eyes: int 1..6\n  twice: int := 2 * eyes\n  require eyes != 3\n}\ngenerate rolls: 200 rows seed 4\n";

test("check says a good spec is good, and code 1 with every fault of a broken one", () => {
  expect(parable(["check", write("good.parable", dice)]).status).toBe(0);
  const broken = parable([
    "check",
    write("bad.parable", dice.replace("eyes != 3", "ayes != 3")),
    "--json",
  ]);
  expect(broken.status).toBe(1);
  const told = JSON.parse(broken.stdout) as { ok: boolean; diagnostics: { code: string }[] };
  expect(told.ok).toBe(false);
  expect(told.diagnostics.map((each) => each.code)).toContain("P0203");
  expect(parable(["check", "-"], dice).status).toBe(0);
  const missing = parable(["check", "nowhere.parable"]);
  expect(missing.status).toBe(3);
  expect(missing.stderr).toContain("there is no such file");
  expect(parable(["chekc", "good.parable"]).status).toBe(2);
});

test("plan shows what will happen, as text and as JSON, with params set", () => {
  const spec = write(
    "plan.parable",
    `param most: int 1..20 = 6\n${dice.replace("1..6", "1..most")}`,
  );
  expect(parable(["plan", spec]).stdout).toContain("generate rolls");
  const plan = JSON.parse(parable(["plan", spec, "--json", "--set", "most=9"]).stdout) as {
    ok: boolean;
    plan: { steps: unknown[]; rows: number };
  };
  expect(plan.ok).toBe(true);
  expect(plan.plan.rows).toBe(200);
});

test("run writes whole files, the same bytes every time, and another seed gives others", () => {
  const spec = write("run.parable", dice);
  const ran = parable(["run", spec, "--out", "a", "--json"]);
  expect(ran.status, ran.stderr).toBe(0);
  expect(readdirSync(join(folder, "a")).sort()).toEqual([
    "release.json",
    "report.html",
    "report.json",
    "rolls.csv",
  ]);
  parable(["run", spec, "--out", "b"]);
  parable(["run", spec, "--out", "c", "--seed", "5", "--format", "json"]);
  const first = readFileSync(join(folder, "a", "rolls.csv"), "utf8");
  expect(readFileSync(join(folder, "b", "rolls.csv"), "utf8")).toBe(first);
  expect(existsSync(join(folder, "c", "rolls.json"))).toBe(true);
  const rows = first
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").map(Number));
  expect(rows).toHaveLength(200);
  for (const [eyes, twice] of rows) {
    expect(twice).toBe(2 * (eyes as number));
    expect(eyes).not.toBe(3);
  }
  expect(parable(["run", spec, "--seed", "soon"]).status).toBe(3);
});

test("run writes nothing over what the spec reads", () => {
  const rows = `eyes\n${"4\n".repeat(20)}`;
  write("faces.csv", rows);
  const spec = 'source r = csv "faces.csv"\ntable faces from r { eyes: int 1..6 }\n';
  write("over.parable", `${spec}generate 20 faces\n`);
  const ran = parable(["run", "over.parable"]);
  expect(ran.status).toBe(3);
  expect(ran.stderr).toMatch(/P1484.*faces.csv/);
  expect(readFileSync(join(folder, "faces.csv"), "utf8")).toBe(rows);
  expect(parable(["run", "over.parable", "--out", "elsewhere", "--no-report"]).status).toBe(0);
});

test("run --no-report writes the same tables and no report", () => {
  const spec = write("bare.parable", dice);
  parable(["run", spec, "--out", "full"]);
  const ran = parable(["run", spec, "--out", "bare", "--no-report", "--json"]);
  expect(ran.status, ran.stderr).toBe(0);
  const { files } = JSON.parse(ran.stdout) as { files: string[] };
  const names = ["release.json", "rolls.csv"];
  expect(files.map((file) => basename(file)).sort()).toEqual(names);
  expect(readdirSync(join(folder, "bare")).sort()).toEqual(names);
  const rows = (place: string) => readFileSync(join(folder, place, "rolls.csv"), "utf8");
  expect(rows("bare")).toBe(rows("full"));
});

test("format lays a spec out, and --check only looks", () => {
  const file = write("messy.parable", "table   t { x:int 1..6\n}\ngenerate   10 rows\n");
  expect(parable(["format", file, "--check"]).status).toBe(1);
  expect(parable(["format", file]).status).toBe(0);
  expect(parable(["format", file, "--check"]).status).toBe(0);
});

test("explain tells about a code; ledger and evaluate answer too", () => {
  expect(parable(["explain", "P0203"]).stdout).toContain("P0203");
  expect(parable(["explain", "P9999"]).status).toBe(2);
  expect(parable(["ledger"]).stdout).toContain("Nothing has been spent");
  parable(["run", "run.parable", "--out", "real"]);
  const spec = write("judge.parable", dice.replace("generate", "generate"));
  const judged = parable([
    "evaluate",
    "--spec",
    spec,
    "--real",
    "a/rolls.csv",
    "--synthetic",
    "real/rolls.csv",
    "--out",
    "judged",
    "--json",
  ]);
  expect(judged.status, judged.stderr).toBe(0);
  expect((JSON.parse(judged.stdout) as { kind: string }).kind).toBe("report");
});

test("plant puts secrets into a file, and evaluate finds what comes back", () => {
  const rows = Array.from({ length: 90 }, (_, i) => `${20 + i},${["paid", "late"][i % 2]}`);
  write("orders.csv", `age,note\n${rows.join("\n")}\n`);
  write("orders.parable", "table orders {\n  age: int 20..110\n  note: text\n}\ngenerate 9 rows\n");
  const spec = ["--spec", "orders.parable"];
  const planted = parable([
    ...["plant", ...spec, "--real", "orders.csv", "--column", "note"],
    ...["--count", "5", "--copies", "2"],
  ]);
  expect(planted.status, planted.stderr).toBe(0);
  const judged = parable([
    ...["evaluate", ...spec, "--real", "planted.csv", "--synthetic", "planted.csv"],
    ...["--canaries", "planted.canaries.json", "--out", "found", "--json"],
  ]);
  expect(judged.status, judged.stderr).toBe(0);
  const { sections } = JSON.parse(judged.stdout) as Report;
  const privacy = sections.find(({ topic }) => topic === "privacy");
  expect(privacy?.scores.map(({ value }) => value)).toEqual([1, Math.log2(1000)]);
  expect(privacy?.tables[0]?.rows.map((row) => row.slice(1, 3))).toEqual(Array(5).fill([2, 2]));
  const refused = parable([...["plant", ...spec, "--real", "orders.csv", "--column", "age"]]);
  expect(refused.stderr).toContain("P1463");
});

test("help teaches", () => {
  const help = parable(["--help"]);
  expect(help.status).toBe(0);
  expect(help.stdout).toContain("A first session");
  expect(parable(["run", "--help"]).stdout).toContain("whole or not at all");
});

test("Ctrl-C stops a run and leaves no file behind", async () => {
  const spec = write("long.parable", dice.replace("200 rows", "30_000_000 rows"));
  mkdirSync(join(folder, "long"));
  const child = spawn(process.execPath, [main, "run", spec, "--out", "long"], {
    cwd: folder,
    env: { ...process.env, CI: "true" },
  });
  let heard = "";
  child.stderr.on("data", (chunk) => {
    const before = heard;
    heard += String(chunk);
    if (heard.includes("drawing") && !before.includes("drawing")) child.kill("SIGINT");
  });
  const code = await new Promise((done) => child.on("exit", done));
  expect(code).toBe(130);
  expect(readdirSync(join(folder, "long"))).toEqual([]);
});

test("new drafts a spec that checks and runs, and never replaces a file unasked", () => {
  const rows = Array.from({ length: 60 }, (_, at) => `${at % 7},${at % 2 ? "yes" : "no"}`);
  write("things.csv", `size,good\n${rows.join("\n")}\n`);
  const made = parable(["new", "things.csv", "--out", "things.parable"]);
  expect(made.status, made.stderr).toBe(0);
  expect(made.stdout).toContain("2 columns");
  expect(readFileSync(join(folder, "things.parable"), "utf8")).toMatch(/size: int 0\.\.6 guessed/);
  expect(parable(["run", "things.parable", "--out", "things"]).status).toBe(0);
  const again = parable(["new", "things.csv", "--out", "things.parable"]);
  expect(again.status).toBe(3);
  expect(again.stderr).toContain("P1491");
  expect(parable(["new", "things.csv"]).stdout).toContain("table things from things_file {");
  expect(parable(["new", "things.xyz"]).stderr).toContain("P1490");
});

test("new drafts from Parquet and from a DuckDB file with several tables", async () => {
  const spec = write("rolls.parable", dice);
  expect(parable(["run", spec, "--format", "parquet", "--out", "rolled"]).status).toBe(0);
  const draft = parable(["new", "rolled/rolls.parquet", "--name", "dice"]);
  expect(draft.status, draft.stderr).toBe(0);
  expect(draft.stdout).toMatch(/eyes: +int 1\.\.6 guessed/);
  const instance = await DuckDBInstance.create(join(folder, "games.duckdb"));
  const connection = await instance.connect();
  await connection.run("CREATE TABLE players AS SELECT range + 1 AS player_id FROM range(40)");
  await connection.run(
    "CREATE TABLE games AS SELECT range + 1 AS game_id, 1 + range % 40 AS player_id, range % 7 AS score FROM range(90)",
  );
  connection.closeSync();
  instance.closeSync();
  const games = parable(["new", "games.duckdb", "--out", "games.parable"]);
  expect(games.status, games.stderr).toBe(0);
  expect(readFileSync(join(folder, "games.parable"), "utf8")).toMatch(/player_id: +ref players/);
  const made = parable(["run", "games.parable", "--out", "games"]);
  expect(made.status, made.stderr).toBe(0);
  expect(readdirSync(join(folder, "games")).filter((name) => name.endsWith(".csv"))).toHaveLength(
    2,
  );
});

test("import and export translate schemas and say what is lost", () => {
  const schema = {
    $schema: "x",
    type: "object",
    properties: { age: { type: "integer", minimum: 0, maximum: 9 } },
  };
  write("age.json", JSON.stringify(schema));
  const made = parable(["import", "age.json", "--without-data", "--out", "age.parable"]);
  expect(made.status, made.stderr).toBe(0);
  expect(parable(["check", "age.parable"]).status).toBe(0);
  const back = parable(["export", "age.parable", "--to", "domain.json"]);
  expect(JSON.parse(back.stdout)).toEqual({ age: 11 });
  expect(back.stderr).toContain("domain.json can't say");
  expect(parable(["export", "age.parable", "--to", "typescript"]).stdout).toContain("AgeRow");
  expect(parable(["export", "age.parable", "--to", "xml"]).stderr).toContain("P1494");
  expect(parable(["import", "age.parable"]).stderr).toContain("P1493");
});

test("options that mean nothing are refused by name, and nothing is run", () => {
  const spec = write("options.parable", dice);
  const refused = (...args: string[]) => {
    const { status, stderr } = parable(args);
    expect(status, stderr).not.toBe(0);
    return /P14\d\d/.exec(stderr)?.[0];
  };
  expect(refused("check", "nowhere.parable")).toBe("P1480");
  expect(refused("plan", spec, "--set", "eps")).toBe("P1481");
  expect(refused("run", spec, "--format", "xlsx")).toBe("P1482");
  expect(refused("run", spec, "--seed", "-3.5")).toBe("P1483");
  expect(refused("run", spec, "--keep", "none")).toBe("P1485");
  expect(refused("sample", "any.model", "--rows", "many")).toBe("P1486");
  expect(existsSync(join(folder, "rolls.csv"))).toBe(false);
});
