import type { Severity } from "./messages/message.js";
import type { MessageCode } from "./messages.js";
import type { Span } from "./source-text.js";

/** A span with a few words of its own; exactly one span of a diagnostic is primary. */
export interface LabelledSpan extends Span {
  readonly label: string;
  readonly primary: boolean;
}

/** Replace `start..end` of the spec's text by `text`. */
export interface Edit extends Span {
  readonly text: string;
}

/** A remedy in words, with the edits that carry it out where they are certain. */
export interface Remedy {
  readonly label: string;
  readonly edits: readonly Edit[];
}

/**
 * One thing to say about a spec or a run: what is wrong, where, why, and what to do.
 * Terminal, notebook, Jupyter `error` and LSP show the same object.
 */
export interface Diagnostic {
  readonly kind: "diagnostic";
  readonly code: MessageCode;
  readonly severity: Severity;
  /** One sentence that stands alone. */
  readonly title: string;
  readonly spans: readonly LabelledSpan[];
  readonly because: readonly string[];
  readonly try: readonly Remedy[];
}

/** True when any of them is an error: such a spec does not compile. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
