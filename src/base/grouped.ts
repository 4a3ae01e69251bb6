/** A whole number with commas between thousands, as `toLocaleString("en")` writes it, without loading what that takes. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
