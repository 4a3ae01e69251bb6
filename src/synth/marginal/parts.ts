import type { Access } from "../../privacy/access.js";
import type { Beginning } from "./beginning.js";
import { measurementOf } from "./engine.js";
import type { Measurement } from "./terms.js";

/**
 * The counts of every other column within each value of the column `parts`, for `rho` in all. A row lies in
 * one part, so that the counts of all parts together cost what those of one do. Errors together are least
 * where ρ ∝ cells^⅔.
 */
export function measureWithin(
  { access, sizes }: Beginning,
  parts: number,
  rho: number,
): Measurement[] {
  const others = columnsBeside(access, parts);
  const widths = others.map((column) => (sizes[column] as number) ** (2 / 3));
  const all = widths.reduce((a, b) => a + b, 0);
  const requests = others.map((column, i) => ({
    columns: [column, parts].sort((a, b) => a - b),
    rho: (rho * (1 - 1e-9) * (widths[i] as number)) / all,
  }));
  return access.measureMarginals(requests).map(measurementOf);
}

/** All columns but that of the parts. */
export function columnsBeside(access: Access, parts: number | undefined): number[] {
  return [...access.columns.keys()].filter((column) => column !== parts);
}
