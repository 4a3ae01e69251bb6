import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import { type GuideRequest, makeGuide } from "../../src/constraint/make-guide.js";
import { compile, runPlan } from "../../src/pipeline.js";
import type { Drawn, DrawRequest } from "../../src/synth/draw.js";
import type { DrawnBlock } from "../../src/synth/draw-block.js";
import { fitMarginTilts } from "../../src/synth/fit-margin-tilts.js";
import { fitWithGaps } from "../../src/synth/gaps/fit-gaps.js";
import type { Tilts } from "../../src/synth/margin-tilts.js";
import { buildJunctionTree } from "../../src/synth/marginal/junction-tree.js";
import { MarginalRowModel } from "../../src/synth/marginal/row-model.js";
import { loadLearner, rowLearners } from "../../src/synth/registry.js";
import type { RowModel } from "../../src/synth/synthesizer.js";
import { codeDomain } from "../../src/table/domain.js";
import { writeTables } from "../../src/table/export.js";
import type { Column, Table } from "../../src/table/table.js";
import { labels, numbers, people, tableOf, whole } from "../families.js";
import { learn, requestFor, smallNetwork } from "./drawing.js";
import * as make from "./tables.js";

const compiled = new URL("../../dist/src/synth/draw.js", import.meta.url);
/** The first block is drawn here, and each of four threads has one. */
const fewRows = 4 * 4096 + 17;

/** Enough for runs of blocks: four threads are asked for several at once. */
const manyRows = 40 * 4096 + 5;

/** All that was drawn, to compare at a glance. */
function digest({ cells, redrawn }: Drawn): string {
  const hash = createHash("sha256").update(String(redrawn));
  for (const { buffer } of cells) hash.update(new Uint8Array(buffer as ArrayBuffer));
  return hash.digest("hex");
}

/** Rows of the compiled driver: only that can start threads. */
async function drawn(
  model: RowModel,
  rules: GuideRequest,
  threads: number,
  rows = fewRows,
  tilts: Tilts = new Map(),
): Promise<Drawn> {
  const { drawRows } = (await import(compiled.href)) as {
    readonly drawRows: (request: DrawRequest) => Promise<Drawn>;
  };
  const guide = makeGuide(rules);
  const { columns } = rules;
  const request = { model, columns, guide, rules, rows, name: "out", seed: 1, threads, tilts };
  return drawRows({ ...request, progress: silent });
}

/** The same rows as tables, a block each. */
async function* pieces(model: RowModel, rules: GuideRequest, threads: number, tilts: Tilts) {
  const { drawBlocks } = (await import(compiled.href)) as {
    readonly drawBlocks: (request: DrawRequest) => AsyncGenerator<DrawnBlock>;
  };
  const own = { model, columns: rules.columns, guide: makeGuide(rules), rules, threads, tilts };
  const request = { ...own, rows: 2 * 4096 + 17, name: "out", seed: 1, progress: silent };
  for await (const { cells, rows } of drawBlocks(request)) {
    const columns = model.columns.map(({ name, type }, at): Column => {
      const values = cells[at]?.slice(0, rows);
      return values instanceof Float64Array
        ? { kind: "number", name, type, values }
        : { kind: "code", name, type, codes: values as Int32Array, levels: model.levels[at] ?? [] };
    });
    yield { kind: "table" as const, name: "out", rows, columns };
  }
}

/** Dates that lie near each other, numbers under a rule, a category with ties, and missing values of each kind. */
function stays(): Table {
  const random = stream(5, "stays");
  const rows = 400;
  const some = (make: () => number) =>
    Array.from({ length: rows }, () => (random.below(9) === 0 ? Number.NaN : make()));
  const date = { kind: "date", learned: true } as const;
  const begin = Array.from({ length: rows }, () => 18_000 + random.below(900));
  const stay = some(() => random.below(9));
  const high = Array.from({ length: rows }, () => random.below(6));
  const low = Array.from({ length: rows }, () => random.below(6));
  return tableOf(
    "stays",
    numbers("begin", begin, date),
    numbers(
      "end",
      begin.map((day, row) => day + (stay[row] as number)),
      date,
    ),
    whole("high", high),
    whole("low", low),
    numbers(
      "price",
      some(() => Math.round(1000 * random.uniform()) / 10),
    ),
    labels(
      "ward",
      high.map((value) => (value === 0 ? null : `w${value >> 1}`)),
    ),
  );
}

