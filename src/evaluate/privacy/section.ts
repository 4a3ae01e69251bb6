import { breathe } from "../../base/progress.js";
import type { ReportSection, ReportTable, Score } from "../../ir/report.js";
import type { Table } from "../../table/table.js";
import type { EvaluatedOutput, EvaluateRequest, Section } from "../request.js";
import { closeness } from "./closeness.js";
import { exactCopies } from "./copies.js";
import { declaredFound } from "./declared.js";
import { inference } from "./inference.js";
import { type AttackRisk, type Interval, jointZ } from "./intervals.js";
import { linkability } from "./linkability.js";
import { densityRatioAttack } from "./membership.js";
import { notMade, type Part, type Unmade, unmadeTables } from "./part.js";
import { personalTexts, textColumns } from "./personal.js";
import { planted, shadowed } from "./retrained.js";
import { comparable, type Encoded, encode, type Parties } from "./rows.js";
import { singlingOut } from "./singling-out.js";

const attacks = 500;

/** The attacks by their words in a spec; none given means all. */
const words = [
  "copies",
  "singling_out",
  "linkability",
  "inference",
  "membership",
  "canaries",
  "pii",
] as const;
type Word = (typeof words)[number];
/** The attacks that compare learned with held-out people. */
type Against = Exclude<Word, "pii" | "canaries">;

/** One output with everything that its attacks need. */
interface Case {
  readonly output: EvaluatedOutput;
  readonly parties: Parties;
  readonly names: readonly string[];
  readonly encoded: Encoded;
  readonly request: EvaluateRequest;
}

/**
 * Privacy by attack: what someone who sees only the generated rows can find out about people who were
 * learned from, beyond what they can about people who were not. Needs held-out rows for everything but
 * copies of texts.
 */
export const privacyAttacks: Section = {
  topic: "privacy",
  async make(request, asked): Promise<ReportSection | undefined> {
    const chosen = words.filter((word) => asked.length === 0 || asked.includes(word));
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    for (const output of request.outputs) {
      const unmade: Unmade[] = [];
      for await (const part of partsOf(output, request, chosen)) {
        scores.push(...part.scores);
        tables.push(...(part.tables ?? []));
        unmade.push(...(part.unmade ?? []));
      }
      tables.push(...unmadeTables(output.name, unmade));
    }
    if (scores.length === 0 && tables.length === 0) return undefined;
    return {
      kind: "section",
      topic: "privacy",
      title: "Privacy, by attack",
      lead: "What someone who sees only the generated rows can find out about people who were learned from. Every attack is also made on real people who were held out: what works on them as well is knowledge about the population, not a leak. Intervals are 95 %. A low risk means that these attacks failed, not that none can succeed.",
      scores,
      tables,
      figures: [],
    };
  },
};

async function* partsOf(
  output: EvaluatedOutput,
  request: EvaluateRequest,
  chosen: readonly Word[],
): AsyncGenerator<Part> {
  const { real, holdout, synthetic, name } = output;
  if (output.written !== undefined) yield standingBeside(output, output.written);
  if (chosen.includes("pii")) {
    const tables = [real, holdout].filter((table): table is Table => table !== undefined);
    yield personal(name, synthetic, tables);
  }
  if (chosen.includes("canaries")) yield* canaries(output, request);
  const against = chosen.filter((word): word is Against => word !== "pii" && word !== "canaries");
  const parties =
    real === undefined || holdout === undefined ? undefined : { synthetic, train: real, holdout };
  const names = parties === undefined ? [] : comparable(parties);
  const reason = obstacle(output, names.length);
  if (parties === undefined || reason !== undefined) {
    for (const word of against) yield notMade(attackName(word), reason ?? "");
    return;
  }
  const encoded = encode(parties, names);
  const made: Case = { output, parties, names, encoded, request };
  for (const word of against) {
    await breathe(request.progress.signal);
    request.progress.report({ phase: `attacking ${name}: ${attackName(word)}`, done: 0 });
    yield* await attackers[word](made);
  }
}

async function* canaries(output: EvaluatedOutput, request: EvaluateRequest): AsyncGenerator<Part> {
  const declared = output.canaries ?? [];
  for (const each of declared) yield declaredFound(output, each, request.seed);
  if (declared.length > 0) return;
  request.progress.report({ phase: `attacking ${output.name}: canaries`, done: 0 });
  yield output.real === undefined
    ? notMade("planted canaries", NO_REAL_ROWS)
    : await planted(output, request);
}

