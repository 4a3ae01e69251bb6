import { type Random, stream } from "../../base/random.js";
import { type CodeColumn, columnOf, type Table } from "../../table/table.js";
import { luhn } from "./checksums.js";

/** What a canary looks like: a random text of a kind that a model may learn by heart. */
export type CanaryKind = "card" | "name" | "code";

/** Secrets that were put into a table, and as many of the same kind that were not. */
export interface Planted {
  readonly table: Table;
  readonly column: string;
  readonly canaries: readonly string[];
  /** Never shown to any model: what guessing alone would give. */
  readonly decoys: readonly string[];
}

/**
 * Put secrets into a text column (Carlini et al. 2019, "The secret sharer"): random rows get a canary
 * in place of their text, each canary in `copies` rows.
 */
export function plantCanaries(
  table: Table,
  options: {
    readonly column: string;
    readonly kind: CanaryKind;
    readonly count: number;
    readonly copies: number;
    readonly decoys: number;
    readonly seed: number | string;
  },
): Planted {
  const column = columnOf(table, options.column);
  if (column?.kind !== "code") throw new RangeError(`${options.column} holds no texts`);
  const random = stream(options.seed, "canaries", options.column, options.kind);
  const made = new Set<string>(column.levels);
  const fresh = (): string => {
    for (;;) {
      const text = makers[options.kind](random);
      if (made.has(text)) continue;
      made.add(text);
      return text;
    }
  };
  const canaries = Array.from({ length: options.count }, fresh);
  const decoys = Array.from({ length: options.decoys }, fresh);
  const levels = [...column.levels, ...canaries];
  const codes = column.codes.slice();
  const rows = random.shuffle(Uint32Array.from({ length: table.rows }, (_, row) => row));
  const places = Math.min(rows.length, options.count * options.copies);
  for (let i = 0; i < places; i++) {
    codes[rows[i] as number] = column.levels.length + (i % options.count);
  }
  const planted: CodeColumn = { ...column, codes, levels };
  const columns = table.columns.map((each) => (each === column ? planted : each));
  return { table: { ...table, columns }, column: options.column, canaries, decoys };
}

/** How far a canary comes out of a model. */
export interface Exposure {
  readonly canary: string;
  /** Rows of the generated table that hold it word for word. */
  readonly replayed: number;
  /**
   * log₂(decoys + 1) − log₂(rank) among the decoys, by closeness to any generated text or by the model's
   * likelihood: 1.4 on average for a secret that was never seen, log₂(decoys + 1) at the most.
   */
  readonly exposure: number;
  /** The chance that a text never seen ranks as high: rank / (decoys + 1). */
  readonly chance: number;
}

/** Exposure of every canary in the texts of a generated column. */
export function exposures(planted: Planted, synthetic: Table): readonly Exposure[] {
  const column = columnOf(synthetic, planted.column);
  if (column?.kind !== "code") return [];
  const counts = new Float64Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const texts = column.levels.filter((_, code) => (counts[code] as number) > 0);
  const grams = new Set<string>(texts.flatMap((text) => gramsOf(text)));
  const closeness = (secret: string): number => {
    if (texts.includes(secret)) return 2;
    const own = gramsOf(secret);
    return own.filter((gram) => grams.has(gram)).length / Math.max(1, own.length);
  };
  const others = planted.decoys.map(closeness);
  return planted.canaries.map((canary) => {
    const replayed = column.levels.reduce(
      (sum, text, code) => (text.includes(canary) ? sum + (counts[code] as number) : sum),
      0,
    );
    return { canary, replayed, ...ranked(closeness(canary), others) };
  });
}

/** How far a secret stands out among alternatives that no model ever saw. */
function ranked(own: number, others: readonly number[]): Omit<Exposure, "canary" | "replayed"> {
  // Ties share their ranks evenly.
  const ahead = others.filter((other) => other > own).length;
  const equal = others.filter((other) => other === own).length;
  const rank = 1 + ahead + equal / 2;
  const all = others.length + 1;
  return { exposure: Math.log2(all / rank), chance: rank / all };
}

/**
 * Exposure as Carlini et al. 2019 (section 4.2) define it: by the rank of each canary's likelihood under a
 * model among those of the decoys. It sees what a model knows and has not yet said.
 *
 * @param likelihoods Log-probabilities that the model gives to texts, in their order.
 */
export async function likelihoodExposures(
  { canaries, decoys }: Pick<Planted, "canaries" | "decoys">,
  likelihoods: (texts: readonly string[]) => Promise<ArrayLike<number>>,
): Promise<readonly Omit<Exposure, "replayed">[]> {
  const logs = Array.from(await likelihoods([...canaries, ...decoys]));
  const others = logs.slice(canaries.length);
  return canaries.map((canary, at) => ({ canary, ...ranked(logs[at] as number, others) }));
}

/** Stretches of six characters, which a random secret shares with little else. */
function gramsOf(text: string): string[] {
  if (text.length <= 6) return [text];
  return Array.from({ length: text.length - 5 }, (_, at) => text.slice(at, at + 6));
}

const syllables =
  "ba ko mi ren tal vor shu nel dra fin gol hap jor kel lum mar nis pol qua rus".split(" ");

const makers: Readonly<Record<CanaryKind, (random: Random) => string>> = {
  card: (random) => {
    const digits = `4${Array.from({ length: 14 }, () => random.below(10)).join("")}`;
    const last = Array.from({ length: 10 }, (_, digit) => digits + digit).find(luhn);
    return (last ?? digits).replaceAll(/(\d{4})(?=\d)/g, "$1 ");
  },
  name: (random) => {
    const word = (): string => {
      const parts = Array.from({ length: 3 }, () => syllables[random.below(syllables.length)]);
      const joined = parts.join("");
      return joined.charAt(0).toUpperCase() + joined.slice(1);
    };
    return `${word()} ${word()}`;
  },
  code: (random) => Array.from({ length: 12 }, () => random.below(36).toString(36)).join(""),
};
