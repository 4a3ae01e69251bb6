import type { Score } from "../../ir/report.js";
import { gather, type Table } from "../../table/table.js";
import type { EvaluatedOutput, EvaluateRequest, Remade, Remaking } from "../request.js";
import { exposures, likelihoodExposures, type Planted, plantCanaries } from "./canaries.js";
import { exposureScore } from "./exposure-score.js";
import { clopperPearson } from "./intervals.js";
import { notMade, type Part } from "./part.js";
import { samplePositions } from "./rows.js";
import { shadowAttack } from "./shadows.js";

/** Models that are trained for shadows, and the rows whose membership is guessed, half of them in each. */
const SHADOWS = 32;
const POOL = 2000;
/** Rows among which canaries are planted. */
const GROUND = 10_000;
const CANARIES = 12;
const DECOYS = 999;

type Able = Remaking & { readonly kind: "able" };

/**
 * Membership inference with shadow models of the output's own learner. Fixed counts keep it within
 * seconds: 32 models, each of a random half of at most 2,000 learned rows.
 */
export async function shadowed(output: EvaluatedOutput, request: EvaluateRequest): Promise<Part> {
  const attack = "membership by shadow models";
  const able = ableOf(output);
  if (typeof able === "string") return notMade(attack, able);
  if (able.slow) return notMade(attack, `32 trainings with ${able.learner} take too long`);
  const rows = sampled(output.real as Table, POOL, `${request.seed}/shadow pool`);
  if (rows.rows < 100) return notMade(attack, "there are fewer than 100 learned rows");
  const make = async (some: Table, seed: string) => (await able.make(some, seed)).table;
  const found = await shadowAttack(rows, make, {
    shadows: SHADOWS,
    targets: rows.rows,
    seed: request.seed,
    signal: request.progress.signal,
  });
  const of = output.name;
  const setting = `${SHADOWS} models of ${able.learner}, each of a random half of ${rows.rows.toLocaleString("en")} learned rows; ${found.members.toLocaleString("en")} members and ${found.others.toLocaleString("en")} others`;
  const scores: Score[] = [
    {
      name: "membership by shadow models",
      of,
      ...found.auc,
      reference: 0.5,
      better: "near-reference",
      meaning: `The strongest attacker: knows the learner, trains it with and without each person and compares how near the generated rows come (area under the ROC curve; ${setting}). Fewer rows are remembered better, so this is more cautious than the whole table. 0.5 is guessing.`,
    },
  ];
  for (const { alarm, found: share } of found.atLowAlarm) {
    if (alarm * found.others < 1) continue;
    scores.push({
      name: `members found by shadow models at ${100 * alarm} % false alarms`,
      of,
      ...share,
      reference: alarm,
      better: "near-reference",
      meaning: `Share of learned people whom the same attacker finds when allowed to accuse ${alarm === 0.01 ? "one in a hundred" : "one in a thousand"} others wrongly; ${alarm} is guessing.`,
    });
  }
  scores.push({
    name: "implied epsilon by shadow models",
    of,
    value: found.epsilon,
    better: "lower",
    meaning:
      "The lower bound on epsilon that the same attacker proves at 95 % confidence, with the threshold chosen on other people than it is judged on. 0 proves nothing.",
  });
  return { scores };
}

/**
 * Planted secrets (Carlini et al. 2019): card numbers and names put among the learned rows, the same
 * learner run once on them, and how many come out.
 */
export async function planted(output: EvaluatedOutput, request: EvaluateRequest): Promise<Part> {
  const attack = "planted canaries";
  const able = ableOf(output);
  if (typeof able === "string") return notMade(attack, able);
  const real = output.real as Table;
  const column = openColumn(real);
  if (column === undefined) {
    const reason =
      "no column takes its texts from the data, so a planted name or number can't come out";
    return notMade(attack, reason);
  }
  const ground = sampled(real, GROUND, `${request.seed}/canary ground`);
  if (ground.rows < 20 * CANARIES) return notMade(attack, "there are too few learned rows");
  const plant = (table: Table, copies: number, kind: "card" | "name") =>
    plantCanaries(table, {
      ...{ column, kind, count: CANARIES, copies, decoys: DECOYS },
      seed: `${request.seed}/${copies}`,
    });
  const once = plant(ground, 1, "name");
  const often = plant(once.table, 5, "card");
  const made = await able.make(often.table, `${request.seed}/canaries`);
  return {
    scores: [
      ...(await exposed(output, "names planted once", once, made, ground.rows)),
      ...(await exposed(output, "card numbers planted five times", often, made, ground.rows)),
    ],
  };
}

async function exposed(
  output: EvaluatedOutput,
  what: string,
  planted: Planted,
  made: Remade,
  rows: number,
): Promise<readonly Score[]> {
  const found = exposures(planted, made.table);
  const replayed = found.filter((each) => each.replayed > 0).length;
  const setting = `${found.length} ${what} in \`${planted.column}\` among ${rows.toLocaleString("en")} learned rows, then learned and drawn again`;
  const scores: Score[] = [
    {
      name: `canaries that come back: ${what}`,
      of: output.name,
      ...clopperPearson(replayed, found.length),
      reference: 0,
      better: "lower",
      meaning: `The attacker only reads the generated rows. ${setting}: the share that stands in them word for word. Each is a secret that occurs nowhere else, so 0 is right.`,
    },
    exposureScore(output.name, what, found, DECOYS),
  ];
  const { column, canaries, decoys } = planted;
  const known = made.likelihoods(column, [...canaries, ...decoys]);
  if (known === undefined) return scores;
  const ranked = await likelihoodExposures(planted, async () => known);
  return [...scores, exposureScore(output.name, what, ranked, DECOYS, "likelihood")];
}

function ableOf({ remaking }: EvaluatedOutput): Able | string {
  if (remaking === undefined) return "the tool that made these rows can't be run from here";
  return remaking.kind === "able" ? remaking : remaking.reason;
}

/** The column with the most texts among those whose texts the data give. */
function openColumn(table: Table): string | undefined {
  const open = table.columns.flatMap((column) =>
    column.kind === "code" &&
    (column.type.kind === "text" || (column.type.kind === "category" && column.type.learned))
      ? [{ name: column.name, levels: column.levels.length }]
      : [],
  );
  return open.sort((a, b) => b.levels - a.levels)[0]?.name;
}

function sampled(table: Table, most: number, seed: string): Table {
  if (table.rows <= most) return table;
  return gather(table, Uint32Array.from(samplePositions(table.rows, most, seed, "retrained")));
}
