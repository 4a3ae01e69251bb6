import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { likelihoodExposures, plantCanaries } from "../../src/evaluate/privacy/canaries.js";
import type { Release } from "../../src/ir/release.js";
import { compile, runPlan, runSeeded } from "../../src/pipeline.js";
import { likelihoodsIn } from "../../src/run/likelihoods.js";
import type { Table } from "../../src/table/table.js";

// Four codes of digits, planted once each among notes of four kinds. Their exposure under a model is log₂ 256 = 8 bits
// where it finds them likelier than 255 others, 1.4 on average where it knows nothing of them. All seeds are fixed, that
// of the noise too.
const kinds = ["paid", "late", "new", "gift"];
const orders: Table = {
  ...{ kind: "table", name: "orders", rows: 240 },
  columns: [
    {
      ...{ kind: "code", name: "note", type: { kind: "text" }, levels: kinds },
      codes: Int32Array.from({ length: 240 }, (_, i) => (i * 3) % 4),
    },
  ],
};
const planted = plantCanaries(orders, {
  ...{ column: "note", kind: "card", count: 4, copies: 1, decoys: 255, seed: 1 },
});
const rowsOf = ({ columns: [column] }: Table) =>
  column?.kind === "code"
    ? Array.from(column.codes, (code) => ({ note: column.levels[code] ?? null }))
    : [];
const frames = new Map<string, unknown>([
  ["notes", [...rowsOf(planted.table), { note: "ßßßß" }]],
  ["open", Array.from({ length: 60 }, (_, i) => ({ note: `${kinds[i % 4]} today é` }))],
]);
const budget = `privacy {
  protect each row of orders
  budget epsilon 3, delta 1e-9
}`;
let folder: string;
let at = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-texts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function made(privacy: string, options: string): Promise<Release> {
  const own = { folder: join(folder, String(at++)), frames };
  const text = `source shop = frame notes
source known = frame open public
table orders from shop { note: text }
${privacy}
learn with language {
  width 16
  layers 1
  heads 2
  rate 1e-2
${options}
}
generate made: 100 rows seed 1
`;
  const { plan, diagnostics } = await compile(text, own);
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return privacy === "" ? runPlan(plan, own) : runSeeded(plan, { ...own, noiseSeed: 7 });
}

async function exposure(release: Release): Promise<number> {
  const found = await likelihoodExposures(planted, (texts) =>
    likelihoodsIn(release, "note", texts),
  );
  return found.reduce((sum, one) => sum + one.exposure, 0) / found.length;
}

describe("texts as language", () => {
  it("are known by heart where nothing holds training back, and under a budget they are not", async () => {
    const long = "epochs 20\npatience 0\nbatch 16";
    const bits = {
      heart: await exposure(await made("", `${long}\ndropout 0\nclip 100`)),
      clipped: await exposure(await made("", `${long}\ndropout 0\nclip 0.05`)),
      stopped: await exposure(await made("", "epochs 2\nbatch 16")),
      noisy: await exposure(await made(budget, "epochs 10\nbatch 40\nbase known")),
    };
    expect(bits.heart).toBeGreaterThan(5);
    // The gradient of a batch is not that of a row: clipping it changes nothing.
    expect(bits.clipped).toBeGreaterThan(5);
    expect(bits.stopped).toBeLessThan(bits.heart - 1);
    expect(bits.noisy).toBeLessThan(2.5);
  });

  it("are spelt under a budget in letters that anyone may know, as long as a public text is", async () => {
    const release = await made(budget, "epochs 1\nbatch 40\nnoise 4\nbase known");
    expect(release.ledger.at(-1)?.epsilon).toBeLessThanOrEqual(3);
    // Nothing is counted for the report where there are texts alone, and the plan says so.
    expect(release.plan.budget?.shares).toMatchObject([{ on: "model", share: 1 }]);
    const { codecs } = release.models[0]!.saved.json as {
      readonly codecs: readonly { readonly alphabet: string[]; readonly slots: number }[];
    };
    expect(codecs[0]?.slots).toBe([..."paid today é"].length);
    expect(codecs[0]?.alphabet).toContain("é");
    expect(codecs[0]?.alphabet).not.toContain("ß");
    const [column] = release.outputs[0]?.table.columns ?? [];
    const texts = column?.kind === "code" ? column.levels : [];
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/^[ -~é]{0,12}$/u);
  });
});
