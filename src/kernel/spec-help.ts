import { type Content, completionReply, cursorOf, emptyReply, inspectionReply } from "./replies.js";
import type { SpecCell } from "./spec-magic.js";

/** What help knows of the session. */
export interface SpecKnowledge {
  readonly folder: string;
  /** The whole text that a cell stands for, which begins with its own. */
  readonly textOf: (cell: SpecCell) => string;
  /** The variables that may be a source, by name. */
  readonly frames: () => ReadonlyMap<string, unknown>;
}

/** Help with the text of spec cells. */
export class SpecHelp {
  private readonly known: SpecKnowledge;

  constructor(known: SpecKnowledge) {
    this.known = known;
  }

  /** Load the language, and answer once for nobody: what it loads stays loaded. */
  async warm(): Promise<void> {
    const { completeSpec } = await import("../index.js");
    await completeSpec("table t { x: int 1..6 }\nshow x", 30);
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
    const text = this.known.textOf(cell);
    const shift = cell.offset - cell.lines;
    if (offset < cell.offset) return emptyReply("complete_request", content);
    const { start, end, items } = await completeSpec(text, offset - shift, this.place());
    const matches = items.map((item) => item.text);
    const kinds = items.map((item) => item.kind);
    return completionReply(code, start + shift, end + shift, matches, kinds);
  }

  private async inspect(content: Content, cell: SpecCell): Promise<object> {
    const { inspectSpec } = await import("../index.js");
    const { offset } = cursorOf(content);
    const text = this.known.textOf(cell);
    const shift = cell.offset - cell.lines;
    const at = Math.max(0, offset - shift);
    const place = this.place();
    const found =
      (await inspectSpec(text, at, place)) ?? (await inspectSpec(text, Math.max(0, at - 1), place));
    if (found === undefined) return inspectionReply(undefined);
    return inspectionReply({ "text/plain": found.plain, "text/markdown": found.markdown });
  }

  private place(): { readonly folder: string; readonly frames: ReadonlyMap<string, unknown> } {
    return { folder: this.known.folder, frames: this.known.frames() };
  }
}
