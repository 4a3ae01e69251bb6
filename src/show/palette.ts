/**
 * Colours that stay apart for colour-blind readers: Okabe & Ito 2008. Series also differ in form
 * (filled, outlined, dashed), so that print in one ink still tells them apart.
 */
export const SERIES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;

/** A grey that can be read on white and on JupyterLab's dark background alike. */
export const NEUTRAL_INK = "#7f7f7f";

export function seriesColour(index: number): string {
  return SERIES[index % SERIES.length] as string;
}

/** Nine steps of cividis (Nuñez, Anderton & Renslow 2018), dark to light. */
export const CIVIDIS = [
  "#00224E",
  "#123570",
  "#3B496C",
  "#575D6D",
  "#707173",
  "#8A8678",
  "#A59C74",
  "#C3B369",
  "#E1CC55",
  "#FEE838",
] as const;

/** Blue over near-white to vermilion, for values on both sides of zero. */
export const DIVERGING = ["#0072B2", "#7FB8D8", "#F2F2F2", "#EAAE80", "#D55E00"] as const;

/** The colour at `share` (0..1) of a scale, and an ink that can be read on it. */
export function colourAt(
  scale: readonly string[],
  share: number,
): { readonly fill: string; readonly ink: string } {
  const at = Math.max(0, Math.min(1, share)) * (scale.length - 1);
  const low = Math.floor(at);
  const high = Math.min(scale.length - 1, low + 1);
  const from = channels(scale[low] as string);
  const to = channels(scale[high] as string);
  const mixed = from.map((value, i) =>
    Math.round(value + ((to[i] as number) - value) * (at - low)),
  );
  const [r, g, b] = mixed as [number, number, number];
  // Black on what is lighter than this, white on what is darker: 4.58 to 1 or better (WCAG 2.2, relative luminance).
  const light = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.179;
  const hex = mixed.map((value) => value.toString(16).padStart(2, "0")).join("");
  return { fill: `#${hex}`, ink: light ? "#000000" : "#ffffff" };
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** A scale as plotly writes it: pairs of share, raised to a power, and colour. */
export function plotlyScale(
  scale: readonly string[],
  power = 1,
): readonly (readonly [number, string])[] {
  return scale.map((colour, i) => [(i / (scale.length - 1)) ** power, colour]);
}
