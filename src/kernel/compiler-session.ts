import { type Content, completionReply, cursorOf, emptyReply, inspectionReply } from "./replies.js";
import type { TslabCompiler } from "./tslab-compiler.js";
import { type TypedCode, typeTags } from "./typed-tags.js";
import type { CompiledCell, ToCompiler, TypeScriptDiagnostic } from "./typescript-protocol.js";

/**
 * What the session of TypeScript cells has declared, and the questions that can be answered from it. A cell
 * that has been compiled and has not ended yet counts as declared for help with others.
 */
export class CompilerSession {
  private readonly compiler: TslabCompiler;
  private readonly typesOf: (spec: string) => Promise<string | undefined>;
  private declared: string;
  private running: { readonly cell: number; readonly declared: string } | undefined;

  constructor(
    compiler: TslabCompiler,
    declared: string,
    typesOf: (spec: string) => Promise<string | undefined>,
  ) {
    this.compiler = compiler;
    this.declared = declared;
    this.typesOf = typesOf;
  }

  async compile(cell: number, code: string): Promise<CompiledCell> {
    const typed = await typeTags(code, this.typesOf);
    const compiled = this.compiler.compile(this.declared, typed.code);
    const { declOutput } = compiled.result;
    this.running = declOutput === undefined ? undefined : { cell, declared: declOutput };
    return { ...compiled, diagnostics: placed(compiled.diagnostics, typed) };
  }

  settle({ cell, declared }: ToCompiler & { kind: "settle" }): void {
    if (this.running?.cell === cell) this.running = undefined;
    if (declared !== undefined) this.declared = declared;
  }

  declare(code: string): void {
    const { diagnostics, result } = this.compiler.compile(this.declared, code);
    if (diagnostics.length === 0 && result.declOutput !== undefined) {
      this.declared = result.declOutput;
    }
  }

  /** The content of the reply to a complete, inspect or is_complete request. */
  async answer(type: string, content: Content): Promise<object> {
    const { code, offset } = cursorOf(content);
    if (type === "is_complete_request") return this.compiler.isComplete(code);
    const typed = await typeTags(code, this.typesOf);
    const declared = this.running?.declared ?? this.declared;
    const at = typed.toTyped(offset);
    if (type === "inspect_request") {
      const text =
        this.compiler.inspect(declared, typed.code, at) ??
        this.compiler.inspect(declared, typed.code, Math.max(0, at - 1));
      return inspectionReply(text === undefined ? undefined : { "text/plain": text });
    }
    if (type !== "complete_request") return emptyReply(type, content);
    const found = this.compiler.complete(declared, typed.code, at);
    const [start, end] = [typed.toOriginal(found.start), typed.toOriginal(found.end)];
    return completionReply(code, start, end, found.candidates, found.kinds);
  }
}

function placed(
  diagnostics: readonly TypeScriptDiagnostic[],
  typed: TypedCode,
): readonly TypeScriptDiagnostic[] {
  return diagnostics.map((diagnostic) => {
    if (diagnostic.file !== undefined) return diagnostic;
    const [start, end] = [typed.toOriginal(diagnostic.start), typed.toOriginal(diagnostic.end)];
    return { ...diagnostic, start, end };
  });
}
