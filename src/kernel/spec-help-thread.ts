import { Worker } from "node:worker_threads";
import { newRoute } from "./help-route.js";
import type { AttachHelp, SpecFacts, SpecHelpStart } from "./protocol.js";

/** The main thread's side of the thread that helps with spec cells: it tells what the session knows. */
export class SpecHelpThread {
  private readonly folder: string;
  private readonly attach: AttachHelp;
  private worker: Worker | undefined;
  private texts: ReadonlyMap<string, string> = new Map();
  private frames: SpecFacts["frames"] = new Map();
  private told = "";

  constructor(folder: string, attach: AttachHelp) {
    this.folder = folder;
    this.attach = attach;
  }

  /** Start the thread, and another whenever it ends. */
  start(): void {
    const { io, helper } = newRoute();
    const workerData: SpecHelpStart = { folder: this.folder, io: helper, facts: this.facts };
    const worker = new Worker(new URL("./spec-help-worker.js", import.meta.url), {
      workerData,
      transferList: [helper],
    });
    worker.on("error", () => {});
    worker.on("exit", () => setTimeout(() => this.start(), 1_000).unref());
    worker.unref();
    this.worker = worker;
    this.attach("spec", io);
  }

  private get facts(): SpecFacts {
    return { texts: this.texts, frames: this.frames };
  }

  /** What each name of a spec stands for. */
  tellTexts(texts: ReadonlyMap<string, string>): void {
    this.texts = texts;
    this.worker?.postMessage(this.facts);
  }

  /** The variables that can be a source, with the names of their columns. */
  tellFrames(frames: SpecFacts["frames"]): void {
    const said = JSON.stringify([...frames]);
    if (said === this.told) return;
    this.told = said;
    this.frames = frames;
    this.worker?.postMessage(this.facts);
  }
}
