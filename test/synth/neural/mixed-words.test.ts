import { expect, test } from "vitest";
import { stream } from "../../../src/base/random.js";
import { wholeRows } from "../../../src/synth/neural/base.js";
import { mixedWords, type RowWords } from "../../../src/synth/neural/mixed-words.js";

const random = stream("mixed words");

/** Rows of two words; the second is the first with that probability, else 0 or 1 alike. */
function pairs(rows: number, ones: number, same: number): RowWords {
  const words = new Int32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const first = Number(random.uniform() < ones);
    words[2 * row] = first;
    words[2 * row + 1] = random.uniform() < same ? first : Number(random.uniform() < 0.5);
  }
  return { words, rows };
}

const share = ({ words, rows }: RowWords, is: (first: number, second: number) => boolean) =>
  Array.from({ length: rows }, (_, row) =>
    Number(is(words[2 * row] as number, words[2 * row + 1] as number)),
  ).reduce((sum, each) => sum + each, 0) / rows;

test("open rows come as their share, with the drawn rows' columns and what goes together among themselves", () => {
  const drawn = pairs(6000, 0.7, 0);
  const open = pairs(1000, 0.4, 0.6);
  const mixed = mixedWords(drawn, open, [2, 2], 0.4, random);
  expect(Math.abs(mixed.rows - 10_000)).toBeLessThanOrEqual(1);
  expect(mixed.words.length).toBe(2 * mixed.rows);
  expect(mixed.words.slice(0, 2 * drawn.rows)).toEqual(drawn.words);
  const added = {
    words: mixed.words.slice(2 * drawn.rows),
    rows: mixed.rows - drawn.rows,
  };
  // Raking meets both margins to 1e-7; systematic sampling rounds each of 1,000 weights by less than 1.
  expect(share(added, (first) => first === 1)).toBeCloseTo(
    share(drawn, (first) => first === 1),
    1,
  );
  expect(share(added, (_, second) => second === 1)).toBeCloseTo(
    share(drawn, (_, second) => second === 1),
    1,
  );
  // Raking keeps the odds ratio: 16 in theory, 1 among the drawn. No weight is near its cap.
  const odds = (rows: RowWords) => {
    const cell = (a: number, b: number) => share(rows, (x, y) => x === a && y === b);
    return (cell(0, 0) * cell(1, 1)) / (cell(0, 1) * cell(1, 0));
  };
  expect(odds(added) / odds(open)).toBeGreaterThan(0.5);
  expect(odds(added) / odds(open)).toBeLessThan(2);
});

test("open rows with a word that was never drawn don't come, and none where none is left", () => {
  const drawn = { words: Int32Array.from([0, 0, 1, 0]), rows: 2 };
  const open = { words: Int32Array.from([0, 0, 1, 0, 1, 1]), rows: 3 };
  const mixed = mixedWords(drawn, open, [2, 2], 0.5, random);
  expect(mixed.rows).toBe(4);
  expect(share(mixed, (_, second) => second === 1)).toBe(0);
  const foreign = { words: Int32Array.from([0, 1]), rows: 1 };
  expect(mixedWords(drawn, foreign, [2, 2], 0.5, random)).toEqual(drawn);
});

test("rows of a base that lack a value, or whose value isn't known, are left out where one may not be missing", () => {
  const table = {
    ...({ kind: "table", name: "base", rows: 4 } as const),
    columns: [
      {
        ...({ kind: "code", name: "sex", levels: ["f", "x", "m"] } as const),
        ...{ type: { kind: "category", values: [], ordered: false, learned: true } as const },
        codes: Int32Array.of(0, 1, 2, -1),
      },
      {
        ...({ kind: "number", name: "age" } as const),
        type: { kind: "int", learned: true } as const,
        values: Float64Array.of(30, 40, Number.NaN, 50),
      },
    ],
  };
  const columns = table.columns.map(({ name, type }) => ({ name, type, optional: false }));
  const levels = [["m", "f"], undefined];
  expect(wholeRows(table, columns, levels).rows).toBe(1);
  const free = columns.map((column) => ({ ...column, optional: true }));
  expect(wholeRows(table, free, levels).rows).toBe(4);
  expect(wholeRows(table, [...free, { ...free[1]!, name: "income" }], levels).rows).toBe(0);
});
