import { describe, expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { CodeColumn, Table } from "../../../src/index.js";
import {
  compileSpec,
  likelihoodExposures,
  madeOf,
  plantCanaries,
  runPlan,
} from "../../../src/index.js";
import { layoutOf } from "../../../src/synth/neural/layout.js";
import { GONE, Letters } from "../../../src/synth/neural/letters.js";
import { textLogs } from "../../../src/synth/neural/text-logs.js";

describe("likelihoods of texts", () => {
  test("are shares of one: over all texts and the missing one they sum to it", () => {
    const codec = new Letters(["a", "b"], 4, []);
    const layout = layoutOf({
      ...{ width: 8, layers: 2, heads: 2, hidden: 12 },
      ...{ words: [5, codec.words], slots: [1, codec.slots] },
    });
    const random = stream("likelihoods");
    const parameters = Float32Array.from({ length: layout.size }, () => 0.6 * random.normal());
    const all = [""];
    for (const text of all) if (text.length < 4) all.push(`${text}a`, `${text}b`);
    // The rest is the share of missing values; without it texts have all.
    const read = (texts: string[], values = parameters) =>
      textLogs({ layout, parameters: values, column: 1, codec }, texts);
    const massOf = (logs: Float64Array) => logs.reduce((sum, log) => sum + Math.exp(log), 0);
    expect(massOf(read(all))).toBeLessThan(0.99);
    const present = parameters.slice();
    present[(layout.pieces.get("head.1.bias")?.at as number) + GONE] = -60;
    expect(massOf(read(all, present))).toBeCloseTo(1, 4);
    expect(read(["ab"])[0]).toBeCloseTo(read(all)[all.indexOf("ab")] as number, 4);
    expect(read(["ax"])[0]).toBe(-Infinity);
  });
});

const spec = `source shop = frame orders
table orders from shop { note: text }
learn with language {
  width 16
  layers 1
  heads 2
  batch 16
  patience 0
  epochs 15
  dropout 0
  rate 1e-2
}
generate made: 20 rows seed 1
`;

/** 240 notes, of which four secrets so many times each. */
async function exposureOf(copies: number): Promise<number> {
  const words = ["paid", "late", "new"];
  const notes = Int32Array.from({ length: 240 }, (_, i) => i % 3);
  const type = { kind: "text" } as const;
  const column: CodeColumn = { kind: "code", name: "note", type, codes: notes, levels: words };
  const table: Table = { kind: "table", name: "orders", rows: 240, columns: [column] };
  const planting = {
    column: "note",
    kind: "code",
    count: 4,
    copies,
    decoys: 63,
    seed: 4,
  } as const;
  const planted = await plantCanaries(table, planting);
  const frame = Array.from(
    planted.table.columns[0]?.kind === "code" ? planted.table.columns[0].codes : [],
    (code) => ({
      note: [...words, ...planted.canaries][code] as string,
    }),
  );
  // Letters that only decoys have would give them away.
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  frame.push(...Array.from(alphabet, (letter) => ({ note: letter })));
  const frames = new Map([["orders", frame]]);
  const { plan } = await compileSpec(spec, { frames });
  const made = madeOf(spec, await runPlan(plan as NonNullable<typeof plan>, { frames }), () =>
    Promise.reject(new Error("not here")),
  );
  await expect(made.model.likelihoods("other", ["a"])).rejects.toMatchObject({ code: "P1416" });
  const found = await likelihoodExposures(planted, (texts) =>
    made.model.likelihoods("note", texts),
  );
  return found.reduce((sum, { exposure }) => sum + exposure, 0) / found.length;
}

test("secrets that were learned stand out, and those that were not don't", async () => {
  // Of 64 alternatives: six bits at the most. Of what was never learned the mean of four is above 4 with a
  // probability below 0.01; the seeds are fixed.
  expect(await exposureOf(8)).toBeGreaterThan(5.5);
  expect(await exposureOf(0)).toBeLessThan(4);
});
