import { describe, expect, test } from "vitest";
import { frameNames } from "../../src/kernel/frames.js";
import { isBindable } from "../../src/kernel/handover.js";
import { toCodePoints, toUtf16 } from "../../src/kernel/offsets.js";
import { readSpecCell } from "../../src/kernel/spec-magic.js";

describe("the first line of a spec cell", () => {
  test("may stand below comments and blank lines", () => {
    const cell = readSpecCell("// note\n\n# and\n  %%parable adult --check\ntable t {}");
    expect(cell).toMatchObject({
      name: "adult",
      checkOnly: true,
      planOnly: false,
      formatOnly: false,
      adds: false,
    });
    expect(cell?.spec).toBe("table t {}");
  });

  test("needs no name, and may add to one", () => {
    expect(readSpecCell("%%parable\nx")).not.toHaveProperty("name");
    expect(readSpecCell("%%parable adult +\nx")).toMatchObject({ name: "adult", adds: true });
  });

  test("tells words that mean nothing", () => {
    expect(readSpecCell("%%parable a --chekc\n")?.strange).toEqual(["--chekc"]);
    expect(readSpecCell("%%parable a b\n")?.strange).toEqual(["b"]);
  });

  test("is not found in TypeScript", () => {
    expect(readSpecCell("const x = 1 // %%parable")).toBeUndefined();
    expect(readSpecCell("x\n%%parable a")).toBeUndefined();
    expect(readSpecCell("%%parables a")).toBeUndefined();
  });
});

describe("names", () => {
  test("of frames are read from the spec", () => {
    expect(
      frameNames("source a = frame df\n# source b = frame no\nsource c = frame other"),
    ).toEqual(["df", "other"]);
  });

  test.each([
    ["adult", true],
    ["größe", true],
    ["class", false],
    ["a b", false],
    ["1st", false],
  ])("%j can be a variable: %j", (name, expected) => {
    expect(isBindable(name)).toBe(expected);
  });
});

test("offsets count code points for Jupyter and code units for JavaScript", () => {
  const text = "a😀b";
  expect([0, 1, 2, 3].map((at) => toUtf16(text, at))).toEqual([0, 1, 3, 4]);
  expect([0, 1, 3, 4].map((at) => toCodePoints(text, at))).toEqual([0, 1, 2, 3]);
});
