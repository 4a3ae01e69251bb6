import { describe, expect, test } from "vitest";
import { typeTags } from "../../src/kernel/typed-tags.js";

const types = async (spec: string) => (spec.includes("bad") ? undefined : "{ a: {\n x: number } }");

describe("typing spec templates", () => {
  test("puts the type between tag and template", async () => {
    const typed = await typeTags("const a = await parable`table t`;", types);
    expect(typed.code).toBe("const a = await parable<{ a: { x: number } }>`table t`;");
  });

  test("leaves templates with values, broken specs and other names alone", async () => {
    const code = "parable`n ${" + "n}`; parable`bad`; myparable`t`; my.parable`t`; parable`open";
    expect((await typeTags(code, types)).code).toBe(code);
  });

  test("finds its way between both texts", async () => {
    const code = "parable`x`; parable`y`; z";
    const typed = await typeTags(code, types);
    for (let offset = 0; offset <= code.length; offset++) {
      expect(typed.toOriginal(typed.toTyped(offset))).toBe(offset);
    }
    expect(typed.code[typed.toTyped(code.indexOf("z"))]).toBe("z");
  });
});
