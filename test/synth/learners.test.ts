import { describe, expect, test } from "vitest";
import { stream } from "../../src/base/random.js";
import { snap, stepOf } from "../../src/constraint/grid.js";
import { blankCells } from "../../src/synth/draw-plan.js";
import { loadLearner, loadModel, rowLearners } from "../../src/synth/registry.js";
import { decodeModel, encodeModel } from "../../src/synth/saved-model.js";
import type { Column } from "../../src/table/table.js";
import { type Family, families, tableOf, whole } from "../families.js";
import { drawn, learn, requestFor } from "./drawing.js";

const allFamilies = families();

describe.each(rowLearners)("%s on awkward inputs", (learner) => {
  test.each(allFamilies)("$name", async (family) => {
    const model = await learn(learner, family.table);
    const made = drawn(model, 120);
    made.columns.forEach((column, at) => {
      expectPlausible(column, family.table.columns[at] as Column, family);
    });
    expect([...model.order].sort((a, b) => a - b)).toEqual(model.columns.map((_, at) => at));
  });

  test("draws the same rows from the same seed, and after saving and loading", async () => {
    for (const family of allFamilies.slice(0, 3)) {
      const model = await learn(learner, family.table);
      const again = await loadModel(decodeModel(encodeModel(model.save()), "model"));
      const rows = drawn(model, 60, 9);
      expect(drawn(model, 60, 9)).toEqual(rows);
      expect(drawn(again, 60, 9)).toEqual(rows);
      expect(drawn(await learn(learner, family.table), 60, 9)).toEqual(rows);
      if (family.table.rows > 1) expect(drawn(model, 60, 10)).not.toEqual(rows);
    }
  });

  test("keeps to what is allowed, wherever that lies", async () => {
    for (const family of allFamilies) {
      const model = await learn(learner, family.table);
      const random = stream(3, "allowed");
      const cells = blankCells(model.columns, 8);
      const state = model.begin(8, random);
      for (const column of model.order) {
        for (let row = 0; row < 8; row++) {
          const labels = model.levels[column];
          const values = cells[column] as Float64Array;
          if (labels === undefined) {
            const low = Math.floor(200 * random.normal());
            const intervals = [low - 3, low, low + 10, low + 12];
            const allowed = { missing: false, intervals };
            const log = model.drawAllowed(state, cells, column, row, allowed, random);
            const value = values[row] as number;
            const inside =
              (value >= low - 3 && value <= low) || (value >= low + 10 && value <= low + 12);
            expect(inside, `${family.name} ${column}: ${value} in ${intervals}`).toBe(true);
            expect(log).toBeLessThanOrEqual(1e-9);
          } else {
            const only = random.below(labels.length || 1);
            const codes = new Uint8Array(labels.length);
            if (labels.length > 0) codes[only] = 1;
            const allowed = { missing: labels.length === 0, codes };
            const log = model.drawAllowed(state, cells, column, row, allowed, random);
            expect(values[row]).toBe(labels.length === 0 ? -1 : only);
            expect(log).toBeLessThanOrEqual(1e-9);
          }
        }
      }
    }
  });

  test("reports progress and stops when told to", async () => {
    const stop = new AbortController();
    stop.abort(new Error("stopped"));
    const family = allFamilies[0] as Family;
    const request = {
      ...requestFor(family.table),
      progress: { report: () => {}, signal: stop.signal },
    };
    await expect((await loadLearner(learner)).fit(request)).rejects.toThrow("stopped");
  });
});

test.each(rowLearners)("%s says so when there are no rows", async (learner) => {
  await expect(learn(learner, tableOf("none", whole("x", [])))).rejects.toThrow("P0913");
});

function expectPlausible(column: Column, real: Column, family: Family): void {
  expect(column.name).toBe(real.name);
  const optional = family.optional.includes(column.name);
  if (column.kind === "number" && real.kind === "number") {
    const low = real.values.reduce((a, b) => Math.min(a, Number.isNaN(b) ? a : b), Infinity);
    const high = real.values.reduce((a, b) => Math.max(a, Number.isNaN(b) ? a : b), -Infinity);
    const step = stepOf(real.type);
    for (const value of column.values) {
      if (Number.isNaN(value)) {
        expect(optional, `${column.name} is missing`).toBe(true);
        continue;
      }
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
      expect(snap(value, step)).toBe(value);
    }
  } else if (column.kind === "code" && real.kind === "code") {
    const seen = new Set(real.codes);
    expect(column.levels).toEqual(real.levels);
    for (const code of column.codes) expect(seen.has(code)).toBe(true);
  } else expect.unreachable("a column changed its kind");
}
