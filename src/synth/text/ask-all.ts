import type { AnswerCache } from "./cache.js";
import type { Answer, Question, Writer } from "./writer.js";

/** What asking came to, over all questions of a column or of prompted rows. */
export class Tally {
  asked = 0;
  /** Answers taken from an earlier run. */
  kept = 0;
  retries = 0;
  tokensRead = 0;
  tokensWritten = 0;

  count(answer: Pick<Answer, "tokensRead" | "tokensWritten" | "retries">): void {
    this.asked++;
    this.retries += answer.retries;
    this.tokensRead += answer.tokensRead;
    this.tokensWritten += answer.tokensWritten;
  }
}

export interface AskRequest {
  readonly writer: Writer;
  readonly questions: readonly Question[];
  /** Absent for writers that cost nothing. */
  readonly cache: AnswerCache | undefined;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  readonly onAnswer?: (done: number) => void;
}

/**
 * Ask everything, as many at once as the writer likes. Answers come in the order of the questions,
 * whatever order they arrived in; those that an earlier run had are not asked again. The first
 * failure stops the others, and every answer that had arrived is kept.
 */
export async function askAll(request: AskRequest): Promise<readonly string[]> {
  const { writer, questions, cache, tally, onAnswer } = request;
  const answers = new Array<string>(questions.length);
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < questions.length) {
      const at = next++;
      const question = questions[at] as Question;
      const known = cache?.get(question);
      if (known === undefined) {
        const answer = await writer.ask(question, signal);
        cache?.keep(question, answer);
        tally.count(answer);
        answers[at] = answer.text;
      } else {
        tally.kept++;
        answers[at] = known.text;
      }
      done++;
      onAnswer?.(done);
      if (done % 256 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      request.signal.throwIfAborted();
    }
  };
  const workers = Array.from({ length: Math.max(1, writer.atOnce) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return answers;
}
