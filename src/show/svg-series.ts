import { seriesColour } from "./palette.js";
import type { LegendEntry } from "./svg.js";

type Form = LegendEntry["form"];

/** The first series is filled, the second outlined, further ones dashed. */
export function formOf(index: number): Form {
  return index === 0 ? "filled" : index === 1 ? "outlined" : "dashed";
}

export function legendOf(
  series: readonly { readonly name: string }[],
  form: (index: number) => Form = formOf,
): readonly LegendEntry[] {
  return series.map(({ name }, i) => ({ name, colour: seriesColour(i), form: form(i) }));
}

/** The stroke of a series that is a line. */
export function strokeOf(index: number, form: Form, width: number) {
  return {
    fill: "none",
    stroke: seriesColour(index),
    "stroke-width": width,
    "stroke-dasharray": form === "dashed" ? "4 3" : undefined,
  };
}
