/** A figure of a report as people read it: three digits behind the point, fewer where it is large, more where it is small. */
export function figureText(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size === 0 || size >= 0.0095 ? value.toFixed(3) : value.toPrecision(2);
}
