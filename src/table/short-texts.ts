/** DuckDB keeps texts of up to so many bytes of UTF-8 in the vector itself, padded with zeros, after their length. */
export const SHORT_TEXT_BYTES = 12;

const WORDS = 3;
const FREE = -1;

/**
 * The dictionary of a column of short texts, built from DuckDB's vectors without making a string for each cell: the
 * sixteen bytes of a cell are its key.
 */
export class ShortTexts {
  /** The bytes of text `code` as three words of the machine, and how many of them count. */
  #texts = new Uint32Array(WORDS * 64);
  #lengths = new Uint8Array(64);
  #count = 0;
  #slots = new Int32Array(256).fill(FREE);

  /**
   * Codes of `count` cells, in the order in which texts were first seen, into `codes` from `at` on; −1 where missing.
   *
   * @param cells the vector's bytes, 16 for each cell
   * @param present a bit for each cell; undefined: all are
   * @returns whether every text is short
   */
  take(
    cells: DataView,
    present: Uint32Array | undefined,
    count: number,
    codes: Int32Array,
    at: number,
  ): boolean {
    const words = wordsOf(cells);
    for (let cell = 0, place = 0; cell < count; cell++, place += 4) {
      if (present !== undefined && (((present[cell >> 5] as number) >> (cell & 31)) & 1) === 0) {
        codes[at + cell] = -1;
        continue;
      }
      const length = words[place] as number;
      if (length > SHORT_TEXT_BYTES) return false;
      const [first, second] = [words[place + 1] as number, words[place + 2] as number];
      codes[at + cell] = this.#code(length, first, second, words[place + 3] as number);
    }
    return true;
  }

  /** The texts in the order of their bytes; `codes` are changed to that order. */
  settle(codes: Int32Array): string[] {
    const order = this.#inOrder();
    const places = new Int32Array(this.#count);
    order.forEach((code, place) => {
      places[code] = place;
    });
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at] as number;
      if (code >= 0) codes[at] = places[code] as number;
    }
    return order.map((code) => this.#text(code));
  }

  #code(length: number, first: number, second: number, third: number): number {
    const texts = this.#texts;
    const mask = this.#slots.length - 1;
    let slot = hash(length, first, second, third) & mask;
    for (;;) {
      const code = this.#slots[slot] as number;
      if (code === FREE) return this.#add(slot, length, first, second, third);
      const at = WORDS * code;
      if (
        texts[at] === first &&
        texts[at + 1] === second &&
        texts[at + 2] === third &&
        this.#lengths[code] === length
      )
        return code;
      slot = (slot + 1) & mask;
    }
  }

  #add(slot: number, length: number, first: number, second: number, third: number): number {
    const code = this.#count++;
    if (code === this.#lengths.length) {
      this.#texts = grown(this.#texts, new Uint32Array(2 * this.#texts.length));
      this.#lengths = grown(this.#lengths, new Uint8Array(2 * code));
    }
    this.#texts.set([first, second, third], WORDS * code);
    this.#lengths[code] = length;
    if (2 * this.#count > this.#slots.length) this.#rehash();
    else this.#slots[slot] = code;
    return code;
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(FREE);
    const mask = this.#slots.length - 1;
    for (let code = 0; code < this.#count; code++) {
      const [first, second, third] = this.#words(code);
      let slot = hash(this.#lengths[code] as number, first, second, third) & mask;
      while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
      this.#slots[slot] = code;
    }
  }

  #words(code: number): [number, number, number] {
    const at = WORDS * code;
    const texts = this.#texts;
    return [texts[at] as number, texts[at + 1] as number, texts[at + 2] as number];
  }

  /** Codes in the order of their texts' bytes: as big-endian words, padded with zeros; of two that agree the shorter first. */
  #inOrder(): number[] {
    const bytes = Buffer.from(this.#texts.slice(0, WORDS * this.#count).buffer);
    const words = Float64Array.from({ length: bytes.length / 4 }, (_, at) =>
      bytes.readUInt32BE(4 * at),
    );
    const order = Array.from({ length: this.#count }, (_, code) => code);
    return order.sort((a, b) => {
      for (let at = 0; at < WORDS; at++) {
        const difference = (words[WORDS * a + at] as number) - (words[WORDS * b + at] as number);
        if (difference !== 0) return difference;
      }
      return (this.#lengths[a] as number) - (this.#lengths[b] as number);
    });
  }

  #bytes(code: number): Buffer {
    const texts = this.#texts;
    return Buffer.from(texts.buffer, texts.byteOffset + 4 * WORDS * code, 4 * WORDS);
  }

  #text(code: number): string {
    return this.#bytes(code).toString("utf8", 0, this.#lengths[code]);
  }
}

/** The words of a vector, which lie where words may lie. */
function wordsOf({ buffer, byteOffset, byteLength }: DataView): Uint32Array {
  return byteOffset % 4 === 0
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

function hash(length: number, first: number, second: number, third: number): number {
  let mixed = Math.imul(first ^ length, 0x9e3779b1);
  mixed = Math.imul((mixed ^ (mixed >>> 15)) + second, 0x85ebca6b);
  mixed = Math.imul((mixed ^ (mixed >>> 13)) + third, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function grown<T extends Uint8Array | Uint32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
