import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerGrammar } from "../../../src/synth/text/answer-grammar.js";
import { readCell } from "../../../src/synth/text/read-answer.js";
import { answerSchema } from "../../../src/synth/text/schema.js";
import { gridValues, type NumberShape, type Shape } from "../../../src/synth/text/shape.js";
import { formatDate, formatDatetime } from "../../../src/table/format-value.js";
import { accepts } from "./gbnf-reader.js";
import { shapes } from "./shapes.js";

const answer = (value: string) => `{"value": ${value}}`;
const takes = (shape: Shape, value: string) => accepts(answerGrammar(shape), answer(value));
const decimals = (step: number) => (String(step).split(".")[1] ?? "").length;

const numbers: fc.Arbitrary<NumberShape & { readonly step: number }> = fc
  .tuple(
    fc.constantFrom(1, 2, 3, 7, 10, 25, 100, 1000, 0.01, 0.5, 0.25, 1.5, 250),
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 2, max: 40 }),
    fc.integer({ min: 0, max: 60 }),
  )
  .map(([step, low, width, gap, more]) => {
    const ends = [low, low + width, low + width + gap, low + width + gap + more];
    const spans = ends.map((i) => Number((i * step).toPrecision(12)));
    return { kind: "number", spans, step };
  });

test("a number's grammar takes the numbers of its ranges and steps, and no other", () => {
  fc.assert(
    fc.property(numbers, (shape) => {
      const { step, spans } = shape;
      const digits = decimals(step);
      const inside = new Set(gridValues(spans, step).map((value) => value.toFixed(digits)));
      const grammar = answerGrammar(shape);
      // Every number with as many decimals around the ranges, in them or not.
      const unit = 10 ** -digits;
      const [low, high] = [spans[0] as number, spans[3] as number];
      const stride = Math.max(1, Math.round((high - low) / unit / 700));
      const tried = new Set(inside);
      for (let i = -20; i * stride * unit + low <= high + 20 * unit; i++) {
        tried.add((low + i * stride * unit).toFixed(digits).replace(/^-(?=0(\.0*)?$)/, ""));
      }
      for (const text of tried) {
        expect(accepts(grammar, answer(text)), `${text} in ${spans} by ${step}`).toBe(
          inside.has(text),
        );
      }
      for (const text of ["", "-", "007", "1e3", "+1", "-0", ".5", "NaN", '"1"']) {
        expect(accepts(grammar, answer(text))).toBe(false);
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("a date's grammar takes the calendar's days of its range, and no other", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -30_000, max: 40_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      (low, width) => {
        const shape: Shape = { kind: "date", spans: [low, low + width] };
        const grammar = answerGrammar(shape);
        for (let day = low - 40; day <= low + width + 40; day += width > 400 ? 13 : 1) {
          const text = answer(`"${formatDate(day)}"`);
          expect(accepts(grammar, text), formatDate(day)).toBe(day >= low && day <= low + width);
        }
        expect(accepts(grammar, answer(`"${formatDate(low + width)}"`))).toBe(true);
        const year = formatDate(low + Math.floor(width / 2)).slice(0, 4);
        for (const day of ["02-30", "04-31", "13-01", "00-10", "1-01"]) {
          expect(accepts(grammar, answer(`"${year}-${day}"`))).toBe(false);
        }
      },
    ),
    { numRuns: 30, seed: 2 },
  );
});

test("a leap day is a day of leap years only", () => {
  const shape: Shape = { kind: "date", spans: [-36_000, 40_000] };
  expect(takes(shape, '"2024-02-29"')).toBe(true);
  expect(takes(shape, '"2000-02-29"')).toBe(true);
  expect(takes(shape, '"2023-02-29"')).toBe(false);
  expect(takes(shape, '"1900-02-29"')).toBe(false);
});

test("a pattern's grammar takes what the pattern matches: all short texts of a small alphabet", () => {
  const letters = ["a", "b", '"', "\\", "1"];
  const texts = [""];
  for (let i = 0; texts.length < 781; i++) {
    for (const letter of letters) texts.push((texts[i] as string) + letter);
  }
  for (const like of ["a*b", "(a|b)?1{1,2}", '["\\\\]+', "a.b", "[^ab]{2}", "(ab)+|1", "\\d\\w?"]) {
    const grammar = answerGrammar({ kind: "text", like });
    for (const text of texts) {
      const fits = new RegExp(`^(?:${like})$`).test(text);
      expect(accepts(grammar, answer(JSON.stringify(text))), `${like} ${text}`).toBe(fits);
    }
  }
});

test("choices are taken letter by letter, quotes and all scripts included", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      (values) => {
        const shape: Shape = { kind: "choice", values };
        for (const value of values) expect(takes(shape, JSON.stringify(value))).toBe(true);
        expect(takes(shape, JSON.stringify(`${values[0]}~`))).toBe(
          values.includes(`${values[0]}~`),
        );
      },
    ),
    { numRuns: 60, seed: 3 },
  );
});

