export interface CompletionItem {
  /** What to write between `start` and `end`. */
  readonly text: string;
  readonly kind:
    | "keyword"
    | "type"
    | "column"
    | "table"
    | "source"
    | "param"
    | "output"
    | "writer"
    | "value"
    | "unit"
    | "function"
    | "learner"
    | "option"
    | "header"
    | "word";
  /** One line about it. */
  readonly detail?: string;
}

/** What may stand at a place; offsets in UTF-16 code units. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly items: readonly CompletionItem[];
}
