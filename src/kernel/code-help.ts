import type { Request } from "./protocol.js";
import { type Content, completionReply, cursorOf, emptyReply, inspectionReply } from "./replies.js";
import type { SpecHelp } from "./spec-help.js";
import { readSpecCell } from "./spec-magic.js";
import type { TypeScriptCells } from "./typescript-cells.js";

/** Answers complete, inspect and is_complete requests, for both languages. */
export class CodeHelp {
  private readonly typescript: TypeScriptCells;
  private readonly specs: SpecHelp;

  constructor(typescript: TypeScriptCells, specs: SpecHelp) {
    this.typescript = typescript;
    this.specs = specs;
  }

  /** The content of the reply. Never rejects: help that fails is no help, not an error. */
  async answer({ type, content }: Request): Promise<object> {
    try {
      const cell = readSpecCell(String(content["code"] ?? ""));
      if (cell !== undefined) return await this.specs.answer(type, content, cell);
      return await this.answerTypeScript(type, content);
    } catch {
      return emptyReply(type, content);
    }
  }

  private async answerTypeScript(type: string, content: Content): Promise<object> {
    const { code, offset } = cursorOf(content);
    switch (type) {
      case "complete_request": {
        const found = await this.typescript.complete(code, offset);
        return completionReply(code, found.start, found.end, found.candidates, found.kinds);
      }
      case "inspect_request": {
        const text = await this.typescript.inspect(code, offset);
        return inspectionReply(text === undefined ? undefined : { "text/plain": text });
      }
      case "is_complete_request":
        return this.typescript.warm().isComplete(code);
      default:
        return emptyReply(type, content);
    }
  }
}
