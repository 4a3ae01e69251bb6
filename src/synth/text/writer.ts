import type { Shape } from "./shape.js";

/** One question to a writer. Everything that decides the answer is in it. */
export interface Question {
  /** What is asked, with the row's values in place of `{column}`. */
  readonly prompt: string;
  /** The row's values that the prompt speaks of, in the order in which it names them. */
  readonly facts: readonly string[];
  /** What the answer may be. */
  readonly shape: Shape;
  /** 0 .. 2³¹−1; the same question with another seed may be answered differently. */
  readonly seed: number;
  /** What was answered before, and why it can't stand. */
  readonly refused: readonly RefusedAnswer[];
}

export interface RefusedAnswer {
  readonly answer: string;
  readonly reason: string;
}

/** What came back: the writer's own words, not yet judged. */
export interface Answer {
  /** JSON as the question's shape asks for it, if the writer keeps to it. */
  readonly text: string;
  readonly tokensRead: number;
  readonly tokensWritten: number;
  /** Requests that failed before this one was answered. */
  readonly retries: number;
}

/** Who writes `written` columns and rows from a prompt. */
export interface Writer {
  readonly name: string;
  /** True where nothing leaves this machine. */
  readonly local: boolean;
  /** How the release marks its texts. */
  readonly mark: string;
  /** Everything but the question that decides an answer: back end, place, model. */
  readonly identity: string;
  /** Questions that may be open at the same time. */
  readonly atOnce: number;
  /**
   * Answer a question; what the answer says is not judged here.
   *
   * @throws Failure P1471…P1475 when no answer can be had.
   */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** The same writer, answering a choice with a list of its values' probabilities; absent where it can't. */
  probabilities?(): Writer;
  close(): Promise<void>;
}
