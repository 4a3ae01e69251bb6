import type { PairFigure } from "../ir/report.js";
import { svgOf } from "./figure.js";
import { escapeHtml, proseHtml, themed } from "./html.js";
import type { MimeBundle } from "./mime.js";

/**
 * Pairs of columns behind a matrix, each a picture that unfolds without a script: what a click opens in report.html,
 * where notebooks take scripts away.
 *
 * @param lead what pairs they are, and how to draw others.
 */
export function displayPairs(pairs: readonly PairFigure[], lead: string): MimeBundle {
  const folded = pairs.map((pair) => {
    const picture = Buffer.from(svgOf(pair), "utf8").toString("base64");
    const name = `${escapeHtml(pair.x)} × ${escapeHtml(pair.y)}`;
    return (
      `<details><summary>${name}</summary><img alt="${escapeHtml(pair.summary)}" style="max-width:100%" ` +
      `src="data:image/svg+xml;base64,${picture}"></details>`
    );
  });
  return {
    "text/html": themed(`<p class="soft">${proseHtml(lead)}</p>${folded.join("")}`),
    "text/plain": [lead, ...pairs.map(({ x, y, summary }) => `${x} × ${y}: ${summary}`)].join("\n"),
  };
}
