import fc from "fast-check";
import { expect, it } from "vitest";
import { reservedWords, statementWords } from "../../grammar/words.js";
import { nameFor, numberText, unfitNames } from "../../src/ir/sketch.js";
import { parse } from "../../src/parse/parse.js";

it("knows every word that can be no column's name", () => {
  for (const word of Object.values(reservedWords)) expect(unfitNames).toContain(word);
  for (const word of ["require", "when", "expect", "unique", "correlate"]) {
    expect(Object.values(statementWords)).toContain(word);
    expect(unfitNames).toContain(word);
  }
});

it("makes a name of the language from any header, and never the same twice", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 8 }),
      (all) => {
        const taken = new Set<string>();
        for (const header of [...all, ...unfitNames]) {
          const name = nameFor(header, taken, "column");
          expect(taken.has(name)).toBe(false);
          taken.add(name);
          const text = `table t { ${name}: int 1..6 }\ngenerate 10 rows`;
          expect(
            parse(text, "").diagnostics.map(({ title }) => title),
            name,
          ).toEqual([]);
        }
      },
    ),
    { numRuns: 100, seed: 3 },
  );
});

it("writes numbers that read back the same", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(numberText(value).replaceAll("_", ""))).toBe(value === 0 ? 0 : value);
    }),
    { seed: 3 },
  );
});
