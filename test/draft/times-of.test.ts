import { describe, expect, it } from "vitest";
import { stream } from "../../src/base/random.js";
import { timesOf } from "../../src/draft/times-of.js";
import { Pattern } from "../../src/synth/spec-only/pattern.js";

const two = (value: number) => String(value).padStart(2, "0");
const every = (write: (hour: number, minute: number, at: number) => string) =>
  Array.from({ length: 96 }, (_, at) => write(at % 24, (7 * at) % 60, at));

describe("times of day", () => {
  it.each([
    ["14:05", (h: number, m: number) => `${two(h)}:${two(m)}`, /^([01]\d|2[0-3]):[0-5]\d$/],
    ["7:05:00", (h: number, m: number) => `${h}:${two(m)}:00`, /^(\d|1\d|2[0-3]):[0-5]\d:00$/],
    [
      "10:20:31",
      (h: number, m: number, at: number) => `${two(h)}:${two(m)}:${two(at % 60)}`,
      /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
    ],
    ["9:15", (h: number, m: number) => `${h}:${two(5 * (m % 12))}`, /^(\d|1\d|2[0-3]):[0-5][05]$/],
    [
      "9:15 pm",
      (h: number, m: number) => `${(h % 12) + 1}:${two(m)} ${h < 12 ? "am" : "pm"}`,
      /^([1-9]|1[0-2]):[0-5]\d [ap]m$/,
    ],
  ])("like %s have a pattern that makes such times alone", (_, write, isTime) => {
    const texts = every(write);
    const found = timesOf(texts);
    if (found === undefined) throw new Error("no pattern");
    for (const text of texts) expect(text).toMatch(new RegExp(`^${found}$`));
    const pattern = new Pattern(found);
    const random = stream(1, "times");
    const made = Array.from({ length: 2000 }, () => pattern.draw(random));
    for (const text of made) expect(text).toMatch(isTime);
    expect(new Set(made.map((text) => text.split(":")[0])).size).toBe(
      new Set(texts.map((text) => text.split(":")[0])).size,
    );
  });

  it("are none where one text is no time of day, or few are there", () => {
    const texts = every((hour, minute) => `${two(hour)}:${two(minute)}`);
    expect(timesOf([...texts, "24:00"])).toBeUndefined();
    expect(timesOf([...texts, "12:60"])).toBeUndefined();
    expect(timesOf([...texts, "12:10:05"])).toBeUndefined();
    expect(timesOf(texts.slice(0, 9))).toBeUndefined();
  });
});
