import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import type { Box } from "../../../src/constraint/boxes.js";
import type { Allowed } from "../../../src/constraint/guide.js";
import { blankCells } from "../../../src/synth/draw-plan.js";
import { tiesOf } from "../../../src/synth/forest/ties.js";
import { observedRows } from "../../../src/synth/observed-rows.js";
import { loadModel } from "../../../src/synth/registry.js";
import { trainingOf } from "../../../src/synth/training.js";
import type { Table } from "../../../src/table/table.js";
import { labels, tableOf, whole } from "../../families.js";
import { drawn, labelsOf, learn, requestFor, valuesOf } from "../drawing.js";

const rows = 900;
const random = stream(12, "ties");
const degrees = ["none", "school", "trade", "bachelor", "master", "doctor"];
const years = Array.from({ length: rows }, () => random.below(6));
const ages = years.map((own) => 20 + 5 * own + random.below(30));
const people = tableOf(
  "people",
  whole("age", ages),
  labels(
    "degree",
    years.map((own) => degrees[own] as string),
  ),
  whole(
    "years",
    years.map((own) => (own === 0 ? Number.NaN : 8 + 2 * own)),
  ),
  labels(
    "track",
    years.map((own) => (own > 2 ? "high" : "low")),
  ),
  labels(
    "id",
    years.map((_, row) => `p${row}`),
  ),
  labels(
    "rare",
    years.map((_, row) => (row === 5 ? "yes" : "no")),
  ),
);

function tiesIn(table: Table, order: readonly number[]): number[] {
  const { columns } = requestFor(table);
  return [...tiesOf(observedRows(trainingOf({ table, columns })), order)];
}

test("a column is tied to the earlier one of fewest values that tells it; keys and all but constant columns tie nothing", () => {
  expect(tiesIn(people, [0, 1, 2, 3, 4, 5])).toEqual([-1, -1, 1, 1, -1, -1]);
  expect(tiesIn(people, [3, 2, 1, 0, 4, 5])).toEqual([-1, 2, -1, -1, -1, -1]);
});

test("a few rows that differ leave a tie, many don't", () => {
  const spoilt = (count: number) => {
    const track = years.map((own, row) => (own > 2 !== row < count ? "high" : "low"));
    return tiesIn(tableOf("t", whole("years", years), labels("track", track)), [0, 1]);
  };
  expect(spoilt(3)).toEqual([-1, 0]);
  expect(spoilt(60)).toEqual([-1, -1]);
});

test("a number of many values ties what changes with it a few times, wherever equal numbers go with two values", () => {
  const incomes = years.map(() => random.below(4000));
  const sorted = incomes.toSorted((a, b) => a - b);
  const fifths = incomes.map((own) => Math.floor((5 * sorted.lastIndexOf(own)) / rows));
  const mixed = fifths.map((own, row) => (incomes[row] === 700 && row % 2 === 0 ? 4 : own));
  const tied = (values: readonly number[]) =>
    tiesIn(tableOf("t", whole("income", incomes), whole("fifth", values)), [0, 1]);
  expect(tied(fifths)).toEqual([-1, 0]);
  expect(tied(mixed)).toEqual([-1, 0]);
  const some = Array.from({ length: 400 }, (_, row) => (row < 40 ? 700 : (incomes[row] as number)));
  const halves = some.map((own, row) => (own === 700 ? row % 2 : Number(own > 700)));
  expect(tiesIn(tableOf("t", whole("a", some), whole("b", halves)), [0, 1])).toEqual([-1, 0]);
  const noise = fifths.map((own, row) => (row % 30 === 0 ? (own + 1) % 5 : own));
  expect(tied(noise)).toEqual([-1, -1]);
  const twice = incomes.map((own) => 2 * own + 1);
  expect(tied(twice)).toEqual([-1, -1]);
});

