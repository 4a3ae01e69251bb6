import type { Why } from "../ir/why.js";
import { type Place, whyRules } from "../pipeline.js";

export type { Why };

/**
 * What the rules of a spec leave of the combinations of some columns' values. Works on a spec whose
 * rules contradict each other too: that is when one asks.
 *
 * @throws Failure when no table has all of the columns.
 */
export function whyOf(
  text: string,
  columns: readonly string[],
  options: { readonly table?: string; readonly params?: Place["params"] } = {},
): Promise<Why> {
  return whyRules(text, columns, options);
}

/** The same as text: one line a combination, the rules below with their numbers. */
export async function whyText(why: Why): Promise<string> {
  return (await import("../show/why-view.js")).whyText(why);
}
