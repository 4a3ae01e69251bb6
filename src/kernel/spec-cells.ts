import type { Worker } from "node:worker_threads";
import type { CellOutcome, CellOutput } from "./cell.js";
import type { SpecHelp } from "./code-help.js";
import type { MimeBundle } from "./protocol.js";
import type { SpecCell } from "./spec-magic.js";
import type { TypeScriptCells } from "./typescript-cells.js";

export class SpecCells {
  readonly help: SpecHelp = {
    complete: async (_cell, offset) => ({ start: offset, end: offset, suggestions: [] }),
    inspect: async () => undefined,
    isComplete: async () => ({ status: "complete" }),
  };
  constructor(_io: Worker, _cells: Int32Array, _folder: string) {}
  async show(_value: unknown): Promise<MimeBundle | undefined> {
    return undefined;
  }
  async run(
    _cell: SpecCell,
    _output: CellOutput,
    _signal: AbortSignal,
    _ts: TypeScriptCells,
  ): Promise<CellOutcome> {
    return { kind: "ok" };
  }
}