/** Real rows in the open, before what is said of the generated ones. */
function standingBeside({ name, synthetic }: EvaluatedOutput, written: Table): Part {
  const title = `Whose rows stand in ${name}`;
  const columns = ["rows", "how many", "what that means"];
  const open = "as they are: whoever is among them can be read, whatever the attacks say";
  const rows = [
    ["real", written.rows - synthetic.rows, open],
    ["generated", synthetic.rows, "what the attacks are made on"],
  ];
  return { scores: [], tables: [{ title, columns, rows }] };
}

const NO_REAL_ROWS = "no real rows may be read for this report";

/** Why nothing can be compared between learned and held-out rows; undefined where it can. */
function obstacle(output: EvaluatedOutput, columns: number): string | undefined {
  const { real, holdout, synthetic } = output;
  if (real === undefined) return NO_REAL_ROWS;
  if (output.completed === true)
    return "its rows are the real ones, with what was missing filled in";
  if (holdout === undefined || holdout.rows < 2) {
    return "no rows were held out, so knowledge about the population can't be told from a leak";
  }
  if (synthetic.rows < 2) return "there are fewer than two generated rows";
  return columns === 0 ? "the tables share no column of numbers or categories" : undefined;
}

function attackName(word: Word): string {
  return word.replace("_", " ");
}

const ONE_COLUMN = "the tables share only one column";

const attackers: Readonly<
  Record<Against, (made: Case) => Iterable<Part> | Promise<Iterable<Part>>>
> = {
  copies: async (made) => [await copies(made)],
  singling_out: (made) => [1, 3].map((columns) => singled(made, columns)),
  linkability: (made) => [
    made.encoded.train.columns < 2
      ? notMade("linkability", ONE_COLUMN)
      : { scores: [linked(made)] },
  ],
  inference: (made) => [
    made.encoded.train.columns < 2 ? notMade("inference", ONE_COLUMN) : inferred(made),
  ],
  membership: async (made) => [membership(made), await shadowed(made.output, made.request)],
};

async function copies({ output, encoded, request }: Case): Promise<Part> {
  const found = exactCopies(encoded);
  const near = await closeness(encoded, request.seed, request.progress.signal);
  const of = output.name;
  return {
    scores: [
      {
        name: "exact copies",
        of,
        ...bounds(found.share),
        reference: found.expected.value,
        better: "near-reference",
        meaning: `Share of generated rows that equal a learned row in every column (${found.count} rows, ${found.uniqueCopied} of them the only one of their kind), beside the share of held-out rows that do.`,
      },
      {
        name: "nearer to learned rows",
        of,
        ...bounds(near.nearerShare),
        reference: 0.5,
        better: "near-reference",
        meaning:
          "Share of generated rows that lie nearer to a learned row than to any of equally many held-out rows (Gower's distance; DCR share). 0.5 when nothing was memorised; an interval wholly above 0.5 is a leak.",
      },
      {
        name: "distance to the closest record",
        of,
        ...bounds(near.distance),
        reference: near.distanceReference,
        better: "near-reference",
        meaning:
          "The nearest twentieth: 5 % of the generated rows are at least as near to a learned row as this (0 to 1, Gower); the reference is the same for held-out rows.",
      },
      {
        name: "nearest-neighbour distance ratio",
        of,
        ...bounds(near.ratio),
        reference: near.ratioReference,
        better: "near-reference",
        meaning:
          "Nearest over second nearest learned row, the lowest twentieth: far below the held-out reference where generated rows cling to single real ones.",
      },
    ],
  };
}

function singled({ output, encoded, request }: Case, columns: number): Part {
  const what = columns === 1 ? "one rare value" : `${columns} columns`;
  const risk = singlingOut(encoded, { columns, attacks }, request.seed);
  if (risk.attacks < 20) {
    return notMade(
      `singling out by ${what}`,
      `only ${risk.attacks} such statements fit exactly one generated row`,
    );
  }
  const attacker = `The attacker says "exactly one person has these values", read off ${what} of a generated row.`;
  return { scores: [riskScore(`singling out by ${what}`, output.name, risk, attacker)] };
}

