import { createRequire } from "node:module";
import type * as TslabConverter from "tslab/dist/converter.js";
import type * as TslabExecutor from "tslab/dist/executor.js";
import { alongside, type PackageHome } from "./package-home.js";
import type { CompiledCell, TypeScriptDiagnostic } from "./typescript-protocol.js";

/** How a cell of TypeScript ended. */
export type TypeScriptOutcome =
  | { readonly kind: "done"; readonly value?: unknown }
  | { readonly kind: "refused"; readonly diagnostics: readonly TypeScriptDiagnostic[] }
  /** `emitted` is the JavaScript that ran, for finding lines of the stack again. */
  | { readonly kind: "threw"; readonly error: unknown; readonly emitted: string };

/** What `tslab.display` writes. */
export type TslabDisplay = (content: object, update: boolean) => void;

interface Executor {
  readonly createExecutor: typeof TslabExecutor.createExecutor;
}

interface Jupyter {
  lastWriteDisplayData: unknown;
}

const require = createRequire(import.meta.url);
const nothing: CompiledCell = { diagnostics: [], metadata: {}, result: {} };

/** Whether the half of tslab that runs cells has the shape that this file relies on. */
export function checkExecutor(): readonly string[] {
  const { createExecutor } = require("tslab/dist/executor.js") as Executor;
  const faults = typeof createExecutor === "function" ? [] : ["tslab has no createExecutor"];
  const jupyter = require("tslab/dist/jupyter.js") as Jupyter;
  return "lastWriteDisplayData" in jupyter
    ? faults
    : [...faults, "tslab has no lastWriteDisplayData"];
}

/**
 * tslab's executor without its compiler: cells come compiled, and the two modules of tslab that would load
 * TypeScript into this thread have stand-ins, which say what the compiler's thread has found out.
 */
export class TslabExecution {
  private readonly executor: TslabExecutor.Executor;
  private compiled = nothing;
  private printed: unknown[][] = [];
  private value: unknown;

  constructor(folder: string, display: TslabDisplay) {
    standIn("tslab/dist/metadata.js", { getCodeMetadata: () => this.compiled.metadata });
    standIn("tslab/dist/converter.js", {});
    const node = this.converter();
    const { createExecutor } = require("tslab/dist/executor.js") as Executor;
    this.executor = createExecutor(
      folder,
      { node, browser: node, close: () => {} },
      {
        log: (value: unknown) => {
          this.value = value;
        },
        error: (...parts: unknown[]) => {
          this.printed.push(parts);
        },
      },
    );
    lendRequire(alongside(folder));
    (require("tslab/dist/jupyter.js") as Jupyter).lastWriteDisplayData = display;
  }

  /** The variables of the cells. */
  get locals(): Record<string, unknown> {
    return this.executor.locals as Record<string, unknown>;
  }

  /** Run a compiled cell. Never rejects: what the cell threw is in the outcome. */
  async run(code: string, compiled: CompiledCell): Promise<TypeScriptOutcome> {
    const { diagnostics, result } = compiled;
    if (diagnostics.length > 0) return { kind: "refused", diagnostics };
    this.compiled = compiled;
    this.printed = [];
    this.value = undefined;
    const execution = this.executor.execute(code);
    rearmSignals();
    if (!(await execution)) {
      return { kind: "threw", error: this.printed.at(-1)?.[0], emitted: result.output ?? "" };
    }
    const value = this.value;
    this.value = undefined;
    return value === undefined ? { kind: "done" } : { kind: "done", value };
  }

  /** Fail the await that the running cell is at; its work goes on unless it hears an AbortSignal. */
  interrupt(): void {
    this.executor.interrupt();
  }

  private converter(): TslabConverter.Converter {
    const elsewhere = () => {
      throw new Error("the compiler is on another thread");
    };
    return {
      convert: () => ({ ...this.compiled.result, diagnostics: [] }) as TslabConverter.ConvertResult,
      addModule: () => [],
      inspect: elsewhere,
      complete: elsewhere,
      close: () => {},
    };
  }
}

/** Give other modules of this thread `exports` instead of what the file would give them. */
function standIn(id: string, exports: object): void {
  const file = require.resolve(id);
  require.cache[file] = { id: file, filename: file, loaded: true, exports } as NodeJS.Module;
}

/**
 * A SIGINT listener that a cell adds while it runs leaves Node without its signal handler; the next
 * Ctrl-C would end the process. Taking all listeners off and on again arms it.
 */
function rearmSignals(): void {
  const listeners = process.listeners("SIGINT");
  process.removeAllListeners("SIGINT");
  for (const listener of listeners) process.on("SIGINT", listener);
}

/** `require("parable")` from a cell gives the kernel's own instance. */
function lendRequire(home: PackageHome): void {
  if (home.present) return;
  const slot = (globalThis as unknown as { __tslab__: { require: NodeJS.Require } }).__tslab__;
  slot.require = new Proxy(slot.require, {
    apply: (target, self, [id, ...more]: [string]) =>
      Reflect.apply(target, self, [home.resolve(id) ?? id, ...more]) as unknown,
  });
}
