import { tableFromArrays } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { compileSpec, plot, runPlan, showValue } from "../../src/index.js";

const people = Array.from({ length: 120 }, (_, i) => ({
  age: 20 + (i % 40),
  sex: i % 3 ? "F" : "M",
  weight: i % 10 === 0 ? null : 60.5 + (i % 20),
}));

/** A DataFrame as danfo lays one out. */
const danfo = {
  columns: ["age", "sex"],
  shape: [120, 2],
  $columns: ["age", "sex"],
  $data: [],
  getColumnData: [people.map(({ age }) => age), people.map(({ sex }) => sex)],
};

const forms = {
  "an array of objects": people,
  "an object of arrays": { age: people.map(({ age }) => age), sex: people.map(({ sex }) => sex) },
  "a danfo DataFrame": danfo,
  "an Arrow table": tableFromArrays({
    age: Int32Array.from(people, ({ age }) => age),
    sex: people.map(({ sex }) => sex),
  }),
};

describe("a plot", () => {
  test.each(Object.entries(forms))("of %s draws its columns", async (_what, value) => {
    const figures = await plot(value).figures();
    expect(figures.slice(0, 2).map(({ title }) => title)).toEqual(["age", "sex"]);
    const bundle = await plot(value).bundle();
    expect(Object.keys(bundle)).toEqual([
      "application/vnd.plotly.v1+json",
      "text/html",
      "image/svg+xml",
      "text/plain",
    ]);
  });

  test("counts exactly", async () => {
    const [figure] = await plot(people, "sex").figures();
    expect(figure).toMatchObject({ kind: "marginal", labels: ["F", "M"] });
    expect(figure).toMatchObject({ series: [{ shares: [80 / 120, 40 / 120] }] });
  });

  test("by a category draws each group, by a number the median along it", async () => {
    const [groups] = await plot(people, "age", { by: "sex" }).figures();
    expect(groups).toMatchObject({ kind: "marginal", series: [{ name: "F" }, { name: "M" }] });
    const [along] = await plot(people, "weight", { by: "age" }).figures();
    expect(along).toMatchObject({ kind: "lines", x: "age", y: "weight" });
  });

  test("of several tables under names draws them over each other", async () => {
    const [figure] = await plot({ real: people, made: people.slice(0, 60) }, "age").figures();
    expect(figure).toMatchObject({ series: [{ name: "real" }, { name: "made" }] });
  });

  test("of what a spec made draws its outputs", async () => {
    const { plan } = await compileSpec("table t { x: int 1..6 }\ngenerate g: 30 rows seed 1", {});
    if (plan === undefined) throw new Error("no plan");
    const [figure] = await plot({ release: await runPlan(plan) }).figures();
    expect(figure).toMatchObject({ title: "x", series: [{ name: "g" }] });
  });

  test.each([
    [42, "a number"],
    [undefined, "undefined"],
    [[1, 2], "an array without objects"],
    [Promise.resolve(people), "await"],
  ])("of %j says what it needs", async (value, said) => {
    await expect(plot(value).figures()).rejects.toThrow(said);
    await expect(plot(value).figures()).rejects.toMatchObject({ code: "P1210" });
  });

  test("of a column that is not there says which is meant", async () => {
    await expect(plot(people, "agee").figures()).rejects.toMatchObject({
      code: "P1211",
      diagnostic: { try: [{ label: "write age" }] },
    });
  });

  test("shows itself where a kernel asks", async () => {
    const shown = plot(people, "age") as unknown as Record<symbol, () => Promise<object>>;
    const bundle = await shown[Symbol.for("Jupyter.display")]?.();
    expect(bundle).toHaveProperty("text/html");
  });
});

describe("showing", () => {
  test("a compilation shows its diagnostics, and its plan where there is one", async () => {
    const broken = await showValue(
      await compileSpec("table t { x: int 6..1 }\ngenerate 1 row", {}),
    );
    expect(broken["text/plain"]).toContain("P0304");
    const fine = await showValue(
      await compileSpec("table t { x: int 1..6 }\ngenerate 1 rows seed 1", {}),
    );
    expect(fine["text/plain"]).toContain("Plan for");
  });

  test("diagnostics alone are shown without the text they point into", async () => {
    const { diagnostics } = await compileSpec("table t { x: int 6..1 }\ngenerate 1 row", {});
    for (const value of [diagnostics, diagnostics[0]]) {
      const bundle = await showValue(value);
      expect(bundle["text/html"]).toContain("P0304");
      expect(bundle["text/plain"]).toContain("6..1");
    }
  });
});
