import type { MessagePort } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import type { ToIo } from "../../src/kernel/protocol.js";
import type { SpecCells } from "../../src/kernel/spec-cells.js";
import { readSpecCell, type SpecCell } from "../../src/kernel/spec-magic.js";
import { pause, root } from "./client.js";

const { SpecCells: Cells } = (await import("../../dist/src/kernel/spec-cells.js" as string)) as {
  SpecCells: typeof SpecCells;
};

const cell = readSpecCell(`%%parable dice
table throws { eyes: int 1..6 }
generate 20 rows seed 1`) as SpecCell;
const output = { id: 1, display: () => {}, update: () => {} };
const typescript = { valueOf: () => undefined, declare: () => {} };

/** Cells whose output lies for a while before anyone looks at it, as on a machine that is busy. */
function slowly(delay: number) {
  const heard: ToIo[] = [];
  const ports: MessagePort[] = [];
  const cells: SpecCells = new Cells(
    (port, end) => {
      ports.push(port);
      port.once("close", () => cells.marks.pass(end));
      setTimeout(() => {
        port.on("message", (message: ToIo) => {
          heard.push(message);
          if (message.kind === "mark") cells.marks.pass(message.mark);
        });
      }, delay);
    },
    new Int32Array(new SharedArrayBuffer(64)),
    root,
    typescript,
    () => ({ id: 1, signal: new AbortController().signal }),
  );
  return { cells, heard, ports };
}

let open: SpecCells | undefined;
afterEach(async () => {
  await open?.close();
});

test("a cell ends when all that it shows has been sent, however late that is", async () => {
  const { cells, heard } = slowly(6_000);
  open = cells;
  const outcome = await cells.run(cell, output, new AbortController().signal);
  expect(outcome.kind).toBe("ok");
  const shown = heard.flatMap((message) => (message.kind === "iopub" ? [message.content] : []));
  expect(JSON.stringify(shown.at(-1))).toContain("20 rows made in");
}, 60_000);

test("a cell whose worker is ended ends, too, after what that had shown", async () => {
  const { cells, heard, ports } = slowly(3_000);
  open = cells;
  const stop = new AbortController();
  const running = cells.run(cell, output, stop.signal);
  await pause(1_000);
  await cells.close();
  const outcome = await running;
  expect(ports.length).toBe(1);
  if (outcome.kind === "ok") expect(JSON.stringify(heard.at(-2))).toContain("20 rows made in");
  else expect(outcome.error.evalue).toContain("ended before the spec did");
}, 60_000);
