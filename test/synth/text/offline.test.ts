import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPrompt, namesIn } from "../../../src/base/prompt.js";
import { offlineWriter } from "../../../src/synth/text/offline.js";
import { readCell } from "../../../src/synth/text/read-answer.js";
import type { Question } from "../../../src/synth/text/writer.js";
import { shapes } from "./shapes.js";

const never = new AbortController().signal;

test("texts have the asked number of words, speak of the row, and are the same every time", async () => {
  const writer = await offlineWriter();
  const question = (seed: number): Question => ({
    prompt: "A cheerful six-word slogan for mint on a day of rain",
    facts: ["mint", "rain"],
    shape: { kind: "text" },
    seed,
    refused: [],
  });
  for (let seed = 0; seed < 50; seed++) {
    const { text } = await writer.ask(question(seed), never);
    const { value } = JSON.parse(text) as { value: string };
    expect(value.split(" ")).toHaveLength(6);
    expect(value.toLowerCase()).toMatch(/mint|rain/);
    expect((await writer.ask(question(seed), never)).text).toBe(text);
  }
});

test("what is written offline is always a value of the type", async () => {
  const writer = await offlineWriter();
  await fc.assert(
    fc.asyncProperty(shapes, fc.nat(), async (shape, seed) => {
      const prompt = "what is it?";
      const { text } = await writer.ask({ prompt, facts: [], shape, seed, refused: [] }, never);
      expect(readCell(shape, text, prompt)).toHaveProperty("value");
    }),
    { numRuns: 200 },
  );
});

test("prompts name columns, and values take their places", () => {
  expect(namesIn("{a} and {b}, {a} again, {not a name}")).toEqual(["a", "b"]);
  expect(fillPrompt("{a} and {b}", new Map([["a", "1"]]))).toBe("1 and {b}");
});
