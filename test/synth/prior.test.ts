import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import type { Cells } from "../../src/constraint/guide.js";
import { compile, runPlan } from "../../src/pipeline.js";
import { PriorRows, savedParts } from "../../src/synth/prior/prior-rows.js";
import { loadModel } from "../../src/synth/registry.js";
import { trees } from "../../src/synth/tree/trees.js";
import type { Table } from "../../src/table/table.js";
import { send, serve, type TestServer } from "./text/server.js";

const levels = ["a", "b", "c"];
const parents = ["x", "y"];
const kind = { kind: "category" as const, ordered: false, learned: false };

/** x goes with a, y with b; c never occurs. */
function sample(rows: number): Table {
  const random = stream("sample");
  const x = Int32Array.from({ length: rows }, () => random.below(2));
  const y = x.map((code) => (random.uniform() < 0.9 ? code : 1 - code));
  y[0] = -1;
  return {
    kind: "table",
    name: "t",
    rows,
    columns: [
      { kind: "code", name: "x", type: { ...kind, values: parents }, codes: x, levels: parents },
      { kind: "code", name: "y", type: { ...kind, values: levels }, codes: y, levels },
    ],
  };
}

async function fitted() {
  const table = sample(2_000);
  const columns = table.columns.map(({ name, type }) => ({ name, type, optional: name === "y" }));
  return trees.fit({ table, columns, options: {}, first: ["x"], seed: 1, progress: silent });
}

const prior = {
  column: 1,
  parent: 0,
  table: [
    [0.2, 0.3, 0.5],
    [0.1, 0.1, 0.8],
  ],
  weight: 0.4,
};

test("the mixture is (1 - w) data + w prior, restricted or not, to the last digit and in what is drawn", async () => {
  const base = await fitted();
  expect(base.order).toEqual([0, 1]);
  const mixed = new PriorRows(base, [prior]);
  const random = stream("draws");
  const shareOf = (model: typeof base, x: number, codes: number[], missing: boolean) => {
    const cells: Cells = [Int32Array.of(x), Int32Array.of(-1)];
    const allowed = {
      missing,
      codes: Uint8Array.from(levels, (_, i) => (codes.includes(i) ? 1 : 0)),
    };
    return Math.exp(model.drawAllowed(model.begin(1, random), cells, 1, 0, allowed, random));
  };
  for (const x of [0, 1]) {
    const there = shareOf(base, x, [0, 1, 2], false);
    for (const codes of [[0], [1], [2], [0, 2], [0, 1, 2]]) {
      const hoped = codes.reduce((sum, code) => sum + (prior.table[x]?.[code] ?? 0), 0);
      const expected = 0.6 * shareOf(base, x, codes, false) + 0.4 * there * hoped;
      expect(shareOf(mixed, x, codes, false)).toBeCloseTo(expected, 12);
      expect(shareOf(mixed, x, codes, true)).toBeCloseTo(expected + 1 - there, 12);
    }
    // 100,000 draws: five standard errors, a false alarm in about 10^6 for each of 12 shares.
    const rows = 100_000;
    const cells: Cells = [new Int32Array(rows).fill(x), new Int32Array(rows)];
    mixed.drawFree(mixed.begin(rows, random), cells, 1, 0, rows, random);
    const among = { missing: false, codes: Uint8Array.of(1, 0, 1) };
    const within: Cells = [new Int32Array(rows).fill(x), new Int32Array(rows)];
    const state = mixed.begin(rows, random);
    for (let row = 0; row < rows; row++) mixed.drawAllowed(state, within, 1, row, among, random);
    const both = shareOf(mixed, x, [0, 2], false);
    for (const code of [0, 1, 2]) {
      const share = shareOf(mixed, x, [code], false);
      const seen = (cells[1] as Int32Array).filter((one) => one === code).length / rows;
      expect(Math.abs(seen - share)).toBeLessThan(5 * Math.sqrt(0.25 / rows));
      const cut = (within[1] as Int32Array).filter((one) => one === code).length / rows;
      expect(Math.abs(cut - (code === 1 ? 0 : share / both))).toBeLessThan(
        5 * Math.sqrt(0.25 / rows),
      );
    }
  }
});

test("a model with a prior is data: saved and loaded it is the same", async () => {
  const mixed = new PriorRows(await fitted(), [prior]);
  const saved = mixed.save();
  expect(savedParts(saved).priors).toEqual([prior]);
  const again = await loadModel(saved);
  const draw = (model: PriorRows | Awaited<ReturnType<typeof loadModel>>) => {
    const cells: Cells = [new Int32Array(500), new Int32Array(500)];
    const random = stream("same");
    for (const column of model.order)
      model.drawFree(model.begin(500, random), cells, column, 0, 500, random);
    return cells;
  };
  expect(draw(again)).toEqual(draw(mixed));
});

