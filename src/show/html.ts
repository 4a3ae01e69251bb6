/** Plain text as HTML text. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A sentence as HTML text, with what stands between backticks as code. */
export function proseHtml(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

/** Whether a number of a picture has more digits than can be seen; times are large and keep theirs. */
function isFine(value: unknown): value is number {
  return typeof value === "number" && !Number.isInteger(value) && Math.abs(value) < 1e6;
}

/** JSON that may stand inside a script element, for pictures: fractions to six digits. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    isFine(each) ? Number(each.toPrecision(6)) : each,
  )
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/**
 * Colours for light and dark: the theme's own where JupyterLab offers them, else by the reader's
 * preference. Everything that Parable writes as HTML stands inside an element of class `parable`.
 */
const THEME = `
.parable{--p-light:1;--p-ink:var(--jp-content-font-color1,#1f2328);--p-soft:var(--jp-content-font-color2,#59636e);
--p-line:var(--jp-border-color2,#d1d9e0);--p-face:var(--jp-layout-color1,transparent);--p-sheet:var(--jp-layout-color0,#fff);--p-error:var(--jp-error-color1,#b3261e);
--p-warning:var(--jp-warn-color0,#8a5300);--p-note:var(--jp-info-color0,#0b57a4);--p-remedy:var(--jp-success-color0,#0a6b35);
color:var(--p-ink);font-size:13px;line-height:1.45}
@media (prefers-color-scheme:dark){.parable{--p-sheet:var(--jp-layout-color0,#1c1c1c);--p-ink:var(--jp-content-font-color1,#e6e6e6);--p-soft:var(--jp-content-font-color2,#a8b0b8);
--p-line:var(--jp-border-color2,#3d444d);--p-error:var(--jp-error-color1,#ff8a80);--p-warning:var(--jp-warn-color1,#f0b35a);
--p-note:var(--jp-info-color1,#7cb7f5);--p-remedy:var(--jp-success-color1,#74c98f)}}
.parable table{border-collapse:collapse;font-size:13px;margin:.4em 0;font-variant-numeric:tabular-nums}
.parable table th,.parable table td{padding:.2em .7em;text-align:left!important;vertical-align:top;border-bottom:1px solid var(--p-line);background:none}
.parable table th{font-weight:600}.parable table td.n,.parable table th.n{text-align:right!important}.parable .soft{color:var(--p-soft)}
.parable caption{text-align:left;white-space:nowrap;font-weight:600;padding:.3em 0}.parable pre{margin:0;overflow-x:auto;background:none;color:inherit}
`.replaceAll("\n", "");

/** Wrap a piece of HTML with the theme, for a notebook. */
export function themed(body: string, extraStyle = ""): string {
  return `<div class="parable"><style>${THEME}${extraStyle}</style>${body}</div>`;
}
