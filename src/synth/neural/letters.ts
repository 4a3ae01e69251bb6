import type { Random } from "../../base/random.js";

/** Words 0 and 1 of a text's slots; the letters follow. */
export const END = 0;
export const GONE = 1;
const firstLetter = 2;

/** Texts that are longer are cut; a table needs few of these columns. */
const longestText = 32;

/** A text column as letters: each slot ends the text, says that there is none, or holds a letter. */
export class Letters {
  readonly kind = "letters";
  readonly alphabet: readonly string[];
  /** Slots: the longest text that can be drawn. */
  readonly slots: number;
  /** Texts that were met or drawn, in the order of their codes; grows while rows are drawn. */
  readonly texts: string[];
  private readonly wordOfLetter: ReadonlyMap<string, number>;
  private readonly codeOfText: Map<string, number>;

  constructor(alphabet: readonly string[], slots: number, texts: readonly string[]) {
    this.alphabet = alphabet;
    this.slots = slots;
    this.texts = [...texts];
    this.wordOfLetter = new Map(alphabet.map((letter, at) => [letter, at + firstLetter]));
    this.codeOfText = new Map(texts.map((text, code) => [text, code]));
  }

  get words(): number {
    return this.alphabet.length + firstLetter;
  }

  /** Write the words of a code into `into` from `at` on. */
  spell(code: number, into: Int32Array, at: number): void {
    if (code < 0) {
      into.fill(END, at, at + this.slots);
      into[at] = GONE;
      return;
    }
    this.spellText(this.texts[code] as string, into, at);
  }

  /** Write the words of a text; false where it has a letter that no word stands for. */
  spellText(text: string, into: Int32Array, at: number): boolean {
    into.fill(END, at, at + this.slots);
    let place = at;
    let isWhole = true;
    for (const letter of text) {
      if (place === at + this.slots) break;
      const word = this.wordOfLetter.get(letter);
      if (word === undefined) isWhole = false;
      else into[place++] = word;
    }
    return isWhole;
  }

  /** The code of the text that words spell; a new one where it was never met. */
  read(words: Int32Array): number {
    if (words[0] === GONE) return -1;
    let text = "";
    for (const word of words) {
      if (word < firstLetter) break;
      text += this.alphabet[word - firstLetter] as string;
    }
    const known = this.codeOfText.get(text);
    if (known !== undefined) return known;
    this.codeOfText.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** Whether a slot may hold the word. */
  may(word: number, place: number, gone: boolean, there: boolean): boolean {
    if (word === GONE) return place === 0 && gone;
    return place > 0 || there;
  }

  save(): unknown {
    return { kind: this.kind, alphabet: this.alphabet, slots: this.slots, texts: this.texts };
  }
}

/** The letters of texts, and how long the longest is. */
export function lettersOf(texts: readonly string[]): Letters {
  const found = new Set<string>();
  let longest = 1;
  for (const text of texts) {
    const letters = [...text].slice(0, longestText);
    for (const letter of letters) found.add(letter);
    longest = Math.max(longest, letters.length);
  }
  return new Letters([...found].sort(), longest, texts);
}

/**
 * Letters that a spec may say without a look at protected rows: those of printable ASCII, and of texts that anyone
 * may see. Those texts also say how long a text may be; without any it may be as long as letters are learned.
 */
export function statedLetters(open: readonly string[]): Letters {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const known = lettersOf(open);
  const alphabet = [...new Set([...ascii, ...known.alphabet])].sort();
  return new Letters(alphabet, open.length === 0 ? longestText : known.slots, []);
}

/** A word drawn in proportion to `weights` (sum `total`). */
export function drawWord(weights: Float64Array, total: number, random: Random): number {
  let left = random.uniform() * total;
  let last = 0;
  for (let word = 0; word < weights.length; word++) {
    const weight = weights[word] as number;
    if (weight <= 0) continue;
    last = word;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}
