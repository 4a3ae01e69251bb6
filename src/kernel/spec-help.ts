import { type Content, completionReply, cursorOf, emptyReply, inspectionReply } from "./replies.js";
import type { SpecCell } from "./spec-magic.js";

/**
 * Help with the text of spec cells. It runs on the main thread, so that it answers while a spec is
 * carried out in its worker.
 */
export class SpecHelp {
  private readonly textOf: (cell: SpecCell) => string;

  /** `textOf` gives the whole text that a cell stands for; the cell's own is at its end. */
  constructor(textOf: (cell: SpecCell) => string) {
    this.textOf = textOf;
  }

  /** The content of the reply to a complete, inspect or is_complete request for a spec cell. */
  async answer(type: string, content: Content, cell: SpecCell): Promise<object> {
    switch (type) {
      case "complete_request":
        return this.complete(content, cell);
      case "inspect_request":
        return this.inspect(content, cell);
      case "is_complete_request": {
        const { isCompleteSpec } = await import("../index.js");
        return isCompleteSpec(cell.spec);
      }
      default:
        return emptyReply(type, content);
    }
  }

  private async complete(content: Content, cell: SpecCell): Promise<object> {
    const { completeSpec } = await import("../index.js");
    const { code, offset } = cursorOf(content);
    const text = this.textOf(cell);
    const shift = cell.offset - cell.lines;
    if (offset < cell.offset) return emptyReply("complete_request", content);
    const { start, end, items } = await completeSpec(text, offset - shift);
    const matches = items.map((item) => item.text);
    const kinds = items.map((item) => item.kind);
    return completionReply(code, start + shift, end + shift, matches, kinds);
  }

  private async inspect(content: Content, cell: SpecCell): Promise<object> {
    const { inspectSpec } = await import("../index.js");
    const { offset } = cursorOf(content);
    const text = this.textOf(cell);
    const shift = cell.offset - cell.lines;
    const at = Math.max(0, offset - shift);
    const found = (await inspectSpec(text, at)) ?? (await inspectSpec(text, Math.max(0, at - 1)));
    if (found === undefined) return inspectionReply(undefined);
    return inspectionReply({ "text/plain": found.plain, "text/markdown": found.markdown });
  }
}
