import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { failure } from "../../base/failure.js";
import type { Random } from "../../base/random.js";

/** A part of a pattern: how many strings it stands for, the i-th of them, and one at random. */
interface Part {
  readonly count: bigint;
  at(index: bigint): string;
  draw(random: Random): string;
}

/** How often `*` and `+` repeat at most, beyond their least. */
const longest = 8;
const printable = Array.from({ length: 95 }, (_, i) => 32 + i);

/** Strings that match a pattern in full, at random. */
export class Pattern {
  private readonly part: Part;
  private readonly text: string;

  /** Throws P1406 for what can't be made up: back references, looking around, unicode properties. */
  constructor(text: string) {
    this.text = text;
    const parsed = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(text);
    this.part = this.alternatives(parsed.alternatives);
  }

  /** How many different strings match (an upper bound where alternatives overlap). */
  get count(): bigint {
    return this.part.count;
  }

  draw(random: Random): string {
    return this.part.draw(random);
  }

  /** Different strings, in random order. Throws P1405 where the pattern has fewer. */
  drawDistinct(count: number, random: Random, column: string): string[] {
    return Array.from({ length: count }, this.distinct(count, random, column));
  }

  /** The same one by one, `total` of them at most. */
  distinct(total: number, random: Random, column: string): () => string {
    const found = new Set<string>();
    let left: string[] | undefined;
    const roomy = this.part.count > BigInt(2 * total);
    return () => {
      for (let tries = 0; roomy && tries < 100; tries++) {
        const text = this.part.draw(random);
        if (found.has(text)) continue;
        found.add(text);
        return text;
      }
      left ??= this.shuffled(random);
      for (let text = left.pop(); text !== undefined; text = left.pop()) {
        if (found.has(text)) continue;
        found.add(text);
        return text;
      }
      const parameters = { column, pattern: this.text, rows: total, possible: found.size };
      throw failure("P1405", parameters);
    };
  }

  /** Every string of the pattern once, in random order; none where there are too many to list. */
  private shuffled(random: Random): string[] {
    const all = new Set<string>();
    if (this.part.count > 10_000_000n) return [];
    for (let index = 0n; index < this.part.count; index++) all.add(this.part.at(index));
    const texts = [...all];
    return Array.from(random.shuffle(Uint32Array.from(texts.keys())), (i) => texts[i] as string);
  }

  private refuse(what: string): never {
    throw failure("P1406", { pattern: this.text, what });
  }

  private alternatives(parts: readonly AST.Alternative[]): Part {
    return choice(
      parts.map((part) => sequence(part.elements.map((element) => this.element(element)))),
    );
  }

  private element(element: AST.Element): Part {
    switch (element.type) {
      case "Character":
        return letters([element.value]);
      case "CharacterSet":
        return letters(this.setOf(element));
      case "CharacterClass":
        return letters(this.classOf(element));
      case "Group":
      case "CapturingGroup":
        return this.alternatives(element.alternatives);
      case "Quantifier": {
        const most = Number.isFinite(element.max) ? element.max : element.min + longest;
        return repeat(this.element(element.element as AST.Element), element.min, most);
      }
      case "Assertion":
        if (element.kind === "start" || element.kind === "end") return sequence([]);
        return this.refuse("looking around");
      case "Backreference":
        return this.refuse("a back reference");
      default:
        return this.refuse("a set of strings");
    }
  }

  private setOf(set: AST.CharacterSet): number[] {
    const code = (character: string) => character.charCodeAt(0);
    const digits = printable.filter((one) => one >= code("0") && one <= code("9"));
    const words = printable.filter((one) => /\w/.test(String.fromCharCode(one)));
    const base = { any: printable, digit: digits, word: words, space: [32], property: undefined }[
      set.kind
    ];
    if (base === undefined) return this.refuse("a unicode property");
    const negated = "negate" in set && set.negate;
    return negated ? printable.filter((one) => !base.includes(one)) : base;
  }

  private classOf(set: AST.CharacterClass): number[] {
    const found = new Set<number>();
    for (const element of set.elements) {
      if (element.type === "Character") found.add(element.value);
      else if (element.type === "CharacterClassRange") {
        for (let one = element.min.value; one <= element.max.value; one++) found.add(one);
      } else if (element.type === "CharacterSet") {
        for (const one of this.setOf(element)) found.add(one);
      } else this.refuse("a set operation");
    }
    return set.negate ? printable.filter((one) => !found.has(one)) : [...found];
  }
}

function letters(codes: readonly number[]): Part {
  const labels = codes.map((code) => String.fromCodePoint(code));
  return {
    count: BigInt(labels.length),
    at: (index) => labels[Number(index)] as string,
    draw: (random) => labels[random.below(Math.max(1, labels.length))] ?? "",
  };
}

function sequence(parts: readonly Part[]): Part {
  return {
    count: parts.reduce((product, part) => product * part.count, 1n),
    at: (index) => {
      let rest = index;
      let text = "";
      for (const part of parts) {
        text += part.at(rest % part.count);
        rest /= part.count;
      }
      return text;
    },
    draw: (random) => {
      let text = "";
      for (const part of parts) text += part.draw(random);
      return text;
    },
  };
}

function choice(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0] as Part;
  return {
    count: parts.reduce((sum, part) => sum + part.count, 0n),
    at: (index) => {
      let rest = index;
      for (const part of parts) {
        if (rest < part.count) return part.at(rest);
        rest -= part.count;
      }
      return "";
    },
    draw: (random) => (parts[random.below(parts.length)] as Part).draw(random),
  };
}

function repeat(part: Part, least: number, most: number): Part {
  const lengths = Array.from({ length: most - least + 1 }, (_, i) =>
    sequence(Array.from({ length: least + i }, () => part)),
  );
  return choice(lengths);
}
