import { escapeHtml } from "./html.js";
import type { Tick } from "./ticks.js";

/** A rectangle of the picture, in pixels from its upper left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${escapeHtml(typeof value === "number" ? fixed(value) : String(value))}"`,
    )
    .join("");
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join("")}</${name}>`;
}

/** A coordinate with at most one decimal: pictures stay small. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface Lettering {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly turned?: boolean;
}

export function letters(x: number, y: number, content: string, how: Lettering = {}): string {
  return tag(
    "text",
    {
      x,
      y,
      "text-anchor": how.anchor === "start" ? undefined : how.anchor,
      "font-size": how.size,
      "font-weight": how.bold ? 600 : undefined,
      fill: how.fill,
      transform: how.turned ? `rotate(-90 ${fixed(x)} ${fixed(y)})` : undefined,
    },
    escapeHtml(content),
  );
}

/** About how wide a text is, in pixels: enough to leave room for it. */
export function textWidth(text: string, size = 12): number {
  return [...text].length * size * 0.56;
}

/** The text, cut with … where it would be wider than `width`. */
export function fitted(text: string, width: number, size = 12): string {
  const most = Math.max(2, Math.floor(width / (size * 0.56)));
  const glyphs = [...text];
  return glyphs.length <= most ? text : `${glyphs.slice(0, most - 1).join("")}…`;
}

/** The title of an upright axis, cut with … where it is longer than the axis. */
export function sideTitle(
  text: string,
  at: {
    readonly left: number;
    readonly top: number;
    readonly height: number;
    readonly size?: number;
  },
): string {
  const size = at.size === undefined ? {} : { size: at.size };
  const how = { anchor: "middle", turned: true, ...size } as const;
  return letters(at.left, at.top + at.height / 2, fitted(text, at.height, at.size), how);
}

export type Scale = (value: number) => number;

export function linear(low: number, high: number, from: number, to: number): Scale {
  const width = high - low || 1;
  return (value) => from + ((value - low) / width) * (to - from);
}

/** The whole picture: transparent, its words in `ink`, its summary for those who don't see it. */
export function picture(
  size: { readonly width: number; readonly height: number },
  about: { readonly title: string; readonly summary: string },
  ink: string,
  body: readonly string[],
): string {
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${fixed(size.width)} ${fixed(size.height)}`,
      width: size.width,
      height: size.height,
      role: "img",
      "aria-label": about.summary,
      "font-family": "system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif",
      "font-size": 12,
      fill: ink,
    },
    tag("title", {}, escapeHtml(`${about.title}. ${about.summary}`)),
    ...body,
  );
}

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string,
  more: Attributes = {},
): string {
  return tag("line", { x1, y1, x2, y2, stroke, ...more });
}

/** Marks and words below a box, with hair lines up through it where `grid` is set. */
export function bottomAxis(
  box: Box,
  scale: Scale,
  ticks: readonly Tick[],
  ink: string,
  grid = false,
): string {
  const base = box.top + box.height;
  const parts = [line(box.left, base, box.left + box.width, base, ink, { opacity: 0.6 })];
  let end = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    const x = scale(tick.value);
    const half = textWidth(tick.label, 11) / 2;
    if (grid) parts.push(line(x, box.top, x, base, ink, { opacity: 0.18 }));
    parts.push(line(x, base, x, base + 4, ink, { opacity: 0.6 }));
    if (x - half < end + 6) continue;
    parts.push(letters(x, base + 16, tick.label, { anchor: "middle", size: 11 }));
    end = x + half;
  }
  return parts.join("");
}

export function leftAxis(box: Box, scale: Scale, ticks: readonly Tick[], ink: string): string {
  return ticks
    .map((tick) => {
      const y = scale(tick.value);
      const label = letters(box.left - 6, y + 4, tick.label, { anchor: "end", size: 11 });
      return line(box.left, y, box.left + box.width, y, ink, { opacity: 0.18 }) + label;
    })
    .join("");
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly form: "filled" | "outlined" | "dashed";
}

export function legend(left: number, top: number, entries: readonly LegendEntry[]): string {
  let x = left;
  const parts: string[] = [];
  for (const entry of entries) {
    parts.push(
      entry.form === "filled"
        ? tag("rect", { x, y: top - 9, width: 14, height: 10, fill: entry.colour, opacity: 0.6 })
        : line(x, top - 4, x + 16, top - 4, entry.colour, {
            "stroke-width": 2.5,
            "stroke-dasharray": entry.form === "dashed" ? "4 3" : undefined,
          }),
    );
    parts.push(letters(x + 21, top, entry.name));
    x += 21 + textWidth(entry.name) + 18;
  }
  return parts.join("");
}

/** Title in bold at the upper left. */
export function heading(title: string, width: number): string {
  return letters(8, 20, fitted(title, width - 16, 14), { bold: true, size: 14 });
}
