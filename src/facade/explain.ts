import type { Message } from "../base/messages/message.js";
import { messages } from "../base/messages.js";

/** A page of the catalogue of messages. */
export interface ExplainedCode {
  readonly code: string;
  readonly severity: string;
  /** Markdown: what it means, why it matters, the fault and its remedy by example. */
  readonly text: string;
}

/** The page behind a code such as `P0501`; undefined where there is none. */
export function explainCode(code: string): ExplainedCode | undefined {
  const wanted = code.trim().toUpperCase();
  const pages = messages as Readonly<Record<string, Message<never>>>;
  const page = Object.hasOwn(pages, wanted) ? pages[wanted] : undefined;
  return page && { code: wanted, severity: page.severity, text: page.explain.trim() };
}
