import { describe } from "./describe.js";
import type { Question } from "./writer.js";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/**
 * A question as a model is asked it, with what was refused before and why. `isHeld` where a grammar holds the
 * answer to its type: then a choice is not told its values at first, since small models take the first of a list
 * (SmolLM2 of 135 million knows the countries of 7 towns of 7 unaided, and of one with the list).
 */
export function conversation(question: Question, isHeld = false): readonly Message[] {
  const { shape, prompt, refused } = question;
  const rows = shape.kind === "rows";
  const system = rows
    ? 'You make up rows of a table. Answer with one JSON object {"rows": [ … ]} and nothing else.'
    : 'You fill in one cell of a table. Answer with one JSON object {"value": …} and nothing else. Never repeat the question.';
  const asked = rows
    ? `${prompt}\n\n"rows" holds ${describe(shape)}`
    : isHeld && shape.kind === "choice" && refused.length === 0
      ? prompt
      : `${prompt}\n\n"value" must be ${describe(shape)}.`;
  const messages: Message[] = [
    { role: "system", content: system },
    { role: "user", content: asked },
  ];
  for (const { answer, reason } of refused) {
    messages.push(
      { role: "assistant", content: answer },
      { role: "user", content: `That can't stand: ${reason}. Answer again.` },
    );
  }
  return messages;
}
