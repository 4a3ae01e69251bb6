/** A whole number with commas between thousands, as `toLocaleString("en")` writes it, without loading what that takes. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

const formats = new Map<number, Intl.NumberFormat>();

/** As `toLocaleString("en")` with so many digits behind the point at most writes it, which makes a formatter at each call. */
export function groupedTo(value: number, digits: number): string {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat("en", { maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(value);
}