test("a free text is one line without control characters", () => {
  const shape: Shape = { kind: "text" };
  for (const text of ["Ahoi!", 'She said "no".', "üñí 漢字", "back\\slash"]) {
    expect(takes(shape, JSON.stringify(text)), text).toBe(!text.includes("\\"));
  }
  expect(takes(shape, '""')).toBe(false);
  expect(takes(shape, '"two\\nlines"')).toBe(false);
});

test("rows have the fields in their order, and null only where a value may be missing", () => {
  const shape: Shape = {
    kind: "rows",
    count: 2,
    fields: [
      { name: "age", shape: { kind: "number", spans: [18, 95], step: 1 }, optional: false },
      { name: "job", shape: { kind: "choice", values: ["a", "b"] }, optional: true },
    ],
  };
  const grammar = answerGrammar(shape);
  const two = (a: string, b: string) =>
    `{"rows": [{"age": ${a}, "job": ${b}}, {"age": 20, "job": "a"}]}`;
  expect(accepts(grammar, two("18", '"b"'))).toBe(true);
  expect(accepts(grammar, two("95", "null"))).toBe(true);
  expect(accepts(grammar, two("17", '"b"'))).toBe(false);
  expect(accepts(grammar, two("null", '"b"'))).toBe(false);
  expect(accepts(grammar, '{"rows": [{"age": 20, "job": "a"}]}')).toBe(false);
});

test("a small domain's schema accepts exactly its values, and the judge agrees", () => {
  const ajv = new Ajv({ multipleOfPrecision: 9, formats: { date: true } });
  fc.assert(
    fc.property(
      shapes,
      fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 12 }),
      (shape, near) => {
        const check = ajv.compile(answerSchema(shape));
        const verdicts = (value: unknown) => {
          const text = JSON.stringify({ value });
          return ["value" in readCell(shape, text, "?"), check({ value })] as const;
        };
        if (shape.kind === "choice") {
          for (const value of [...shape.values, "?!", ""]) {
            const fits = shape.values.includes(value);
            expect(verdicts(value)).toEqual([fits, fits]);
          }
        } else if (shape.kind === "number") {
          for (const i of near) {
            const unit = shape.step ?? 1;
            for (const end of [shape.spans[0] as number, shape.spans.at(-1) as number]) {
              const value = Number((end + i * unit * 0.5).toPrecision(12));
              const [judged, accepted] = verdicts(value);
              expect(accepted, `${value} ${JSON.stringify(shape)}`).toBe(judged);
            }
          }
        } else if (shape.kind === "date" || shape.kind === "datetime") {
          const write = shape.kind === "date" ? formatDate : formatDatetime;
          for (const i of near) {
            const [judged, accepted] = verdicts(write((shape.spans[0] as number) + i));
            if (judged) expect(accepted).toBe(true);
          }
        }
      },
    ),
    { numRuns: 150, seed: 4 },
  );
});
