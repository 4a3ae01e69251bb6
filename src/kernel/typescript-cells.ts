import type { CellOutcome } from "./cell.js";
import type { MimeBundle } from "./protocol.js";
import { bundleOf } from "./rich-display.js";
import { interruption, type JupyterError, refusal, thrown } from "./traceback.js";
import {
  type Completions,
  type TypeScriptDiagnostic,
  type TypeScriptHost,
  TypeScriptSession,
} from "./tslab-adapter.js";
import { type TypedCode, typeTags } from "./typed-tags.js";

/** What the cells of TypeScript need from the rest of the kernel. */
export interface TypeScriptSurroundings {
  /** Where imports are looked for. */
  readonly folder: string;
  readonly host: TypeScriptHost;
  /** How a value is shown, where the kernel knows. */
  readonly known: (value: unknown) => Promise<MimeBundle | undefined>;
  /** The object type of the outputs of a spec, where it checks. */
  readonly typesOf: (spec: string) => Promise<string | undefined>;
  /** The compiler has been loaded. */
  readonly started: (version: string) => void;
}

/** Declarations that other cells made and TypeScript has not seen yet, in the order they were made. */
type Declaration = { readonly name: string; readonly code: string };

/** The TypeScript half of the kernel: a session that is made when it is first needed. */
export class TypeScriptCells {
  private session: TypeScriptSession | undefined;
  private pending: Declaration[] = [];
  /** The compiler's session holds one cell at a time: the end of the last one that was begun. */
  private turn: Promise<unknown> = Promise.resolve();
  private running = false;
  private readonly around: TypeScriptSurroundings;

  constructor(around: TypeScriptSurroundings) {
    this.around = around;
  }

  /** Load the compiler, unless it is there. */
  warm(): TypeScriptSession {
    if (this.session === undefined) {
      this.session = new TypeScriptSession(this.around.folder, this.around.host);
      this.around.started(this.session.version);
    }
    return this.session;
  }

  async run(code: string, signal: AbortSignal): Promise<CellOutcome> {
    const session = await this.current();
    const typed = await this.typed(code);
    // Nobody would hear a second interrupt: a cell that was stopped on its way here must not begin.
    if (signal.aborted) return { kind: "error", error: interruption() };
    this.running = true;
    const outcome = await session.run(typed.code).finally(() => {
      this.running = false;
    });
    switch (outcome.kind) {
      case "refused":
        return { kind: "error", error: refusedAs(code, typed, outcome.diagnostics) };
      case "threw":
        return { kind: "error", error: thrown(code, outcome.emitted, outcome.error) };
      case "done":
        if (outcome.value === undefined) return { kind: "ok" };
        return { kind: "ok", result: await bundleOf(outcome.value, this.around.known) };
    }
  }

  /**
   * Declare a variable before the next cell of TypeScript. Not at once: that would make a spec cell
   * wait for the compiler.
   */
  declare(name: string, code: string): void {
    const others = this.pending.filter((declaration) => declaration.name !== name);
    this.pending = [...others, { name, code }];
  }

  /** The value of a variable of the cells, or undefined. */
  valueOf(name: string): unknown {
    return this.session?.locals[name];
  }

  async complete(code: string, offset: number): Promise<Completions> {
    const session = await this.current();
    const typed = await this.typed(code);
    const found = session.complete(typed.code, typed.toTyped(offset));
    return { ...found, start: typed.toOriginal(found.start), end: typed.toOriginal(found.end) };
  }

  /** The type and documentation of the name at the offset, or just before it. */
  async inspect(code: string, offset: number): Promise<string | undefined> {
    const session = await this.current();
    const typed = await this.typed(code);
    const at = typed.toTyped(offset);
    return session.inspect(typed.code, at) ?? session.inspect(typed.code, Math.max(0, at - 1));
  }

  /** Whether a cell was running. */
  interrupt(): boolean {
    const wasRunning = this.running;
    this.running = false;
    this.turn = Promise.resolve();
    this.session?.interrupt();
    return wasRunning;
  }

  /** The session, with everything declared unless a cell is at work in it. */
  private async current(): Promise<TypeScriptSession> {
    const session = this.warm();
    if (!this.running) {
      const declarations = this.pending;
      this.pending = [];
      for (const { code } of declarations) this.turn = this.turn.then(() => session.run(code));
    }
    await this.turn;
    return session;
  }

  private typed(code: string): Promise<TypedCode> {
    return typeTags(code, this.around.typesOf);
  }
}

function refusedAs(
  code: string,
  typed: TypedCode,
  diagnostics: readonly TypeScriptDiagnostic[],
): JupyterError {
  const placed = diagnostics.map((diagnostic) =>
    diagnostic.file === undefined
      ? {
          ...diagnostic,
          start: typed.toOriginal(diagnostic.start),
          end: typed.toOriginal(diagnostic.end),
        }
      : diagnostic,
  );
  return refusal(code, placed);
}
