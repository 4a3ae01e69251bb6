import { figureText } from "../base/figure-text.js";
import type { Report, ReportSection, Score } from "../ir/report.js";
import { columnOf, type Table } from "../table/table.js";
import { binnedColumns, type Compared, compareOne, compareTwo } from "./binned.js";
import type { EvaluatedOutput, EvaluateRequest } from "./request.js";

/** At most so large a chance that any comparison of an output is named though its rows are as good as real. */
const CHANCE = 0.01;
/** The chance that a difference of the size that is told to be found goes unseen. */
const MISSED = 0.1;
/** Sentences of one kind about one output. */
const MOST = 4;

/** A comparison that chance does not explain. */
interface Odd {
  readonly columns: readonly string[];
  /** Share of the rows that would have to change. */
  readonly share: number;
  readonly chance: number;
}

/**
 * What stands out, in words: columns and pairs of columns that differ from the real rows by more than
 * chance, and attacks that succeed. A distance of shares is named where it exceeds what it is on average
 * for rows as good as real ones by McDiarmid's bound (1989), √(ln(k / 0.01)(1/n + 1/m) / 2) for k
 * comparisons of n and m rows; an attack where an interval half again as wide as the one of 95 % lies
 * beyond what it is without a leak. Of comparisons it also says what they would find nine times of ten, by
 * the same bound in the other direction; so that silence about few rows isn't taken for praise.
 */
export function standsOut(
  request: EvaluateRequest,
  sections: readonly ReportSection[],
): Pick<Report, "standsOut"> {
  const has = (topic: string) => sections.some((section) => section.topic === topic);
  const found = has("fidelity") ? request.outputs.flatMap((output) => oddities(output) ?? []) : [];
  const compared = found.flatMap(({ lines }) => lines);
  const attacks = sections.flatMap((section) =>
    section.topic === "privacy" ? section.scores.filter(succeeds).map(attackWords) : [],
  );
  const lines = [...compared, ...attacks];
  if (lines.length === 0 && found.length === 0) return {};
  const power = found.map((each) => each.power);
  if (lines.length === 0) {
    const attack = has("privacy") ? " and no attack" : "";
    const lead = `Nothing stands out: no difference${attack} that chance doesn't explain.`;
    return { standsOut: { lead, lines, power } };
  }
  const onPurpose =
    request.fairness !== undefined && compared.length > 0
      ? " What the fairness goals change on purpose is told, too."
      : "";
  const lead = `What stands out. Chance doesn't explain it: of a hundred reports on rows as good as real ones fewer than five have such a line.${onPurpose}`;
  return { standsOut: { lead, lines, power } };
}

/** What stands out of one output, and what would have; nothing where nothing is compared. */
function oddities(
  output: EvaluatedOutput,
): { readonly lines: readonly string[]; readonly power: string } | undefined {
  const { name, synthetic, real, completed } = output;
  const columns = completed === true ? [] : binnedColumns(output);
  if (real === undefined || columns.length === 0) return undefined;
  const comparisons = (columns.length * (columns.length + 1)) / 2;
  const spread = 1 / real.rows + 1 / synthetic.rows;
  const slack = Math.sqrt((Math.log(comparisons / CHANCE) * spread) / 2);
  const missed = Math.sqrt((Math.log(1 / MISSED) * spread) / 2);
  const seen: [number, number] = [0, 0];
  const judge = (names: readonly string[], found: Compared): readonly Odd[] => {
    const [share, chance] = [1 - found.value, 1 - found.ceiling + slack];
    const which = names.length - 1;
    seen[which] = Math.max(seen[which] as number, chance + missed);
    return share > chance ? [{ columns: names, share, chance }] : [];
  };
  const ones = columns.flatMap((one) => judge([one.bins.column], compareOne(one)));
  const named = new Set(ones.flatMap((one) => one.columns));
  const others = columns.filter((one) => !named.has(one.bins.column));
  const pairs = others.flatMap((left, i) =>
    others
      .slice(i + 1)
      .flatMap((right) => judge([left.bins.column, right.bins.column], compareTwo(left, right))),
  );
  const lines = [...oneWords(ones, synthetic, real), ...pairWords(pairs, others.length - 1)];
  return {
    lines: lines.map((line) => `${name}: ${line}`),
    power: powerWords(name, [synthetic.rows, real.rows], seen),
  };
}

