const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A regular expression that exactly these texts match: `F|M`. */
export function regexOf(values: readonly string[]): string {
  return values.map(literally).join("|");
}

/** The texts that a regular expression lists, where it does nothing else; undefined for a real pattern. */
export function listedBy(regex: string): readonly string[] | undefined {
  const whole = /^\^\((?:\?:)?(.*)\)\$$/s.exec(regex)?.[1] ?? regex;
  const values: string[] = [];
  let value = "";
  for (let at = 0; at < whole.length; at++) {
    const sign = whole[at] as string;
    if (sign === "\\") {
      const next = whole[++at];
      if (next === undefined || /[A-Za-z0-9]/.test(next)) return undefined;
      value += next;
    } else if (sign === "|") {
      values.push(value);
      value = "";
    } else if (/[.*+?^${}()[\]]/.test(sign)) return undefined;
    else value += sign;
  }
  return [...values, value];
}
