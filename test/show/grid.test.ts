import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gridText } from "../../src/show/grid.js";
import { textWidth } from "../../src/show/text-width.js";

const words = fc
  .array(
    fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom("a", "é", "漢", "-", "9") }),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(" "));

describe("a grid in characters", () => {
  it("loses no sign of any cell, and keeps to a hundred columns", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, words, fc.nat()), { minLength: 1, maxLength: 4 }),
        (rows) => {
          const text = gridText({ columns: ["what", "how", "rows"], rows });
          const signs = (all: string) => [...all.replaceAll(/[\s─]/g, "")].sort().join("");
          const numbers = rows.map((row) => row[2].toLocaleString("en"));
          const cells = rows.flatMap((row) => row.slice(0, 2));
          expect(signs(text)).toBe(signs(["what", "how", "rows", ...cells, ...numbers].join("")));
          for (const line of text.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
  it("goes on below between words, and cuts where it is told to", () => {
    const grid = { columns: ["note"], rows: [[`${"word ".repeat(30)}end`]] };
    const [, rule, ...lines] = gridText(grid).split("\n");
    expect(rule?.length).toBe(100);
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => /^word.*(word|end)$/.test(line))).toBe(true);
    expect(gridText(grid, 24).split("\n")[2]).toBe(`${"word ".repeat(4)}wor…`);
  });
});
