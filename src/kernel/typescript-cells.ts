import type { CellOutcome } from "./cell.js";
import type { MimeBundle } from "./protocol.js";
import { bundleOf } from "./rich-display.js";
import { refusal, thrown } from "./traceback.js";
import { type TypeScriptHost, TypeScriptSession } from "./tslab-adapter.js";

/** Declarations that other cells made and TypeScript has not seen yet, in the order they were made. */
type Declaration = { readonly name: string; readonly code: string };

/** The TypeScript half of the kernel: a session that is made when it is first needed. */
export class TypeScriptCells {
  private session: TypeScriptSession | undefined;
  private pending: Declaration[] = [];
  private readonly folder: string;
  private readonly host: TypeScriptHost;
  private readonly known: (value: unknown) => Promise<MimeBundle | undefined>;
  private readonly started: (version: string) => void;

  constructor(
    folder: string,
    host: TypeScriptHost,
    known: (value: unknown) => Promise<MimeBundle | undefined>,
    started: (version: string) => void,
  ) {
    this.folder = folder;
    this.host = host;
    this.known = known;
    this.started = started;
  }

  /** Load the compiler, unless it is there. */
  warm(): TypeScriptSession {
    if (this.session === undefined) {
      this.session = new TypeScriptSession(this.folder, this.host);
      this.started(this.session.version);
    }
    return this.session;
  }

  async run(code: string): Promise<CellOutcome> {
    const session = this.warm();
    await this.declarePending();
    const outcome = await session.run(code);
    switch (outcome.kind) {
      case "refused":
        return { kind: "error", error: refusal(code, outcome.diagnostics) };
      case "threw":
        return { kind: "error", error: thrown(code, outcome.emitted, outcome.error) };
      case "done":
        if (outcome.value === undefined) return { kind: "ok" };
        return { kind: "ok", result: await bundleOf(outcome.value, this.known) };
    }
  }

  /**
   * Declare a variable before the next cell of TypeScript. Not at once: that would make a spec cell
   * wait for the compiler.
   */
  declare(name: string, code: string): void {
    this.pending = [
      ...this.pending.filter((declaration) => declaration.name !== name),
      { name, code },
    ];
  }

  /** The value of a variable of the cells, or undefined. */
  valueOf(name: string): unknown {
    return this.session?.locals[name];
  }

  /** The session with everything declared, for completion and inspection. */
  async current(): Promise<TypeScriptSession> {
    const session = this.warm();
    await this.declarePending();
    return session;
  }

  interrupt(): void {
    this.session?.interrupt();
  }

  private async declarePending(): Promise<void> {
    const declarations = this.pending;
    this.pending = [];
    for (const { code } of declarations) await this.session?.run(code);
  }
}
