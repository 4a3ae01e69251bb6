import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPrompt, namesIn } from "../../../src/base/prompt.js";
import { stream } from "../../../src/base/random.js";
import { offlineWriter } from "../../../src/synth/text/offline.js";

test("texts have the asked number of words, speak of the row, and are the same every time", async () => {
  const writer = await offlineWriter();
  const task = (seed: number) => ({
    prompt: "A cheerful six-word slogan for mint on a day of rain",
    facts: ["mint", "rain"],
    type: { kind: "text" as const },
    random: stream(seed, "slogan"),
  });
  for (let seed = 0; seed < 50; seed++) {
    const text = await writer.write(task(seed));
    expect(text.split(" ")).toHaveLength(6);
    expect(text.toLowerCase()).toMatch(/mint|rain/);
    expect(await writer.write(task(seed))).toBe(text);
  }
});

test("a written category is always one of its values", async () => {
  const writer = await offlineWriter();
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const type = {
        kind: "category" as const,
        values: ["cold", "mild", "hot"],
        ordered: false,
        learned: false,
      };
      const text = await writer.write({
        prompt: "the climate",
        facts: [],
        type,
        random: stream(seed),
      });
      expect(type.values).toContain(text);
    }),
    { numRuns: 30 },
  );
});

test("prompts name columns, and values take their places", () => {
  expect(namesIn("{a} and {b}, {a} again, {not a name}")).toEqual(["a", "b"]);
  expect(fillPrompt("{a} and {b}", new Map([["a", "1"]]))).toBe("1 and {b}");
});
