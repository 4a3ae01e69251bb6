/** What a message teaches: the reason, a small spec that earns the message, and one that does not. */
export interface Lesson {
  readonly what: string;
  readonly broken: string;
  readonly mended: string;
}

/** The markdown that `parable explain` prints. A test checks the first spec for the fault and the second against it. */
export function lesson(parts: Lesson): string {
  return [
    parts.what.trim(),
    "This earns the message:",
    fence(parts.broken),
    "This does not:",
    fence(parts.mended),
  ].join("\n\n");
}

function fence(text: string): string {
  return `\`\`\`parable\n${text.trim()}\n\`\`\``;
}
