import { afterEach, expect, test, vi } from "vitest";
import { progressBar } from "../../src/cli/progress-bar.js";
import type { Shell } from "../../src/cli/shell.js";

afterEach(() => {
  vi.useRealTimers();
});

test("a long training says how far it is where nobody watches, too", async () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const shell = { watched: false, err: (line: string) => lines.push(line) } as unknown as Shell;
  const bar = await progressBar(shell, false);
  for (let done = 1; done <= 100; done++) {
    const losses = Array.from({ length: Math.floor(done / 10) }, () => ({ trained: 4, held: 5 }));
    bar.report({ phase: "learning people", done, total: 100, unit: "steps", losses });
    vi.advanceTimersByTime(1000);
  }
  bar.report({ phase: "drawing made", done: 0 });
  expect(lines).toEqual([
    "… learning people",
    "… learning people, epoch 3: loss 4.00, held out 5.00 (31%)",
    "… learning people, epoch 6: loss 4.00, held out 5.00 (61%)",
    "… learning people, epoch 9: loss 4.00, held out 5.00 (91%)",
    "… drawing made",
  ]);
});
