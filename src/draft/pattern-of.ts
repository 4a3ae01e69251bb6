/**
 * A regular expression that all of the texts match, where they are codes of one shape: the same
 * length, and at each place a digit, a letter of one case, or the same sign; or whole numbers of any length. Undefined
 * for anything else, and for texts that are long or few.
 */
export function patternOf(texts: readonly string[]): string | undefined {
  const [first] = texts;
  if (first === undefined || texts.length < 10 || first.length > 40) return undefined;
  if (texts.some((text) => text.length !== first.length || /\s/.test(text))) {
    return numberPattern(texts);
  }
  const classes = Array.from(first, (_, at) => classAt(texts, at));
  if (classes.includes(undefined)) return undefined;
  const runs: { sign: string; count: number }[] = [];
  for (const sign of classes as string[]) {
    const last = runs.at(-1);
    if (last?.sign === sign) last.count++;
    else runs.push({ sign, count: 1 });
  }
  return runs.map(({ sign, count }) => (count === 1 ? sign : `${sign}{${count}}`)).join("");
}

/** Of whole numbers of several lengths, such as a counter's. */
function numberPattern(texts: readonly string[]): string | undefined {
  if (!texts.every((text) => /^[1-9]\d{0,17}$/.test(text))) return undefined;
  const more = [...new Set(texts.map((text) => text.length - 1))];
  return `[1-9]\\d{${Math.min(...more)},${Math.max(...more)}}`;
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^\d$/, String.raw`\d`],
  [/^[A-Z]$/, "[A-Z]"],
  [/^[a-z]$/, "[a-z]"],
  [/^[0-9a-f]$/, "[0-9a-f]"],
  [/^[0-9A-F]$/, "[0-9A-F]"],
  [/^[A-Z0-9]$/, "[A-Z0-9]"],
];

function classAt(texts: readonly string[], at: number): string | undefined {
  const signs = new Set(texts.map((text) => text[at] as string));
  const [only] = signs;
  if (signs.size === 1 && only !== undefined) return only.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return kinds.find(([kind]) => [...signs].every((sign) => kind.test(sign)))?.[1];
}
