import { describe, expect, it } from "vitest";
import { compile } from "../../src/pipeline.js";
import { learnerNames } from "../../src/synth/registry.js";

describe("a learner that does not exist", () => {
  it("is answered with each learner that there is, once", async () => {
    const text = 'table t {\n  a: "x" | "y"\n}\nlearn with swfit\ngenerate 10 rows\n';
    const { diagnostics } = await compile(text);
    const found = diagnostics.find(({ code }) => code === "P0210");
    const names = learnerNames.map(({ name }) => name);
    expect(found?.because).toEqual([`the learners are: ${names.join(", ")}`]);
    expect(found?.title).toContain("did you mean swift?");
    expect(new Set(names).size).toBe(names.length);
  });
});
