import type { Diagnostic, LabelledSpan, Remedy } from "./diagnostic.js";
import type { Severity } from "./messages/message.js";
import { type MessageCode, messages, type ParametersOf } from "./messages.js";
import type { Span } from "./source-text.js";

/** Where a message points and what it adds to its sentence. */
export interface Circumstances {
  readonly spans?: readonly LabelledSpan[];
  readonly because?: readonly string[];
  readonly try?: readonly Remedy[];
}

/** Say a message of the catalogue: its parameters are typed by its code. */
export function diagnose<C extends MessageCode>(
  code: C,
  parameters: ParametersOf<C>,
  circumstances: Circumstances = {},
): Diagnostic {
  const message = messages[code] as {
    readonly severity: Severity;
    readonly title: (parameters: ParametersOf<C>) => string;
    readonly remedy?: string;
  };
  const usual = message.remedy === undefined ? [] : [remedy(message.remedy)];
  return {
    kind: "diagnostic",
    code,
    severity: message.severity,
    title: message.title(parameters),
    spans: circumstances.spans ?? [],
    because: circumstances.because ?? [],
    try: circumstances.try?.length ? circumstances.try : usual,
  };
}

/** The primary span of a diagnostic, with its label. */
export function here(span: Span, label = ""): LabelledSpan {
  return { start: span.start, end: span.end, label, primary: true };
}

/** A further span of a diagnostic, with its label. */
export function there(span: Span, label: string): LabelledSpan {
  return { start: span.start, end: span.end, label, primary: false };
}

/** A remedy in words only, or one that replaces `span` by `text`. */
export function remedy(label: string, span?: Span, text?: string): Remedy {
  const edits =
    span === undefined || text === undefined ? [] : [{ start: span.start, end: span.end, text }];
  return { label, edits };
}
