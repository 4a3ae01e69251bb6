import { describe, expect, it } from "vitest";
import { parse } from "../../src/parse/parse.js";
import { format, print } from "../../src/parse/print.js";
import { corpus, meaning, readSpec } from "./corpus.js";

describe("print", () => {
  it.each(corpus("good"))("%s comes back with the same meaning, and stays as printed", (file) => {
    const { spec } = parse(readSpec(file), file);
    const printed = print(spec);
    const again = parse(printed, file);
    expect(again.diagnostics).toEqual([]);
    expect(meaning(again.spec)).toEqual(meaning(spec));
    expect(print(again.spec)).toBe(printed);
    expect(printed).toMatchSnapshot();
  });

  it("leaves a text with errors alone", () => {
    expect(format("table t { x int 1..\n")).toBe("table t { x int 1..\n");
  });
});