function powerWords(
  name: string,
  [made, real]: readonly [number, number],
  [one, two]: readonly [number, number],
): string {
  const [few, many] = [made, real].map((count) => count.toLocaleString("en"));
  const rows = `${few} rows of ${name} beside ${many} real ones`;
  if (one >= 1) return `${rows} are too few to show any difference.`;
  const pair =
    two === 0
      ? ""
      : two < 1
        ? `, in a pair of columns of ${percent(two)}`
        : ", in a pair of columns none";
  return `${rows} show, at least nine times of ten, a difference in a column of ${percent(one)} of the rows${pair}; smaller ones may go unseen.`;
}

const byShare = (odd: readonly Odd[]) => [...odd].sort((a, b) => b.share - a.share);

function oneWords(odd: readonly Odd[], synthetic: Table, real: Table): readonly string[] {
  return shortened(
    byShare(odd).map((one) => {
      const [made, known] = [synthetic, real].map((table) => differentIn(table, one.columns[0]));
      const alone = made === 1 && known !== 1;
      const what = alone ? "has but one value" : "is spread otherwise than in the real rows";
      return `\`${one.columns[0]}\` ${what}; ${amount(one)}.`;
    }),
    "columns",
  );
}

/** Different values of a column, missing among them; bins would take several for one. */
function differentIn(table: Table, name: string | undefined): number {
  const column = name === undefined ? undefined : columnOf(table, name);
  return new Set<number>(column?.kind === "number" ? column.values : column?.codes).size;
}

/** Pairs by the column that most of them share, where one does; else each by itself. */
function pairWords(odd: readonly Odd[], others: number): readonly string[] {
  const lines: string[] = [];
  let left = byShare(odd);
  while (left.length > 0) {
    const times = new Map<string, number>();
    for (const name of left.flatMap(({ columns }) => columns)) {
      times.set(name, (times.get(name) ?? 0) + 1);
    }
    const [column, count] = [...times].reduce((a, b) => (b[1] > a[1] ? b : a));
    const worst = left.find(({ columns }) => columns.includes(column)) as Odd;
    if (count < 3) {
      const next = left[0] as Odd;
      lines.push(`${pairOf(next)} otherwise than in the real rows; ${amount(next)}.`);
      left = left.slice(1);
      continue;
    }
    const partner = worst.columns.find((name) => name !== column);
    lines.push(
      `\`${column}\` goes together otherwise than in the real rows with ${count} of ${others} other columns, most of all with \`${partner}\`: there ${amount(worst)}.`,
    );
    left = left.filter(({ columns }) => !columns.includes(column));
  }
  return shortened(lines, "pairs of columns");
}

const pairOf = ({ columns }: Odd) => `\`${columns[0]}\` and \`${columns[1]}\` go together`;

const percent = (value: number) => `${(100 * value).toFixed(1)}%`;

function amount({ share, chance }: Odd): string {
  return `${percent(share)} of the rows would have to change, where chance explains ${percent(chance)}`;
}

function shortened(lines: readonly string[], what: string): readonly string[] {
  if (lines.length <= MOST + 1) return lines;
  return [
    ...lines.slice(0, MOST),
    `${lines.length - MOST} more ${what}; the tables below list them.`,
  ];
}

/** Distances, which leak where they are small: the shares beside them tell the same in the other direction. */
const DISTANCES = ["distance to the closest record", "nearest-neighbour distance ratio"];

/** Whether an attack does better than without a leak by more than half again its interval. */
function succeeds({ name, value, low, reference }: Score): boolean {
  if (low === undefined || reference === undefined || DISTANCES.includes(name)) return false;
  return value - 1.5 * (value - low) > reference;
}

function attackWords({ name, of, value, low, high, reference }: Score): string {
  const [own, from, to, without] = [value, low, high, reference].map((each) =>
    figureText(each ?? Number.NaN),
  );
  return `${of}: ${name} comes to ${own} (95%: ${from} to ${to}), without a leak to ${without}.`;
}
