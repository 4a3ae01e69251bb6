import { type Debugger, Session } from "node:inspector";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** How long to wait for the main thread to stop at a line, in milliseconds. */
const patience = 3_000;

/**
 * End the JavaScript that the main thread runs, unless it is the kernel's own: what is ended in the middle
 * of the kernel, the request that it was about to take up included, would be lost. The thread is stopped at
 * its next line first, and goes on where no line of anybody else's is on its stack. To be called on another
 * thread; resolves when the main thread goes on, or has not stopped within three seconds.
 *
 * @param own How the addresses of scripts begin that are spared.
 */
export function endForeignCode(own: readonly string[] = kernelsOwn()): Promise<void> {
  const session = new Session();
  const urls = new Map<string, string>();
  session.connectToMainThread();
  return new Promise<void>((resolve) => {
    const tooLate = setTimeout(resolve, patience);
    session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
    session.on("Debugger.paused", ({ params }) => {
      const foreign = (frame: Debugger.CallFrame) => {
        const url = urls.get(frame.location.scriptId) ?? "";
        return !own.some((beginning) => url.startsWith(beginning));
      };
      if (params.callFrames.some(foreign)) session.post("Runtime.terminateExecution");
      session.post("Debugger.resume", () => {
        clearTimeout(tooLate);
        resolve();
      });
    });
    session.post("Debugger.enable");
    session.post("Debugger.pause");
  }).finally(() => session.disconnect());
}

/** Node, the kernel, and the part of tslab that it runs cells with. */
function kernelsOwn(): string[] {
  const tslab = dirname(createRequire(import.meta.url).resolve("tslab/dist/executor.js"));
  return ["node:", new URL(".", import.meta.url).href, `${pathToFileURL(tslab).href}/`];
}
