import { type Column, columnOf, type Table } from "../../table/table.js";
import { address, card, iban, socialSecurity } from "./checksums.js";
import { clopperPearson, type Interval } from "./intervals.js";

/** A kind of personal text, how it looks, and a check that sorts out what only looks like it. */
interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
  readonly holds: (text: string) => boolean;
}

const kinds: readonly Kind[] = [
  { name: "email", pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/gi, holds: () => true },
  { name: "iban", pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/g, holds: iban },
  { name: "card", pattern: /\b\d(?:[ -]?\d){12,18}\b/g, holds: card },
  { name: "social security number", pattern: /\b\d{3}-\d{2}-\d{4}\b/g, holds: socialSecurity },
  { name: "phone", pattern: /(?:\+|\b00)\d[\d ()/.-]{6,18}\d\b/g, holds: looksLikePhone },
  { name: "IP address", pattern: /\b\d{1,3}(?:\.\d{1,3}){3}\b/g, holds: address },
];

/** Personal texts of one kind in one column of generated rows. */
export interface PersonalFinding {
  readonly column: string;
  readonly kind: string;
  /** Rows that hold one, as a share. */
  readonly share: Interval;
  readonly rows: number;
  /** Different texts that occur in the real rows too: replayed, not made up. */
  readonly replayed: number;
  readonly distinct: number;
}

/** The columns that may hold personal texts: all of words. */
export function textColumns({ columns }: Table): readonly Column[] {
  return columns.filter((column) => column.kind === "code" && column.type.kind !== "bool");
}

/**
 * Look for personal texts in every column of words, with their check digits verified, and count those
 * that the real rows hold as well. A text that is made up is no leak; one that is replayed may be.
 */
export function personalTexts(
  synthetic: Table,
  real: readonly Table[],
): readonly PersonalFinding[] {
  return textColumns(synthetic).flatMap((column) => {
    const made = textsIn(column);
    return [...made].map(([kind, found]): PersonalFinding => {
      const known = new Set<string>();
      for (const table of real) {
        const same = columnOf(table, column.name);
        if (same === undefined) continue;
        for (const text of textsIn(same).get(kind)?.texts ?? []) known.add(text);
      }
      const replayed = [...found.texts].filter((text) => known.has(text)).length;
      return {
        column: column.name,
        kind,
        share: clopperPearson(found.rows, synthetic.rows),
        rows: found.rows,
        replayed,
        distinct: found.texts.size,
      };
    });
  });
}

/** The personal texts in a text, by kind; each stretch counts once, as the first kind that fits. */
export function personalIn(
  text: string,
): readonly { readonly kind: string; readonly text: string }[] {
  const found: { kind: string; text: string }[] = [];
  let rest = text;
  for (const kind of kinds) {
    rest = rest.replace(kind.pattern, (match) => {
      if (!kind.holds(match)) return match;
      found.push({ kind: kind.name, text: match });
      return "\u0000".repeat(match.length);
    });
  }
  return found;
}

function textsIn(column: Column): Map<string, { rows: number; texts: Set<string> }> {
  const byKind = new Map<string, { rows: number; texts: Set<string> }>();
  if (column.kind !== "code") return byKind;
  const counts = new Float64Array(column.levels.length);
  for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  column.levels.forEach((level, code) => {
    const rows = counts[code] as number;
    if (rows === 0) return;
    const inLevel = new Map<string, string[]>();
    for (const { kind, text } of personalIn(level)) {
      inLevel.set(kind, [...(inLevel.get(kind) ?? []), text]);
    }
    for (const [kind, texts] of inLevel) {
      const sum = byKind.get(kind) ?? { rows: 0, texts: new Set<string>() };
      sum.rows += rows;
      for (const text of texts) sum.texts.add(text);
      byKind.set(kind, sum);
    }
  });
  return byKind;
}

function looksLikePhone(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "").length;
  return digits >= 8 && digits <= 15;
}
