import { expect, test } from "vitest";
import { readCell } from "../../../src/synth/text/read-answer.js";

const shape = { kind: "choice", values: ["cold", "hot"] } as const;

test("thoughts before an answer, and a fence around it, are no fault; thoughts alone are no answer", () => {
  const read = (text: string) => readCell(shape, text, "the climate of Oslo");
  expect(read('<think>{"value":"cold"}?\nNo.</think>\n{"value":"hot"}')).toEqual({ value: "hot" });
  expect(read('<think>so</think>```json\n{"value":"hot"}\n```')).toEqual({ value: "hot" });
  for (const text of [
    '<think>{"value":"hot"}',
    "<think></think>",
    '{"value":"cold"} {"value":"hot"}',
  ])
    expect(read(text)).toHaveProperty("reason");
});
