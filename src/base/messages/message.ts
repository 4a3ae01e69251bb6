export type Severity = "error" | "warning" | "note";

/** A message of the catalogue: its weight, its one sentence, and a longer word for `parable explain`. */
export interface Message<P> {
  readonly severity: Severity;
  readonly title: (parameters: P) => string;
  /** Markdown: what it means, why it matters, an example of the fault and of the remedy. */
  readonly explain: string;
  /** What to do about it, where the place that says the message has nothing nearer to offer. */
  readonly remedy?: string;
}

export function error<P>(
  title: (parameters: P) => string,
  explain: string,
  remedy?: string,
): Message<P> {
  return { severity: "error", title, explain, ...(remedy === undefined ? {} : { remedy }) };
}

export function warning<P>(title: (parameters: P) => string, explain: string): Message<P> {
  return { severity: "warning", title, explain };
}

export function note<P>(title: (parameters: P) => string, explain: string): Message<P> {
  return { severity: "note", title, explain };
}
