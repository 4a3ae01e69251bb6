import { expect, test } from "vitest";
import { chooseLearner } from "../../src/synth/choose-learner.js";
import { learnerNames, loadLearner, loadModel, rowLearners } from "../../src/synth/registry.js";

test("every learner of rows is named and loads under its name, with the same summary line", async () => {
  for (const name of rowLearners) {
    const known = learnerNames.find((each) => each.name === name);
    expect(known).toBeDefined();
    expect((await loadLearner(name)).name).toBe(name);
  }
  await expect(loadLearner("oracle")).rejects.toThrow("P0912");
  const saved = { learner: "oracle", version: 1, json: {}, arrays: {} };
  await expect(loadModel(saved)).rejects.toThrow("P0912");
});

test("auto chooses by size, privacy and kind of table, and says why", () => {
  expect(chooseLearner({ columns: 15, rows: 50_000, privacy: false }).name).toBe("trees");
  expect(chooseLearner({ columns: 15, privacy: false }).name).toBe("trees");
  const huge = chooseLearner({ columns: 15, rows: 20_000_000, privacy: false });
  expect(huge.name).toBe("copula");
  expect(huge.reason).toMatch(/minutes/);
  expect(chooseLearner({ columns: 1, privacy: false }).name).toBe("independent");
  expect(chooseLearner({ columns: 1, privacy: false, isChild: true }).name).toBe("trees");
  expect(chooseLearner({ columns: 15, privacy: true }).name).toBe("swift");
  expect(chooseLearner({ columns: 1, privacy: true }).name).toBe("independent");
  const aims = ["given", "completed", "fairness", "utility"] as const;
  for (const aim of aims) {
    const { name, reason } = chooseLearner({
      ...{ columns: 15, rows: 60_000, privacy: false, aims: [aim] },
    });
    expect([aim, name, reason.split("; ").length]).toEqual([aim, "trees", 2]);
  }
  // Types, and columns that are to be related.
  const plain = { columns: 15, rows: 60_000, privacy: false };
  expect(chooseLearner({ ...plain, numbers: 0 }).reason).toMatch(/tables of categories/);
  expect(chooseLearner({ ...plain, numbers: 15 }).reason).toMatch(/tables of numbers/);
  expect(chooseLearner({ ...plain, numbers: 7 }).reason).toMatch(/any mix of types/);
  expect(chooseLearner({ ...plain, aims: ["related"] }).reason).toMatch(/nothing to add/);
  const related = chooseLearner({ ...plain, privacy: true, aims: ["related"] });
  expect(related.name).toBe("swift");
  expect(related.reason).toMatch(/counted together/);
  // Few rows, unless an aim is better served by trees; a group to be enlarged.
  const few = { columns: 15, rows: 60, privacy: false };
  expect(chooseLearner(few).name).toBe("forest");
  expect(chooseLearner({ ...few, rows: 159 }).name).toBe("forest");
  expect(chooseLearner({ ...few, rows: 160 }).name).toBe("trees");
  expect(chooseLearner({ ...few, aims: ["given"] }).name).toBe("forest");
  expect(chooseLearner({ ...few, numbers: 10 }).name).toBe("copula");
  expect(chooseLearner({ ...few, numbers: 9 }).name).toBe("forest");
  expect(chooseLearner({ ...few, numbers: 15, aims: ["utility"] }).name).toBe("trees");
  expect(chooseLearner({ ...few, aims: ["completed"] }).name).toBe("trees");
  const enlarged = {
    columns: 15,
    rows: 5000,
    privacy: false,
    aims: ["given", "enlarged"],
  } as const;
  expect(chooseLearner(enlarged)).toMatchObject({ name: "interpolation" });
  expect(chooseLearner({ ...enlarged, rows: 20_000_000 }).name).toBe("copula");
  // Why not a neural network: too few rows, or too little budget.
  expect(chooseLearner({ columns: 15, rows: 600, privacy: false }).reason).toMatch(/`language`/);
  expect(chooseLearner({ columns: 15, privacy: true }).reason).toMatch(/`language`/);
});
