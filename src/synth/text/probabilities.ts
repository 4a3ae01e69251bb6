import { failure } from "../../base/failure.js";
import type { Message } from "./conversation.js";
import type { Answer, Question, Writer } from "./writer.js";

/** The probability of each letter as the next token, in their order; undefined where it is not told. */
export type NextLetter = (
  messages: readonly Message[],
  letters: readonly string[],
  signal: AbortSignal,
) => Promise<
  | { readonly shares: readonly number[]; readonly read: number; readonly retries: number }
  | undefined
>;

/**
 * A writer that answers a choice with how likely it finds each value: values stand behind letters, and
 * the first token of the answer tells. Asked in both orders and averaged, since models favour what
 * comes first (Zheng et al. 2024, "Large language models are not robust multiple choice selectors").
 *
 * @throws Failure P1477 where the probabilities of tokens are not told.
 */
export function probabilityWriter(writer: Writer, next: NextLetter): Writer {
  return {
    ...{ name: writer.name, local: writer.local, mark: writer.mark, atOnce: writer.atOnce },
    identity: `${writer.identity} probabilities`,
    ask: (question, signal) => answer(question, signal, writer.name, next),
    close: async () => {},
  };
}

async function answer(
  question: Question,
  signal: AbortSignal,
  writer: string,
  next: NextLetter,
): Promise<Answer> {
  const { shape, prompt } = question;
  const values = shape.kind === "choice" ? shape.values : [];
  const letters = values.map((_, i) => String.fromCharCode(65 + i));
  const sums = values.map(() => 0);
  let tokensRead = 0;
  let retries = 0;
  for (const order of [values.map((_, i) => i), values.map((_, i) => values.length - 1 - i)]) {
    const list = order.map((value, i) => `${letters[i]}) ${values[value]}`).join("\n");
    const messages: Message[] = [
      {
        role: "system",
        content: "Answer with the letter of the likeliest answer and nothing else.",
      },
      { role: "user", content: `${prompt}\n${list}` },
    ];
    const told = await next(messages, letters, signal);
    const total = told?.shares.reduce((sum, share) => sum + share, 0) ?? 0;
    if (told === undefined || total <= 0) throw failure("P1477", { writer });
    tokensRead += told.read;
    retries += told.retries;
    order.forEach((value, i) => {
      sums[value] = (sums[value] as number) + (told.shares[i] as number) / total / 2;
    });
  }
  return { text: JSON.stringify(sums), tokensRead, tokensWritten: 2, retries };
}
