import type { CellOutcome, CellOutput } from "./cell.js";
import type { CellRunner } from "./kernel.js";
import type { SpecCells } from "./spec-cells.js";
import { readSpecCell } from "./spec-magic.js";
import type { TypeScriptCells } from "./typescript-cells.js";

/** Sends each cell to its language. */
export class Router implements CellRunner {
  private readonly typescript: TypeScriptCells;
  private readonly specs: SpecCells;

  constructor(typescript: TypeScriptCells, specs: SpecCells) {
    this.typescript = typescript;
    this.specs = specs;
  }

  async run(code: string, output: CellOutput, signal: AbortSignal): Promise<CellOutcome> {
    const cell = readSpecCell(code);
    if (cell === undefined) return this.typescript.run(code, signal);
    return this.specs.run(cell, output, signal);
  }

  interrupt(): number {
    // A spec that can say what it kept has a moment to do so.
    return this.typescript.interrupt() ? 50 : 250;
  }
}
