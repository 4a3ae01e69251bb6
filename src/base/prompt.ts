/** `{column}`, or `{ref.column}` of the row that a ref names. */
const NAMED = /\{([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)?)\}/gu;

/** The columns that a prompt names, in order, each once; those of a parent as `ref.column`. */
export function namesIn(prompt: string): readonly string[] {
  return [...new Set([...prompt.matchAll(NAMED)].map((m) => m[1] as string))];
}

/** Put values in place of `{column}`; a name without a value stays as it is. */
export function fillPrompt(prompt: string, values: ReadonlyMap<string, string>): string {
  return prompt.replace(NAMED, (whole, name: string) => values.get(name) ?? whole);
}

/** How much of a text a model reads, roughly: four characters a token (OpenAI's rule of thumb). */
export function roughTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
