import type { CellOutcome } from "./cell.js";
import type { CompilerThread } from "./compiler-thread.js";
import type { MimeBundle } from "./protocol.js";
import { bundleOf } from "./rich-display.js";
import { interruption, refusal, thrown } from "./traceback.js";
import type { TslabExecution } from "./tslab-executor.js";

/** What the cells of TypeScript need from the rest of the kernel. */
export interface TypeScriptSurroundings {
  readonly compiler: CompilerThread;
  readonly execution: TslabExecution;
  /** How a value is shown, where the kernel knows. */
  readonly known: (value: unknown) => Promise<MimeBundle | undefined>;
  /** A cell has ended well: the variables may be others. */
  readonly ran: (variables: Readonly<Record<string, unknown>>) => void;
}

/** The TypeScript half of the kernel: cells are compiled on another thread and run on this one. */
export class TypeScriptCells {
  private readonly around: TypeScriptSurroundings;
  /** The cell that is being compiled or run. */
  private current: number | undefined;

  constructor(around: TypeScriptSurroundings) {
    this.around = around;
  }

  async run(code: string, signal: AbortSignal): Promise<CellOutcome> {
    const { compiler, execution } = this.around;
    const { cell, compiled: compiling } = compiler.compile(code);
    this.current = cell;
    const compiled = await compiling;
    // Nobody would hear a second interrupt: a cell that was stopped on its way here must not begin.
    if (signal.aborted) return { kind: "error", error: interruption() };
    const outcome = await execution.run(code, compiled);
    if (this.current !== cell) return { kind: "error", error: interruption() };
    this.current = undefined;
    compiler.settle(cell, outcome.kind === "done" ? compiled.result.declOutput : undefined);
    switch (outcome.kind) {
      case "refused":
        return { kind: "error", error: refusal(code, outcome.diagnostics) };
      case "threw":
        return { kind: "error", error: thrown(code, outcome.emitted, outcome.error) };
      case "done":
        this.around.ran(execution.locals);
        if (outcome.value === undefined) return { kind: "ok" };
        return { kind: "ok", result: await bundleOf(outcome.value, this.around.known) };
    }
  }

  /** Set a variable; the type that the compiler gives it is that of the code. */
  declare(name: string, code: string, value: unknown): void {
    this.around.execution.locals[name] = value;
    this.around.compiler.declare(code);
  }

  /** The value of a variable of the cells, or undefined. */
  valueOf(name: string): unknown {
    return this.around.execution.locals[name];
  }

  /** Whether a cell was being compiled or run. What it declares no longer counts. */
  interrupt(): boolean {
    const { current } = this;
    this.current = undefined;
    this.around.execution.interrupt();
    if (current === undefined) return false;
    this.around.compiler.settle(current);
    return true;
  }
}
