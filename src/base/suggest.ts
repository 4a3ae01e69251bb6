/**
 * The candidate that was probably meant: equal but for capitals, else the nearest within a third of
 * the length, else one made of the same words in another order. Undefined where none is near.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const list = [...candidates];
  const lower = word.toLowerCase();
  const sameLetters = list.find((candidate) => candidate.toLowerCase() === lower);
  if (sameLetters !== undefined) return sameLetters;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of list) {
    const longer = Math.max(word.length, candidate.length, 3);
    if (3 * Math.abs(candidate.length - word.length) > longer) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (3 * distance > longer || distance >= bestDistance || distance >= candidate.length) continue;
    best = candidate;
    bestDistance = distance;
  }
  if (best !== undefined) return best;
  const sorted = sortedWords(lower);
  return list.find((candidate) => sortedWords(candidate.toLowerCase()) === sorted);
}

function sortedWords(text: string): string {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .sort()
    .join(" ");
}

/**
 * Insertions, deletions, substitutions and swaps of neighbours between two words: Damerau–Levenshtein
 * distance in its restricted form (optimal string alignment).
 */
export function editDistance(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  let before: number[] = [];
  let previous = b.map((_, j) => j);
  previous.push(b.length);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        (previous[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (previous[j - 1] as number) + change,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] as number;
}
