import { toCodePoints, toUtf16 } from "./offsets.js";
import type { Request } from "./protocol.js";
import { readSpecCell, type SpecCell } from "./spec-magic.js";
import type { TypeScriptCells } from "./typescript-cells.js";

/** A name that may stand at the cursor; `detail` is what it is, in a few words. */
export interface Suggestion {
  readonly text: string;
  readonly type: string;
}

/** Help with the text of a spec; offsets are UTF-16 offsets into that text. */
export interface SpecHelp {
  complete(
    cell: SpecCell,
    offset: number,
  ): Promise<{ start: number; end: number; suggestions: readonly Suggestion[] }>;
  inspect(cell: SpecCell, offset: number): Promise<Readonly<Record<string, string>> | undefined>;
  isComplete(cell: SpecCell): Promise<{ status: string; indent?: string }>;
}

type Content = Readonly<Record<string, unknown>>;

/** Answers complete, inspect and is_complete requests, for both languages. */
export class CodeHelp {
  private readonly typescript: TypeScriptCells;
  private readonly specs: SpecHelp;

  constructor(typescript: TypeScriptCells, specs: SpecHelp) {
    this.typescript = typescript;
    this.specs = specs;
  }

  /** The content of the reply. Never rejects: help that fails is no help, not an error. */
  async answer(request: Request): Promise<object> {
    try {
      switch (request.type) {
        case "complete_request":
          return await this.complete(request.content);
        case "inspect_request":
          return await this.inspect(request.content);
        case "is_complete_request":
          return await this.isComplete(request.content);
        default:
          return {};
      }
    } catch {
      return nothing(request);
    }
  }

  private async complete(content: Content): Promise<object> {
    const { code, offset } = cursorOf(content);
    const cell = readSpecCell(code);
    if (cell !== undefined) {
      const within = Math.max(0, offset - cell.offset);
      const { start, end, suggestions } = await this.specs.complete(cell, within);
      const matches = suggestions.map(({ text }) => text);
      const types = suggestions.map(({ type }) => type);
      return completions(code, cell.offset + start, cell.offset + end, matches, types);
    }
    const session = await this.typescript.current();
    const { start, end, candidates, kinds } = session.complete(code, offset);
    return completions(code, start, end, candidates, kinds);
  }

  private async inspect(content: Content): Promise<object> {
    const { code, offset } = cursorOf(content);
    const cell = readSpecCell(code);
    if (cell !== undefined) {
      const data = await this.specs.inspect(cell, Math.max(0, offset - cell.offset));
      return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
    }
    const session = await this.typescript.current();
    const text = session.inspect(code, offset) ?? session.inspect(code, Math.max(0, offset - 1));
    const data = text === undefined ? {} : { "text/plain": text };
    return { status: "ok", found: text !== undefined, data, metadata: {} };
  }

  private async isComplete(content: Content): Promise<object> {
    const code = String(content["code"] ?? "");
    const cell = readSpecCell(code);
    if (cell !== undefined) return this.specs.isComplete(cell);
    return this.typescript.warm().isComplete(code);
  }
}

function cursorOf(content: Content): { code: string; offset: number } {
  const code = String(content["code"] ?? "");
  const position = content["cursor_pos"];
  const offset = typeof position === "number" ? toUtf16(code, position) : code.length;
  return { code, offset };
}

/** JupyterLab drops all completions when types and matches differ in number. */
function completions(
  code: string,
  start: number,
  end: number,
  matches: readonly string[],
  types: readonly string[] | undefined,
): object {
  const from = toCodePoints(code, start);
  const to = toCodePoints(code, end);
  const known = matches.map((text, at) => ({
    text,
    type: types?.[at] ?? "",
    start: from,
    end: to,
  }));
  return {
    status: "ok",
    matches,
    cursor_start: from,
    cursor_end: to,
    metadata: types === undefined ? {} : { _jupyter_types_experimental: known },
  };
}

function nothing(request: Request): object {
  const at = Number(request.content["cursor_pos"] ?? 0);
  switch (request.type) {
    case "complete_request":
      return { status: "ok", matches: [], cursor_start: at, cursor_end: at, metadata: {} };
    case "inspect_request":
      return { status: "ok", found: false, data: {}, metadata: {} };
    default:
      return { status: "unknown" };
  }
}