let server: TestServer | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-prior-"));
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A server that knows how likely each climate is in a town, and tells it by the letters. */
async function knowing(share: (town: string, climate: string) => number) {
  server = await serve((response, { body }) => {
    const user = body.messages[1]?.content ?? "";
    const town = /"town" is "(\w+)"/.exec(user)?.[1] ?? "";
    const options = [...user.matchAll(/^([A-Z])\) (\w+)$/gm)];
    const top_logprobs = options.map(([, letter, value]) => ({
      token: ` ${letter}`,
      logprob: Math.log(share(town, value as string)),
    }));
    const choice = { message: { content: "A" }, logprobs: { content: [{ top_logprobs }] } };
    send(response, JSON.stringify({ choices: [choice] }));
  });
  const random = stream("towns");
  const right: Record<string, string> = { Oslo: "cold", Rome: "mild", Cairo: "hot", Lima: "mild" };
  const lines = Array.from({ length: 60 }, () => {
    const town = Object.keys(right)[random.below(4)] as string;
    const luck = ["cold", "mild", "hot"][random.below(3)];
    return `${town},${random.uniform() < 0.8 ? right[town] : luck}`;
  });
  writeFileSync(join(folder, "towns.csv"), `town,climate\n${lines.join("\n")}\n`);
  const { plan, diagnostics } = await compile(
    `source towns = csv "towns.csv"
writer gemma = openai "${server.url}" model "m"
table towns from towns {
  town:    "Oslo" | "Rome" | "Cairo" | "Lima"
  climate: "cold" | "mild" | "hot"
}
learn with independent with prior gemma
generate made: 4_000 rows seed 1`,
    { folder },
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const release = await runPlan(plan as NonNullable<typeof plan>, { folder });
  const [town, climate] = release.outputs[0]?.table.columns ?? [];
  if (town?.kind !== "code" || climate?.kind !== "code") throw new Error("no categories");
  const hits = climate.codes.filter(
    (code, row) => climate.levels[code] === right[town.levels[town.codes[row] as number] as string],
  ).length;
  const said = release.findings.find(({ column }) => column === "climate")?.policy ?? "";
  return { hits: hits / 4_000, said };
}

test("a prior that knows the world is given weight; one that is wrong is not", async () => {
  const sure: Record<string, string> = { Oslo: "cold", Rome: "mild", Cairo: "hot", Lima: "mild" };
  const knows = await knowing((town, climate) => (sure[town] === climate ? 0.8 : 0.1));
  expect(knows.said).toMatch(/% from what gemma expects/);
  expect(knows.hits).toBeGreaterThan(0.6);
  await server?.close();
  const wrong = await knowing((town, climate) => (sure[town] === climate ? 0.001 : 0.4995));
  expect(wrong.hits).toBeLessThan(knows.hits - 0.1);
  expect(Number(/([\d.]+)% from/.exec(wrong.said)?.[1] ?? 0)).toBeLessThan(30);
});

test("a prior that knows nothing is left out, though a model of few rows calls impossible what it has not seen", async () => {
  const jobs = Array.from({ length: 12 }, (_, i) => `j${i}`);
  server = await serve((response, { body }) => {
    const options = [...(body.messages[1]?.content ?? "").matchAll(/^([A-Z])\) (\w+)$/gm)];
    const top_logprobs = options.map(([, letter]) => ({
      token: letter,
      logprob: -Math.log(options.length),
    }));
    const choice = { message: { content: "A" }, logprobs: { content: [{ top_logprobs }] } };
    send(response, JSON.stringify({ choices: [choice] }));
  });
  const random = stream("jobs");
  const rows = Array.from({ length: 60 }, () => {
    const job = Math.min(11, Math.floor(-2.5 * Math.log(random.uniform())));
    return `${random.below(60)},${["a", "b"][random.below(2)]},j${job}`;
  });
  writeFileSync(join(folder, "t.csv"), `age,town,job\n${rows.join("\n")}\n`);
  const { plan } = await compile(
    `source s = csv "t.csv"
writer g = openai "${server.url}" model "m"
table t from s {
  age: int 0..99
  town: "a" | "b"
  job: ${jobs.map((job) => `"${job}"`).join(" | ")}
}
learn with trees with prior g
generate 5 rows seed 1`,
    { folder },
  );
  const release = await runPlan(plan as NonNullable<typeof plan>, { folder });
  const said = release.findings.find(({ column }) => column === "job")?.policy;
  expect(said).toMatch(/^what g expects makes .* and is left out$/);
});

test("a server that tells no probabilities is one message", async () => {
  server = await serve((r) =>
    send(r, JSON.stringify({ choices: [{ message: { content: "A" } }] })),
  );
  writeFileSync(join(folder, "t.csv"), "job\nnurse\nsmith\nnurse\nsmith\nnurse\n");
  const { plan } = await compile(
    `source s = csv "t.csv"
writer g = openai "${server.url}" model "m"
table t from s { job: "nurse" | "smith" }
learn with trees with prior g
generate 5 rows`,
    { folder },
  );
  await expect(runPlan(plan as NonNullable<typeof plan>, { folder })).rejects.toThrow(/P1477/);
});