test("incomes come with the deciles of their real rows", async () => {
  const incomes = Array.from({ length: rows }, () => random.below(50_000));
  const sorted = incomes.toSorted((a, b) => a - b);
  const deciles = incomes.map((own) => Math.floor((10 * sorted.indexOf(own)) / rows));
  const table = tableOf(
    "t",
    whole("income", incomes),
    whole("age", ages),
    whole("decile", deciles),
  );
  const made = drawn(await learn("forest", table), 1500);
  const [income, decile] = [valuesOf(made, "income"), valuesOf(made, "decile")];
  const right = income.filter((own, row) => {
    const place = sorted.filter((each) => each < own).length / rows;
    // A smoothed income may lie a few ranks beside that of its real row.
    return Math.abs(10 * place - (decile[row] as number) - 0.5) < 0.55;
  });
  expect(right.length).toBe(1500);
});

/** Whether degree, years and track of every row go together as in the real rows. */
function expectTies(made: Table): void {
  const [degree, track] = [labelsOf(made, "degree"), labelsOf(made, "track")];
  valuesOf(made, "years").forEach((value, row) => {
    const own = degrees.indexOf(degree[row] as string);
    expect(value).toBe(own === 0 ? Number.NaN : 8 + 2 * own);
    expect(track[row]).toBe(own > 2 ? "high" : "low");
  });
}

test("a forest's rows keep what always goes together, before and after saving", async () => {
  const model = await learn("forest", people);
  const made = drawn(model, 1500);
  expectTies(made);
  const again = await loadModel(model.save());
  expect(drawn(again, 100, 3)).toEqual(drawn(model, 100, 3));
  const { ties: _, ...json } = model.save().json as { readonly ties: readonly number[] };
  const older = await loadModel({ ...model.save(), json });
  expect(drawn(older, 100, 3)).not.toEqual(drawn(model, 100, 3));
});

test("under a condition on a tied column they do, too, and its probability is that of the rows that have it", async () => {
  const model = await learn("forest", people);
  const high = {
    missing: false,
    codes: Uint8Array.from(model.levels[3] ?? [], (own) => Number(own === "high")),
  };
  const old = { missing: false, intervals: [40, 60] };
  const box: Box = new Map<number, Allowed>([
    [3, high],
    [0, old],
  ]);
  const found = model.condition?.([box]);
  if (found === undefined) throw new Error("no condition");
  const made = drawn(found.model, 600);
  expectTies(made);
  expect(new Set(labelsOf(made, "track"))).toEqual(new Set(["high"]));
  const all = drawn(model, 20_000, 5);
  const [age, track] = [valuesOf(all, "age"), labelsOf(all, "track")];
  const meets = age.filter((own, row) => own >= 40 && own <= 60 && track[row] === "high").length;
  // 20,000 rows tell a share to .014 (4σ).
  expect(Math.abs(found.probability - meets / all.rows)).toBeLessThan(0.014);
  const both = [...degrees.keys()].map((own) => {
    const codes = Uint8Array.from(model.levels[1] ?? [], (label) => Number(label === degrees[own]));
    return model.condition?.([
      new Map([
        [3, high],
        [1, { missing: false, codes }],
      ]),
    ])?.probability;
  });
  expect(both.slice(0, 3)).toEqual([0, 0, 0]);
});

test("a value that does not go with its row is very unlikely, not forbidden", async () => {
  const model = await learn("forest", people);
  const steps = stream(4, "tied");
  const cells = blankCells(model.columns, 1);
  const state = model.begin(1, steps);
  for (const column of [0, 1]) model.drawFree(state, cells, column, 0, 1, steps);
  const degree = model.levels[1]?.[(cells[1] as Int32Array)[0] as number] as string;
  const own = degrees.indexOf(degree) > 2 ? "high" : "low";
  const log = (label: string) => {
    const codes = Uint8Array.from(model.levels[3] ?? [], (each) => Number(each === label));
    const found = model.drawAllowed(state, cells, 3, 0, { missing: false, codes }, steps);
    expect(model.levels[3]?.[(cells[3] as Int32Array)[0] as number]).toBe(label);
    return found;
  };
  expect(log(own)).toBe(0);
  expect(log(own === "high" ? "low" : "high")).toBeLessThan(Math.log(0.01));
});