describe.skipIf(!existsSync(compiled))("rows drawn on threads", () => {
  test.each(rowLearners)("%s: the same bytes whatever their number", async (name) => {
    const model = await learn(name, people(400));
    const rules = { columns: model.columns, levels: model.levels, rules: [] };
    const alone = digest(await drawn(model, rules, 1));
    expect(digest(await drawn(model, rules, 2))).toBe(alone);
    expect(digest(await drawn(model, rules, 4))).toBe(alone);
  });

  test.each(["independent", "copula"])(
    "%s: the same bytes where rules leave columns their shares by weights",
    async (name) => {
      const high = Array.from({ length: 600 }, (_, row) => row % 6);
      const low = high.map((_, row) => Math.floor(row / 6) % 6);
      const model = await learn(name, tableOf("pairs", whole("high", high), whole("low", low)));
      const { columns, levels } = model;
      const rule = make.require(make.op("le", make.c("low"), make.c("high")));
      const rules = { columns, levels, rules: [rule] };
      const guide = makeGuide(rules);
      const request = { model, columns, guide, name: "out", seed: 1 };
      const tilts = fitMarginTilts({ ...request, keeps: () => true });
      expect(tilts.size).toBeGreaterThan(0);
      const alone = digest(await drawn(model, rules, 1, fewRows, tilts));
      expect(digest(await drawn(model, rules, 2, fewRows, tilts))).toBe(alone);
      expect(digest(await drawn(model, rules, 2, fewRows))).not.toBe(alone);
    },
  );

  test.each(rowLearners)(
    "%s: the same bytes in every format, with gaps, ties, weights and missing values",
    async (name) => {
      const learner = await loadLearner(name);
      const request = requestFor(stays(), name === "language" ? smallNetwork : {});
      const model = await fitWithGaps(request, (own) => learner.fit(own));
      expect(model.gaps?.length ?? 0).toBe(1);
      const { columns, levels } = model;
      const rule = make.require(make.op("le", make.c("low"), make.c("high")));
      const rules = { columns, levels, rules: [rule] };
      const fit = { model, columns, guide: makeGuide(rules), name: "out", seed: 1 };
      const tilts = fitMarginTilts({ ...fit, keeps: () => true });
      // Real rows to start from, chosen so that the rule holds, keep their shares without.
      if (name !== "interpolation") expect(tilts.size).toBeGreaterThan(0);
      const folder = mkdtempSync(join(tmpdir(), "parable-threads-"));
      for (const format of ["csv", "tsv", "json", "jsonl", "arrow", "parquet"]) {
        const [alone, two] = await Promise.all(
          [1, 2].map(async (threads) => {
            const path = join(folder, `${threads}.${format}`);
            await writeTables(pieces(model, rules, threads, tilts), path);
            return createHash("sha256").update(readFileSync(path)).digest("hex");
          }),
        );
        expect(two, format).toBe(alone);
      }
      rmSync(folder, { recursive: true });
    },
  );

  test("runs of several blocks, the last one short, change no byte either", async () => {
    const model = await learn("independent", people(400));
    const rules = { columns: model.columns, levels: model.levels, rules: [] };
    const alone = digest(await drawn(model, rules, 1, manyRows));
    for (const threads of [2, 3, 4]) {
      expect(digest(await drawn(model, rules, threads, manyRows)), `${threads}`).toBe(alone);
    }
  });

  test("whoever takes the blocks slowly, or stops half-way, gets them in order and whole", async () => {
    const model = await learn("independent", people(400));
    const rules = { columns: model.columns, levels: model.levels, rules: [] };
    const alone = (await drawn(model, rules, 1, manyRows)).cells[0] as Float64Array;
    const { drawBlocks } = (await import(compiled.href)) as {
      readonly drawBlocks: (request: DrawRequest) => AsyncGenerator<DrawnBlock>;
    };
    const { columns } = model;
    const request = { model, columns, guide: makeGuide(rules), rules, rows: manyRows };
    for (const [pause, most] of [
      [5, manyRows],
      [0, 70_000],
    ] as const) {
      let done = 0;
      const made = drawBlocks({ ...request, name: "out", seed: 1, threads: 2, progress: silent });
      for await (const { cells, rows } of made) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        expect(cells[0]?.slice(0, rows)).toEqual(alone.slice(done, done + rows));
        done += rows;
        if (done >= most) break;
      }
      expect(done).toBeGreaterThanOrEqual(most);
    }
  });

  test("an interrupt ends the drawing on threads and here", async () => {
    const model = await learn("independent", people(400));
    const rules = { columns: model.columns, levels: model.levels, rules: [] };
    const { drawBlocks } = (await import(compiled.href)) as {
      readonly drawBlocks: (request: DrawRequest) => AsyncGenerator<DrawnBlock>;
    };
    const interrupt = new AbortController();
    const progress = { ...silent, signal: interrupt.signal };
    const { columns } = model;
    const request = { model, columns, guide: makeGuide(rules), rules, rows: 500 * 4096, progress };
    let blocks = 0;
    const drawing = async () => {
      for await (const _ of drawBlocks({ ...request, name: "out", seed: 1, threads: 2 })) {
        if (++blocks === 3) interrupt.abort(new Error("stopped by hand"));
      }
    };
    await expect(drawing()).rejects.toThrow("stopped by hand");
    // Of the run that was being handed out, no more.
    expect(blocks).toBeLessThan(16);
  });

  test("a marginal model: the same bytes whatever their number", async () => {
    const singles = [
      [0.5, 0.3, 0.2],
      [0.1, 0.2, 0.3, 0.4],
      [0.7, 0.3],
    ];
    const sizes = singles.map(({ length }) => length);
    const cliques = [
      [0, 1],
      [1, 2],
    ];
    const tree = buildJunctionTree(sizes, cliques);
    const marginals = tree.nodes.map(({ attributes }) =>
      Float64Array.from(
        attributes.reduce<number[]>(
          (wider, attribute) =>
            wider.flatMap((p) => (singles[attribute] as number[]).map((share) => p * share)),
          [1],
        ),
      ),
    );
    const domains = sizes.map((size, at) => {
      const labels = Array.from({ length: size }, (_, code) => `${code}`);
      const type = { kind: "category", values: labels, ordered: false, learned: false } as const;
      return codeDomain({ name: `c${at}`, type, optional: false }, labels);
    });
    const model = new MarginalRowModel("mst", domains, { tree, marginals, logPartition: 0 });
    const rules = { columns: model.columns, levels: model.levels, rules: [] };
    const alone = await drawn(model, rules, 1);
    for (const threads of [2, 4]) {
      expect(digest(await drawn(model, rules, threads))).toBe(digest(alone));
    }
    const share = Array.from(alone.cells[2] ?? []).filter((code) => code === 1).length;
    // Five standard deviations of a binomial: a false alarm in 1.7 million.
    expect(Math.abs(share / fewRows - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / fewRows));
  });

  test("rules hold, computed columns too, in what no data stand behind", async () => {
    const { plan } = await compile(
      `table t {
         a: int 0..100
         b: int 0..100
         c: "x" 60% | "y" 40%
         d: int := a + b
         require a <= b
         when c = "x" then d >= 20
       }
       generate out: 10 rows`,
    );
    if (plan === undefined) throw new Error("no plan");
    const [table] = plan.checked.tables;
    if (table === undefined) throw new Error("no table");
    const { specModel } = await import("../../src/synth/spec-only/spec-model.js");
    const model = await specModel(table);
    const { columns } = table;
    const computed = new Map(
      columns.flatMap(({ name, origin }) =>
        origin.kind === "computed" ? [[name, origin.formula] as const] : [],
      ),
    );
    const levels = columns.map(({ type }) => (type.kind === "category" ? type.values : undefined));
    const rules: GuideRequest = { columns, levels, rules: table.rules, computed };
    const alone = await drawn(model, rules, 1);
    expect(digest(await drawn(model, rules, 2))).toBe(digest(alone));
    const guide = makeGuide(rules);
    const broken = alone.cells[0]?.filter((_, row) => guide.broken(alone.cells, row) >= 0);
    expect(broken).toHaveLength(0);
    expect((await runPlan(plan)).outputs[0]?.table?.rows).toBe(10);
  });

  test("a thread that fails ends the run with its own words", async () => {
    const model = await learn("independent", people(50));
    const bad: RowModel = {
      ...{ learner: "nowhere", columns: model.columns, levels: model.levels, order: model.order },
      begin: (count, random) => model.begin(count, random),
      drawFree: (...args) => model.drawFree(...args),
      drawAllowed: (...args) => model.drawAllowed(...args),
      save: () => ({ ...model.save(), learner: "nowhere" }),
    };
    const rules = { columns: model.columns, levels: model.levels, rules: [] };
    await expect(drawn(bad, rules, 2)).rejects.toThrow("P0912");
  });
});
