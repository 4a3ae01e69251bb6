import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { literal, withDuckdb } from "../../src/table/duckdb.js";
import { readScan } from "../../src/table/duckdb-read.js";
import { readShortCells } from "../../src/table/duckdb-stream.js";
import { ShortTexts } from "../../src/table/short-texts.js";

const short = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 4 }).filter((text) => Buffer.byteLength(text) <= 12),
  fc.constantFrom(
    "",
    "a",
    "ab",
    "abcdefghijkl",
    "abcdefghijk",
    "-------------".slice(1),
    "z\u{10000}",
    "\uffee",
  ),
);
const long = fc.constantFrom("-------------", "abcdefghijklm", "a text of more than twelve bytes");
const cells = (text: fc.Arbitrary<string>) =>
  fc.array(
    fc.option(
      text.filter((one) => !one.includes("\0")),
      { freq: 4 },
    ),
    { minLength: 1, maxLength: 60 },
  );

/** What a dictionary in the order of bytes is. */
function expected(texts: readonly (string | null)[]) {
  const levels = [...new Set(texts.filter((text) => text !== null))];
  levels.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    kind: "text",
    levels,
    codes: Int32Array.from(texts, (text) => (text === null ? -1 : levels.indexOf(text))),
  };
}

const wanted = [
  {
    name: "word",
    header: "word",
    optional: false,
    type: { kind: "category", values: [], ordered: false, learned: true },
  },
] as const;
const fromOf = (texts: readonly (string | null)[]) =>
  `(VALUES ${texts.map((text) => (text === null ? "(NULL::VARCHAR)" : `(${literal(text)})`)).join(", ")}) AS t(word)`;

describe("texts told apart by their bytes", () => {
  test("a column of texts, short or long, gets the dictionary in the order of bytes", async () => {
    await withDuckdb((connection) =>
      fc.assert(
        fc.asyncProperty(fc.oneof(cells(short), cells(fc.oneof(short, long))), async (texts) => {
          const scan = {
            from: fromOf(texts),
            columns: [{ sql: "word", type: "VARCHAR" }],
            missing: [],
          };
          const { rows, columns } = await readScan(connection, scan, wanted);
          await connection.run("DROP TABLE IF EXISTS kept; DROP TYPE IF EXISTS levels0");
          expect(rows).toBe(texts.length);
          expect(columns).toEqual([expected(texts)]);
        }),
        { numRuns: 60, seed: 4 },
      ),
    );
  });

  test("one long text ends the short way, and one odd cell does", async () => {
    await withDuckdb(async (connection) => {
      const read = (from: string, kind: "category" | "int", odd?: string) =>
        readShortCells(
          connection,
          from,
          [{ value: "word", ...(odd === undefined ? {} : { odd }) }],
          [{ ...wanted[0], type: { ...wanted[0].type, kind } as never }],
        );
      const many = "(SELECT 'a' AS word FROM range(5000) UNION ALL SELECT 'abcdefghijklm')";
      expect(await read(many, "category")).toBeUndefined();
      const numbers = "(SELECT nullif(range, 4000)::DOUBLE AS word FROM range(5000))";
      expect(await read(numbers, "int", "CASE WHEN word IS NULL THEN 'x' END")).toBeUndefined();
      const table = await read(numbers, "int");
      expect(table?.columns[0]).toMatchObject({ kind: "number" });
      expect(table?.rows).toBe(5000);
    });
  });

  test("thousands of texts keep their codes while the dictionary grows", () => {
    const texts = new ShortTexts();
    const words = Array.from({ length: 5000 }, (_, i) => `${(i * 7919) % 4999}`);
    const bytes = new DataView(new ArrayBuffer(16 * words.length));
    words.forEach((word, i) => {
      bytes.setUint32(16 * i, word.length, true);
      for (let at = 0; at < word.length; at++) bytes.setUint8(16 * i + 4 + at, word.charCodeAt(at));
    });
    const codes = new Int32Array(words.length);
    expect(texts.take(bytes, undefined, words.length, codes, 0)).toBe(true);
    const levels = texts.settle(codes);
    expect({ kind: "text", levels, codes }).toEqual(expected(words));
  });
});
