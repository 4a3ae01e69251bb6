import { shared } from "./protocol.js";

type Write = (name: "stdout" | "stderr", text: string) => void;

/** Printed text that may wait to be sent before the printing thread itself waits: 32 M code units. */
const tooMuch = 32 * 1024 * 1024;

/** Send what is printed in this thread to `write` instead of the terminal of the Jupyter server. */
export function captureOutput(cells: Int32Array, write: Write): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    process[name].write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error) => void),
      done?: (error?: Error) => void,
    ): boolean => {
      const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
      if (text !== "") {
        waitForRoom(cells);
        Atomics.add(cells, shared.unsent, text.length);
        write(name, text);
      }
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback !== undefined) process.nextTick(callback);
      return true;
    };
  }
}

function waitForRoom(cells: Int32Array): void {
  for (let tries = 0; tries < 200; tries++) {
    const unsent = Atomics.load(cells, shared.unsent);
    if (unsent < tooMuch) return;
    Atomics.wait(cells, shared.unsent, unsent, 50);
  }
}