function linked({ output, encoded, request }: Case): Score {
  const risk = linkability(encoded, attacks, request.seed);
  const attacker =
    "The attacker holds two files with half of the columns each and joins them through the nearest generated rows.";
  return riskScore("linkability", output.name, risk, attacker);
}

function inferred({ output, encoded, names, parties, request }: Case): Part {
  const ordered = [
    ...names.filter((name) => kindOf(parties.train, name) === "number"),
    ...names.filter((name) => kindOf(parties.train, name) === "code"),
  ];
  const risks = ordered.map((name, place) => ({
    name,
    risk: inference(encoded, place, attacks, request.seed, jointZ(ordered.length)),
  }));
  const worst = risks.reduce((a, b) => (b.risk.low > a.risk.low ? b : a));
  const attacker = `The attacker knows everything of a person but \`${worst.name}\` and takes it from the nearest generated row; the worst of ${risks.length} columns, with intervals that hold for all of them together.`;
  return {
    scores: [
      {
        ...riskScore("inference", output.name, worst.risk, attacker),
        columns: [worst.name],
      },
    ],
    tables: [
      {
        title: `Guessing one column of ${output.name} from the others`,
        columns: [
          "column",
          "risk",
          "95% interval",
          "right on learned",
          "right on held out",
          "blind guess",
        ],
        rows: risks.map(({ name, risk }) => [
          name,
          round(risk.value),
          `${risk.low.toFixed(3)} to ${risk.high.toFixed(3)}`,
          round(risk.main),
          round(risk.control),
          round(risk.naive),
        ]),
      },
    ],
  };
}

function membership({ output, encoded, request }: Case): Part {
  const found = densityRatioAttack(encoded, request.seed);
  const of = output.name;
  const low = found.atLowAlarm[0];
  const scores: Score[] = [
    {
      name: "membership inference",
      of,
      ...bounds(found.auc),
      reference: 0.5,
      better: "near-reference",
      meaning: `The attacker has people and a reference sample of the population and asks who was learned from, by the density of generated rows around them (area under the ROC curve, ${found.members.toLocaleString("en")} members and ${found.others.toLocaleString("en")} others). 0.5 is guessing.`,
    },
    {
      name: "implied epsilon",
      of,
      value: found.epsilon,
      better: "lower",
      meaning:
        "The lower bound on epsilon that this attack proves at 95 % confidence. 0 proves nothing; more than the declared epsilon would refute the privacy claim.",
    },
  ];
  if (low !== undefined) {
    scores.splice(1, 0, {
      name: "members found at 1 % false alarms",
      of,
      ...bounds(low.found),
      reference: low.alarm,
      better: "near-reference",
      meaning:
        "Share of learned people whom the same attack finds when it may accuse one in a hundred others; 0.01 is guessing. An average hides the few who stand out, this does not.",
    });
  }
  return { scores };
}

function personal(of: string, synthetic: Table, real: readonly Table[]): Part {
  const searched = textColumns(synthetic);
  if (searched.length === 0)
    return notMade("search for personal texts", "there are no columns of texts");
  const found = personalTexts(synthetic, real);
  const nothing = [`${searched.length} columns searched`, "none found", 0, 0, 0, null];
  return {
    scores: [],
    tables: [
      {
        title: `Texts of ${of} that look personal (check digits verified)`,
        columns: ["column", "kind", "rows", "share", "different", "also in the real rows"],
        rows:
          found.length === 0
            ? [nothing]
            : found.map((each) => [
                each.column,
                each.kind,
                each.rows,
                round(each.share.value),
                each.distinct,
                real.length === 0 ? null : each.replayed,
              ]),
      },
    ],
  };
}

function riskScore(name: string, of: string, risk: AttackRisk, attacker: string): Score {
  const share = (rate: number): string => `${(100 * rate).toFixed(1)} %`;
  const weak = risk.stronger
    ? ""
    : " The attack did no better than blind guessing, so a low risk says little.";
  const meaning = `${attacker} Right in ${share(risk.main)} of ${risk.attacks} attacks on learned people, ${share(risk.control)} on held-out people, ${share(risk.naive)} by guessing; the risk is the excess over held-out people, 0 to 1.${weak}`;
  return { name, of, ...bounds(risk), reference: 0, better: "lower", meaning };
}

function bounds({ value, low, high }: Interval): Interval {
  return { value, low, high };
}

function kindOf(table: Table, name: string): string | undefined {
  return table.columns.find((column) => column.name === name)?.kind;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
