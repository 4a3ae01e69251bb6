import { expect, test } from "vitest";
import { InterruptLadder } from "../../src/kernel/interrupt-ladder.js";
import { shared } from "../../src/kernel/protocol.js";
import { pause } from "./client.js";

test("an interrupt that comes while the one of the cell before is looked after has its own turn", async () => {
  const cells = new Int32Array(new SharedArrayBuffer(4 * shared.size));
  let told = 0;
  const main = () => {
    told++;
    Atomics.add(cells, shared.acknowledged, 1);
  };
  const ladder = new InterruptLadder(cells);
  Atomics.store(cells, shared.cell, 1);
  const first = ladder.climb(main);
  // One cell has ended and the next begun before the ladder looks again; the next needs telling twice.
  Atomics.store(cells, shared.cell, 3);
  void ladder.climb(() => {
    main();
    if (told === 3) Atomics.add(cells, shared.cell, 1);
  });
  await first;
  expect(told).toBe(3);
  expect(Atomics.load(cells, shared.cell)).toBe(4);
});

test("of an interrupt that nothing ran under only the telling remains", async () => {
  const cells = new Int32Array(new SharedArrayBuffer(4 * shared.size));
  let told = 0;
  await new InterruptLadder(cells).climb(() => {
    told++;
    Atomics.add(cells, shared.acknowledged, 1);
  });
  await pause(0);
  expect(told).toBe(1);
});
