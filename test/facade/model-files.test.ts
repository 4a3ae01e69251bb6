import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { openModels, saveModels } from "../../src/facade/model-files.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { decodeModel, encodeModel } from "../../src/synth/saved-model.js";
import { toCsv } from "../../src/table/csv-write.js";
import { columnOf } from "../../src/table/table.js";
import { people } from "../rules-corpus/people.js";

const folder = mkdtempSync(join(tmpdir(), "parable-model-"));
afterAll(() => rmSync(folder, { recursive: true }));
const frames = new Map([["data", people(300)]]);

const spec = (learner: string, more = "") => `
source data = frame data
param least: int 0..90 = 18
table t from data {
  age:    int 15..90 years
  sex:    "Female" | "Male"
  city:   category learned
  land:   category learned
  income: money EUR 0..200_000 or missing
  city determines land
  when age < least then income is missing or income < 20_000
}
${more}
learn with ${learner}
generate all: 200 rows seed 5
report { fidelity marginals }
`;
const budget = "privacy {\n protect each row of t\n budget epsilon 4, delta 1e-6\n}";

async function run(text: string) {
  const { plan, diagnostics } = await compile(text, { frames, params: { least: 21 } });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  return runPlan(plan as NonNullable<typeof plan>, { frames, folder });
}

describe.each(["trees", "copula", "forest", "interpolation", "independent"])("%s", (learner) => {
  test("a model from a file draws what the run drew, without the source", async () => {
    const release = await run(spec(learner));
    const path = join(folder, `${learner}.model`);
    await saveModels(release, path);
    const opened = await openModels(path);
    expect(opened.tables).toEqual([{ name: "t", learner }]);
    const again = await opened.sample(200, { name: "all", seed: 5 });
    const csv = release.outputs.map(({ table }) => toCsv(table));
    expect(again.outputs.map(({ table }) => toCsv(table))).toEqual(csv);
    const old = await opened.sample(50, { given: "age >= 65 and income is present", name: "old" });
    const made = old.outputs[0]?.table;
    const ages = made && columnOf(made, "age");
    expect(ages?.kind === "number" && ages.values.every((age) => age >= 65)).toBe(true);
    for (const rule of old.outputs[0]?.rules ?? []) expect(rule.violations).toBe(0);
  });
});

test("what goes with what is the same from a file, where real rows contradict their rules", async () => {
  const text = spec("trees")
    .replace("city determines land", "city determines land\n  sex, city determines status")
    .replace("land:   category learned", 'land:   category learned\n  status: "x" | "y" | "z"')
    .replace("when age < least", 'require status != "z" or age > 60\n  when age < least');
  const random = stream(4, "contradictions");
  const rows = people(400).map((row, at) => ({
    ...row,
    land: random.below(3) === 0 ? "elsewhere" : row["land"],
    age: at < 40 ? 30 : row["age"],
    status: at < 40 ? "z" : ["x", "y"][random.below(2)],
  }));
  const frames = new Map([["data", rows]]);
  const { plan, diagnostics } = await compile(text, { frames });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const release = await runPlan(plan as NonNullable<typeof plan>, { frames, folder });
  const path = join(folder, "contradictions.model");
  await saveModels(release, path);
  const again = await (await openModels(path)).sample(200, { name: "all", seed: 5 });
  expect(toCsv(again.outputs[0]?.table as never)).toBe(toCsv(release.outputs[0]?.table as never));
});

test("children and their number are drawn from a file as in the run", async () => {
  const shops = Array.from({ length: 120 }, (_, at) => ({
    id: `s${at}`,
    size: ["small", "large"][at % 2],
    staff: 3 + ((at * 7) % 20),
  }));
  const sales = shops.flatMap(({ id, size }, at) =>
    Array.from({ length: size === "large" ? 3 + (at % 3) : at % 2 }, (_, place) => ({
      shop: id,
      day: 100 * at + 5 * place,
      kind: ["a", "b", "c"][(at + place) % 3],
      paid: (at + place) % 4 === 0 ? null : 10 * (place + 1) + (at % 5),
    })),
  );
  const both = new Map<string, readonly object[]>([
    ["shops", shops],
    ["sales", sales],
  ]);
  const text = `
source shops = frame shops
source sales = frame sales
table shop from shops {
  id:    id
  size:  "small" | "large"
  staff: int 0..50
}
table sale from sales {
  shop: ref shop
  day:  int 0..20_000
  kind: "a" | "b" | "c"
  paid: int 0..100 or missing
  require day of each shop increases
}
generate town: 80 shop seed 4
`;
  const { plan, diagnostics } = await compile(text, { frames: both });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  const place = { frames: both, folder: mkdtempSync(join(folder, "run-")) };
  const release = await runPlan(plan as NonNullable<typeof plan>, place);
  const path = join(place.folder, "children.model");
  await saveModels(release, path);
  const opened = await openModels(path);
  expect(opened.tables.map(({ name }) => name)).toEqual(["shop", "sale"]);
  const again = await opened.sample(80, { name: "town", seed: 4 });
  const csv = release.outputs.map(({ name, table }) => [name, toCsv(table)]);
  expect(csv.length).toBe(2);
  expect(again.outputs.map(({ name, table }) => [name, toCsv(table)])).toEqual(csv);
  expect(again.ledger).toEqual([]);
  expect(readFileSync(path, "latin1")).not.toContain("s17");
});

test("a private model is drawn from at no cost", async () => {
  const text = spec("mst", budget).replaceAll("category learned", '"Ulm" | "Bonn" | "BW" | "NRW"');
  const plain = text.replace("city determines land", "");
  const release = await run(plain);
  const path = join(folder, "private.model");
  await saveModels(release, path);
  const again = await (await openModels(path)).sample(200, { name: "all", seed: 5 });
  expect(toCsv(again.outputs[0]?.table as never)).toBe(toCsv(release.outputs[0]?.table as never));
  expect(again.ledger).toEqual([]);
});

test("what is not whole, or not here, is said", async () => {
  const path = join(folder, "whole.model");
  await saveModels(await run(spec("independent")), path);
  const cut = join(folder, "cut.model");
  copyFileSync(path, cut);
  writeFileSync(cut, readFileSync(path).subarray(0, 900));
  await expect(openModels(cut)).rejects.toMatchObject({ code: "P0910" });
  await expect(openModels(join(folder, "none.model"))).rejects.toMatchObject({ code: "P1302" });
  const { json, ...rest } = decodeModel(readFileSync(path), path);
  const later = join(folder, "later.model");
  const { tables } = json as { readonly tables: readonly object[] };
  const newer = { ...(json as object), tables: tables.map((one) => ({ ...one, version: 2 })) };
  writeFileSync(later, encodeModel({ ...rest, json: newer }));
  await expect(openModels(later)).rejects.toMatchObject({ code: "P0911" });
  writeFileSync(later, encodeModel({ ...rest, json, version: 2 }));
  await expect(openModels(later)).rejects.toMatchObject({ code: "P0911" });
  const opened = await openModels(path);
  await expect(opened.sample(10, { given: "height > 3" })).rejects.toThrow("height");
  const guarded = join(folder, "guarded.model");
  const forbid = "privacy { forbid exact copies of t }";
  await saveModels(await run(spec("independent", forbid)), guarded);
  const sampled = (await openModels(guarded)).sample(10);
  await expect(sampled).rejects.toMatchObject({ code: "P0916" });
});
