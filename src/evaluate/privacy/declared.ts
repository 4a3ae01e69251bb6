import { type Random, stream } from "../../base/random.js";
import type { ReportTable, Score } from "../../ir/report.js";
import { columnOf, type Table } from "../../table/table.js";
import type { DeclaredCanaries, EvaluatedOutput } from "../request.js";
import { type Exposure, exposures } from "./canaries.js";
import { exposureScore } from "./exposure-score.js";
import { clopperPearson } from "./intervals.js";
import type { Part } from "./part.js";

const DECOYS = 999;
/** Ranks among fewer decoys tell too little. */
const FEWEST = 19;

/**
 * Texts of the shapes of `canaries` and unlike `known`: digits for digits where a text has at least four
 * of them, letters for letters too where it has fewer (Carlini et al. 2019, section 4.1: a fixed format
 * with its random part drawn anew). Fewer than `count` where the shapes allow no more.
 */
export function decoysLike(
  canaries: readonly string[],
  count: number,
  seed: number | string,
  known: ReadonlySet<string>,
): readonly string[] {
  const random = stream(seed, "canary decoys", ...canaries);
  const made = new Set<string>();
  for (let tries = 0; made.size < count && tries < 20 * count; tries++) {
    const text = reshaped(canaries[tries % canaries.length] as string, random);
    if (!known.has(text) && !canaries.includes(text)) made.add(text);
  }
  return [...made];
}

function reshaped(text: string, random: Random): string {
  const digitsOnly = (text.match(/\d/g) ?? []).length >= 4;
  return text.replaceAll(/\d|\p{Ll}|\p{Lu}/gu, (sign) => {
    if (/\d/.test(sign)) return String(random.below(10));
    if (digitsOnly) return sign;
    const letter = String.fromCharCode(97 + random.below(26));
    return sign === sign.toLowerCase() ? letter : letter.toUpperCase();
  });
}

/** How far the texts that someone planted came out of the rows of a tool. */
export function declaredFound(
  output: EvaluatedOutput,
  declared: DeclaredCanaries,
  seed: number | string,
): Part {
  const { column, canaries } = declared;
  const attack = `canaries in ${column}`;
  const made = columnOf(output.synthetic, column);
  const nothing = (reason: string): Part => ({
    scores: [],
    tables: [],
    unmade: [{ attack, reason }],
  });
  if (canaries.length === 0) return nothing("none are named");
  if (made === undefined) return nothing(`the generated rows have no column ${column}`);
  if (made.kind !== "code") return nothing(`${column} holds no texts`);
  const known = new Set([output.real, output.holdout].flatMap((table) => textsOf(table, column)));
  const decoys = declared.decoys ?? decoysLike(canaries, DECOYS, seed, known);
  const found = exposures({ table: output.synthetic, column, canaries, decoys }, output.synthetic);
  const planted = canaries.map((canary) => rowsWith(output.real, column, canary));
  const absent = planted.filter((rows) => rows === 0).length;
  const ranked = decoys.length >= FEWEST;
  const unmade = ranked
    ? []
    : [
        {
          attack: `exposure of ${attack}`,
          reason: `only ${decoys.length} other texts have their shape: name decoys, or longer canaries`,
        },
      ];
  if (absent > 0) {
    const reason = `${absent} of ${canaries.length} stand in none of the real rows, so nothing could learn them: name the rows that the tool learned from`;
    unmade.push({ attack, reason });
  }
  const replayed = found.filter((each) => each.replayed > 0).length;
  const name = `canaries that come back: ${column}`;
  const scores: Score[] = [
    {
      name,
      of: output.name,
      columns: [column],
      ...clopperPearson(replayed, found.length),
      reference: 0,
      better: "lower",
      meaning: `The attacker only reads the generated rows: the share of the ${found.length} texts planted in \`${column}\` that stand in them word for word. Each is a secret that occurs nowhere else, so 0 is right.`,
    },
  ];
  if (ranked) scores.push(exposureScore(output.name, column, found, decoys.length));
  return { scores, tables: [tableOf(column, found, planted, ranked)], unmade };
}

function tableOf(
  column: string,
  found: readonly Exposure[],
  planted: readonly number[],
  ranked: boolean,
): ReportTable {
  return {
    title: `Canaries in ${column}`,
    columns: [
      "canary",
      "real rows with it",
      "generated rows with it",
      ...(ranked ? ["exposure, bits", "by chance"] : []),
    ],
    rows: found.map(({ canary, replayed, exposure, chance }, at) => [
      canary,
      planted[at] as number,
      replayed,
      ...(ranked ? [Number(exposure.toFixed(3)), Number(chance.toFixed(4))] : []),
    ]),
  };
}

function textsOf(table: Table | undefined, column: string): readonly string[] {
  const found = table === undefined ? undefined : columnOf(table, column);
  return found?.kind === "code" ? found.levels : [];
}

function rowsWith(table: Table | undefined, column: string, canary: string): number {
  const found = table === undefined ? undefined : columnOf(table, column);
  if (found?.kind !== "code") return 0;
  const holds = found.levels.map((text) => text.includes(canary));
  return found.codes.reduce((sum, code) => sum + (holds[code] === true ? 1 : 0), 0);
}
