import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeRelease } from "../../src/facade/written.js";
import type { Plan } from "../../src/ir/plan.js";
import { compile, runPlan } from "../../src/pipeline.js";

const folder = mkdtempSync(join(tmpdir(), "parable-stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = `
source birds = example "penguins"
table penguins from birds {
  key:     text like "[A-Z]{3}\\\\d{4}"
  mail:    text invented "email" or missing
  species: category learned                       from "Species"
  bill:    real 20..70 step 0.1 or missing     from "Beak Length (mm)"
  mass:    int 2_000..7_000 or missing          from "Body Mass (g)"
  measured: bool := bill is present
  require bill is missing or mass is missing or bill * 200 > mass
  unique key
}
generate made:  9_000 rows seed 3
generate few:   500 rows seed 3
`;

async function planOf(text: string): Promise<Plan> {
  const { plan, diagnostics } = await compile(text);
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  return plan as Plan;
}

describe.each(["csv", "jsonl", "json", "arrow", "parquet"] as const)(".%s", (format) => {
  test("an output that goes straight to its file has the bytes of one that is kept", async () => {
    const plan = await planOf(spec);
    const [whole, cut] = [join(folder, `whole-${format}`), join(folder, `cut-${format}`)];
    await writeRelease(await runPlan(plan), whole, format);
    const told: string[] = [];
    const onWritten = ({ path }: { path: string }) => told.push(path);
    const release = await runPlan(plan, { files: { folder: cut, format, keep: 1000, onWritten } });
    const [made, few] = release.outputs;
    expect(told).toEqual([join(cut, `made.${format}`)]);
    expect(made?.written?.rows).toBe(9000);
    expect(made?.table.rows).toBe(1000);
    expect(few?.written).toBeUndefined();
    const rule = made?.rules?.find(({ text }) => text.includes("bill * 200"));
    expect(rule).toMatchObject({ violations: 0, checked: 9000 });
    await writeRelease(release, cut, format);
    for (const name of ["made", "few"]) {
      const [a, b] = [whole, cut].map((place) => readFileSync(join(place, `${name}.${format}`)));
      expect(a?.equals(b as Buffer), name).toBe(true);
    }
    expect(readdirSync(cut).sort()).toEqual([`few.${format}`, `made.${format}`, "release.json"]);
  });
});

test("the sample that is kept is even: its rows come from all of the file", async () => {
  const text =
    "table t { n: int 1..6\n  u: real 0..1 ~ uniform(0, 1) }\ngenerate made: 50_000 rows";
  const files = { folder: join(folder, "even"), format: "csv", keep: 5000 };
  const release = await runPlan(await planOf(text), { files });
  const kept = release.outputs[0]?.table;
  const lines = readFileSync(join(files.folder, "made.csv"), "utf8").trimEnd().split("\n").slice(1);
  const place = new Map(lines.map((line, at) => [line.split(",")[1], at]));
  const column = kept?.columns[1];
  const places = Array.from({ length: 5000 }, (_, row) =>
    place.get(String(column?.kind === "number" ? column.values[row] : "")),
  );
  expect(places).toEqual(places.slice().sort((a, b) => (a as number) - (b as number)));
  // Ten stretches of the file; by chance one strays by more than 5 σ once in about 170,000 runs.
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = places.filter((at) => Math.floor((at as number) / 5000) === tenth).length;
    expect(Math.abs(inside - 500)).toBeLessThan(5 * Math.sqrt(5000 * 0.1 * 0.9));
  }
});

test("what must be whole in memory is kept, and written as before", async () => {
  const text = `
table owner { id: id  age: int 18..90 }
table pet { owner: ref owner, 0..3 per owner  kind: "cat" | "dog" }
generate made: 2_000 owner`.replaceAll("  ", "\n");
  const files = { folder: join(folder, "kin"), format: "csv", keep: 100 };
  const release = await runPlan(await planOf(text), { files });
  expect(release.outputs.map(({ written }) => written)).toEqual([undefined, undefined]);
  expect(release.outputs[0]?.table.rows).toBe(2000);
});

test("an interrupt leaves files that are whole and nothing else", async () => {
  const text = `table t { n: int 1..6 }
generate first: 9_000 rows
generate second: 90_000 rows`;
  const place = join(folder, "stopped");
  const controller = new AbortController();
  const progress = {
    signal: controller.signal,
    report: ({ phase, done }: { phase: string; done: number }) => {
      if (phase === "drawing second" && done > 40_000) controller.abort(new Error("enough"));
    },
  };
  const files = { folder: place, format: "csv", keep: 1000 };
  await expect(runPlan(await planOf(text), { progress, files })).rejects.toThrow();
  expect(readdirSync(place)).toEqual(["first.csv"]);
});
