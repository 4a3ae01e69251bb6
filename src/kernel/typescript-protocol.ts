import type { MessagePort } from "node:worker_threads";

export interface TypeScriptDiagnostic {
  readonly message: string;
  readonly code: number;
  /** UTF-16 offsets into the cell; both zero when the fault is in another file. */
  readonly start: number;
  readonly end: number;
  readonly file?: string;
}

/** A cell as tslab's executor wants it. The fields of `result` are tslab's own. */
export interface CompiledCell {
  readonly diagnostics: readonly TypeScriptDiagnostic[];
  /** What the comments of the cell say about it: tslab's metadata. */
  readonly metadata: object;
  readonly result: {
    readonly output?: string;
    /** The declarations of the session once the cell has run. */
    readonly declOutput?: string;
    readonly lastExpressionVar?: string;
    readonly hasToplevelAwait?: boolean;
    readonly sideOutputs?: { path: string; data: string }[];
  };
}

/** What the compiler's thread is started with; through `io` it answers the I/O thread. */
export interface CompilerStart {
  readonly folder: string;
  readonly io: MessagePort;
  /** The declarations of the session so far. */
  readonly declared: string;
}

export type ToCompiler =
  | { readonly kind: "compile"; readonly cell: number; readonly code: string }
  /** How a compiled cell ended: with the declarations of the session, or without having declared anything. */
  | { readonly kind: "settle"; readonly cell: number; readonly declared?: string }
  /** Declare a variable that the kernel itself has set. */
  | { readonly kind: "declare"; readonly code: string };

export type FromCompiler =
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "compiled"; readonly cell: number; readonly compiled: CompiledCell };
