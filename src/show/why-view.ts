import type { Why } from "../ir/why.js";
import { type Grid, gridHtml, gridText } from "./grid.js";
import { escapeHtml, themed } from "./html.js";
import type { MimeBundle } from "./mime.js";

/** What the rules leave of some columns' combinations, as a table with the rules below it. */
export function displayWhy(why: Why): MimeBundle {
  const rules = rulesOf(why);
  const html = [
    gridHtml(gridOf(why)),
    `<ul>${rules.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`,
  ];
  return { "text/html": themed(html.join("")), "text/plain": whyText(why) };
}

/** The same for a terminal. */
export function whyText(why: Why): string {
  return [gridText(gridOf(why)), ...rulesOf(why)].join("\n");
}

function gridOf(why: Why): Grid {
  return {
    title: `What the rules leave of ${why.columns.join(", ")} in ${why.table}`,
    columns: [...why.columns, "rows", "taken away by"],
    rows: why.rows.map(({ values, possible, removedBy }) => [
      ...values,
      possible ? "yes" : "none",
      possible ? "" : takers(removedBy),
    ]),
  };
}

function takers(removedBy: readonly number[]): string {
  if (removedBy.length === 0) return "types";
  return removedBy.map((position) => `rule ${position + 1}`).join(" with ");
}

function rulesOf(why: Why): string[] {
  const rules = why.rules.map((text, i) => `rule ${i + 1}: ${text}`);
  return why.more > 0 ? [...rules, `… and ${why.more} more combinations`] : rules;
}
