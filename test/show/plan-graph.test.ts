import { describe, expect, test } from "vitest";
import { compile } from "../../src/pipeline.js";
import { planGraph, planGraphSvg } from "../../src/show/plan-graph.js";

async function planOf(text: string) {
  const { plan, diagnostics } = await compile(text, {});
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

describe("the graph of a plan", () => {
  test("goes from sources over tables to outputs", async () => {
    const plan = await planOf(`source calls = example "bank-marketing"
table people from calls { age: int 18..95 }
generate made: 20 rows seed 1
generate elders: 5 rows given age >= 65 seed 1`);
    const { nodes, edges } = planGraph(plan);
    expect(nodes.map(({ id, level }) => [id, level])).toEqual([
      ["source calls", 0],
      ["table people", 1],
      ["output made", 2],
      ["output elders", 2],
    ]);
    expect(edges).toEqual([
      { from: "source calls", to: "table people" },
      { from: "table people", to: "output made" },
      { from: "table people", to: "output elders" },
    ]);
    const svg = planGraphSvg(plan);
    expect(svg).toContain("5 rows given age");
    expect(svg).not.toContain("NaN");
  });

  test("puts children behind their parents", async () => {
    const plan = await planOf(`table patients {
  patient_id: id
}
table stays {
  patient: ref patients, 0..3 per patient
  days: int 1..9
}
generate 10 patients seed 1`);
    const { nodes, edges } = planGraph(plan);
    expect(nodes.find(({ id }) => id === "table stays")?.level).toBe(1);
    expect(edges).toContainEqual({ from: "table patients", to: "table stays", dashed: true });
  });

  test("is left out where one table makes one output", async () => {
    const plan = await planOf("table t { x: int 1..6 }\ngenerate g: 5 rows seed 1");
    expect(planGraphSvg(plan)).toBeUndefined();
  });
});
