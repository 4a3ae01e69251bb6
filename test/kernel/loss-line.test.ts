import { expect, test } from "vitest";
import { lossLine, lossSentence } from "../../src/kernel/loss-line.js";
import { ProgressDisplay } from "../../src/kernel/progress-display.js";
import { progressBundle } from "../../src/kernel/progress-view.js";

const losses = [
  { trained: 13.2, held: 12.9 },
  { trained: 12.4, held: 12.3 },
  { trained: 12.1, held: 12.35 },
];

test("training shows both losses, in words and as lines from the top left", () => {
  expect(lossSentence(losses)).toBe("epoch 3: loss 12.10, held out 12.35");
  const drawn = lossLine(losses);
  expect(drawn).toContain('points="4.0,4.0 130.0,44.7 256.0,60.0"');
  expect(drawn.match(/<polyline/g)).toHaveLength(2);
  expect(lossLine(losses.slice(0, 1))).toBe("");
});

test("where nothing is held out there is one line, and no word of another", () => {
  const drawn = lossLine(losses.map(({ trained }) => ({ trained })));
  expect(drawn.match(/<polyline/g)).toHaveLength(1);
  expect(drawn).not.toContain("held out");
});

test("the bar carries them", () => {
  const bundle = progressBundle({ phase: "learning people", done: 5, total: 10, losses }, 2, 2);
  expect(bundle["text/plain"]).toContain("held out 12.35");
  expect(bundle["text/html"]).toContain("<svg");
});

test("they stay when the work has ended, also where it went on after the training", () => {
  const shown: Record<string, unknown>[] = [];
  const display = new ProgressDisplay((data) => shown.push(data));
  display.report({ phase: "learning people", done: 10, total: 10, losses });
  display.report({ phase: "drawing rows", done: 1, total: 2 });
  display.end("2 rows made");
  expect(shown.at(-1)?.["text/plain"]).toMatch(/^2 rows made in .* s · epoch 3: loss 12\.10/);
  expect(shown.at(-1)?.["text/html"]).toContain("<svg");
});
