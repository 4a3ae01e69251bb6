import type { Progress } from "../base/progress.js";
import { jointZeros } from "../constraint/joint.js";
import type { CheckedColumn, CheckedRule, CheckedTable } from "../ir/checked.js";
import { countsFirst } from "../ir/counts-first.js";
import { formulasOf } from "../ir/formulas-of.js";
import type { LearnerChoice } from "../ir/plan.js";
import type { MeasuredTable } from "../ir/release.js";
import type { ProtectedUnit } from "../privacy/access.js";
import { Account, type AccountOptions } from "../privacy/account.js";
import { DELTA_BESIDE_GRADIENTS, limitAt, OWN_DELTA } from "../privacy/budget.js";
import { calibrateNoiseTightly } from "../privacy/calibrate.js";
import { exactRate } from "../privacy/descent.js";
import { PrivateTable, type Spelling } from "../privacy/private-table.js";
import { countedSights } from "../synth/language-time.js";
import type { LanguageRows } from "../synth/neural/language-rows.js";
import type { Base, PrivateField } from "../synth/neural/private-train.js";
import { BINS, type ColumnDomain } from "../table/domain.js";
import { columnOf, type Table } from "../table/table.js";
import { type Inherited, withInherited } from "./inherited.js";
import { measureCounts } from "./measure-counts.js";
import { domainShareOf, privateDomains } from "./private-domains.js";
import { rowsOfCounts } from "./rows-of-counts.js";

export interface PrivateLanguageRequest {
  readonly table: CheckedTable;
  /** Rows inside the declared domains; nothing about them leaves but through the accounts. */
  readonly rows: Table;
  /** Columns of the rows above, where the same unit owns them: told first, and never learned. */
  readonly inherited?: Inherited | undefined;
  readonly choice: LearnerChoice;
  /** With the ε and δ of this table: those of a spec's tables add up to its budget. */
  readonly account: AccountOptions & { readonly run: string };
  /** Names of the columns to draw first. */
  readonly first: readonly string[];
  /** The share of the budget for domains, where any must be learned; default a tenth. */
  readonly domainShare: number | undefined;
  /** The share of the budget for noisy counts that the report compares with. */
  readonly reportShare: number;
  /** Public rows to train on first. */
  readonly base: Table | undefined;
  readonly unit: ProtectedUnit;
  readonly entities?: ArrayLike<number>;
  /** Draw the noise from this seed, for teaching; default: from the operating system. */
  readonly noiseSeed?: string | undefined;
  readonly progress: Progress;
}

export interface PrivateLanguage {
  /** Over the table's own columns, then those inherited from the row above. */
  readonly model: LanguageRows;
  /** How many of the model's columns are the table's own. */
  readonly own: number;
  readonly measured: MeasuredTable;
  readonly notes: readonly string[];
}

/** Rows drawn from counts for each row there is, and at most; and how many of them are seen, over all epochs. */
const DRAWN = 5;
const MOST_DRAWN = 20_000;

/** What the noisy number of rows costs where no counts tell it, of what the gradients may spend. */
const COUNT = 0.01;
/** Calibration keeps this much away from the budget, for rounding. */
const HAIR = 1 - 1e-6;

/**
 * Learn a table as language under its budget: domains first, where the spec leaves any to the data, and counts
 * for the report; then counts whose rows are learned first, or else a noisy number of rows; then noisy gradients with what
 * is left. The parts add up in ε and δ.
 */
export async function learnLanguagePrivately(
  request: PrivateLanguageRequest,
): Promise<PrivateLanguage> {
  const { table, choice, progress, inherited } = request;
  const learned = table.columns.filter(({ origin }) => origin.kind === "learned");
  const columns = learned.filter(({ type }) => type.kind !== "text");
  const bins = numberOption(choice, "bins") ?? BINS;
  const usual = domainShareOf(columns, bins);
  // Texts alone have no counts to compare with.
  const reportShare = columns.length === 0 ? 0 : request.reportShare;
  const domainShare = usual === 0 ? 0 : (1 - reportShare) * (request.domainShare ?? usual);
  const countShare = (1 - reportShare - domainShare) * countsFirst(choice, learned);
  const share = domainShare + reportShare + countShare;
  const { forCounts, forGradients, epsilon, delta } = accounts(request.account, share, table.name);
  const rho = (part: number) => (part === 0 ? 0 : ((forCounts?.whole() ?? 0) * part) / share);
  const custody = custodyOf(request, forCounts ?? forGradients);
  progress.report({ phase: `learning the domains of ${table.name}`, done: 0 });
  const domains = privateDomains({
    ...{ table, columns, custody, bins },
    rho: rho(domainShare),
    delta: request.account.delta * DELTA_BESIDE_GRADIENTS * OWN_DELTA * HAIR,
  });
  const all = [...domains, ...(inherited?.domains ?? [])];
  const counts =
    reportShare > 0 ? measureCounts(custody.access(domains), domains, rho(reportShare)) : [];
  const counted =
    countShare === 0
      ? undefined
      : await rowsOfCounts({
          ...{ name: table.name, domains: all, progress, access: custody.access(all) },
          zeros: jointZeros(rulesOf(request), all, formulasOf(table)),
          ...{ rho: rho(countShare) * HAIR },
          rows: (total) => Math.min(MOST_DRAWN, DRAWN * total),
        });
  const drawn = counted?.drawn;
  // Counts of columns tell how many rows there are, too.
  const rows = counted?.total ?? Math.max(1, custody.countOfRows(COUNT * epsilon, forGradients));
  const { languageOptions } = await import("../synth/neural/options.js");
  const settings = usualOptions(rows, drawn !== undefined);
  const options = languageOptions({ ...settings, ...choice.options }, rows);
  const rate = exactRate(Math.min(1, options.batch / rows));
  const steps = Math.max(1, Math.round(options.epochs / rate));
  progress.report({ phase: "choosing the noise", done: 0 });
  const spent = counted === undefined ? COUNT : 0;
  const left = { epsilon: epsilon * (1 - spent) * HAIR, delta: delta * HAIR };
  const noise = numberOption(choice, "noise") ?? calibrateNoiseTightly({ rate, steps, ...left });
  const fields = await fieldsOf(learned, domains, inherited?.domains ?? [], request.base);
  const noisySum = custody.descent(
    fields.asked,
    { rate, noise, steps, delta: left.delta },
    forGradients,
  );
  const worth = worthInRows(countShare * request.account.epsilon, rows);
  const bases = basesOf(request.base, drawn, learned, worth);
  const { trainPrivately } = await import("../synth/neural/private-train.js");
  const model = await trainPrivately({
    ...{ table: table.name, fields: fields.known, options, steps, noisySum, progress },
    expected: rate * rows,
    order: orderOf(learned, fields.known.length, request.first),
    bases,
  });
  const said = `gradients of samples of about ${Math.round(rate * rows)} rows, clipped to ${options.clip}, with noise of ${noise.toPrecision(3)} times that`;
  const notes = [...firstNotes(drawn, bases), ...(model.notes ?? []), said];
  const measured = {
    ...{ table: table.name, domains, total: rows, counts, errors: [] },
    unseen: true,
  } as const;
  return { model, own: learned.length, measured, notes };
}

/** The table's rules, with the columns of the row above as those that stand beside its own. */
function rulesOf({ table, inherited }: PrivateLanguageRequest): readonly CheckedRule[] {
  return inherited === undefined ? table.rules : withInherited(table.rules, inherited.ref);
}

/**
 * The columns in the table's order, then those of the row above: as their words are asked of the rows, and as the network
 * knows them. Texts are spelt in letters that no private row chose.
 */
async function fieldsOf(
  learned: readonly CheckedColumn[],
  domains: readonly ColumnDomain[],
  above: readonly ColumnDomain[],
  base: Table | undefined,
): Promise<{
  readonly asked: readonly (ColumnDomain | Spelling)[];
  readonly known: readonly PrivateField[];
}> {
  const { statedColumn } = await import("../synth/neural/private-train.js");
  const { statedLetters } = await import("../synth/neural/letters.js");
  const pairs = learned.map(({ name, type, optional }) => {
    const domain = domains.find((each) => each.name === name);
    if (domain !== undefined) return [domain, statedColumn(domain)] as const;
    const open = base === undefined ? undefined : columnOf(base, name);
    const codec = statedLetters(open?.kind === "code" ? open.levels : []);
    const spell: Spelling["spell"] = (text, into, at) => {
      if (text === undefined) codec.spell(-1, into, at);
      else codec.spellText(text, into, at);
    };
    const asked: Spelling = { name, optional, slots: codec.slots, spell };
    return [asked, { column: { name, type, optional }, codec, levels: undefined }] as const;
  });
  return {
    asked: [...pairs.map(([asked]) => asked), ...above],
    known: [...pairs.map(([, known]) => known), ...above.map(statedColumn)],
  };
}

/**
 * Larger samples and fewer of them than without noise: the noise of a step does not grow with its sample. Few
 * and small steps from weights that know pairs already.
 */
function usualOptions(rows: number, begins: boolean): LearnerChoice["options"] {
  const batch = Math.min(1024, Math.max(32, Math.round(rows / 25)));
  const much = begins ? { epochs: [5], rate: [3e-4] } : { epochs: [15], rate: [3e-3] };
  return { batch: [batch], dropout: [0], ...much };
}

function custodyOf(request: PrivateLanguageRequest, account: Account): PrivateTable {
  const { unit, entities, noiseSeed } = request;
  const table = request.inherited?.table ?? request.rows;
  const whose = entities === undefined ? {} : { entities };
  return new PrivateTable({ table, unit, account, noiseSeed, ...whose });
}

function firstNotes(drawn: Table | undefined, bases: readonly Base[]): string[] {
  if (drawn === undefined) return [];
  const rows = drawn.rows.toLocaleString("en-US");
  const among = bases.find((base) => base.among !== undefined)?.among;
  const open =
    among === undefined
      ? ""
      : `; ${Math.round(100 * among.share)}% of what was seen were public rows, weighed so that each column is as in those`;
  return [`first, ${rows} rows were learned that noisy counts of columns and pairs give${open}`];
}

/**
 * What is learned without noise: rows of counts with public rows among them where those have all columns; else one
 * after the other.
 */
function basesOf(
  open: Table | undefined,
  drawn: Table | undefined,
  columns: readonly CheckedColumn[],
  worth: number,
): readonly Base[] {
  const isCounted = true;
  if (drawn === undefined) return open === undefined ? [] : [{ rows: open }];
  if (open === undefined) return [{ rows: drawn, isCounted, sights: countedSights }];
  if (columns.some(({ name }) => columnOf(open, name) === undefined)) {
    return [{ rows: open }, { rows: drawn, isCounted, sights: countedSights }];
  }
  const share = open.rows / (open.rows + worth);
  const sights = Math.min(2 * countedSights, countedSights / (1 - share));
  return [{ rows: drawn, isCounted, sights, among: { rows: open, share } }];
}

/**
 * How many real rows tell about as much of what goes together as noisy counts do: measured once, on Adult, where samples of
 * 900, 2,700 and 8,000 rows are as near in triples as counts of ε·rows = 4,000, 16,000 and 160,000.
 */
function worthInRows(epsilon: number, rows: number): number {
  return 20 * Math.sqrt(epsilon * rows);
}

/**
 * Two accounts of a table that add up to its budget: one in ρ for domains and counts, one in plain (ε, δ) for the count and the
 * gradients, whose loss distribution is tighter than any of its Rényi divergences.
 */
function accounts(options: PrivateLanguageRequest["account"], share: number, table: string) {
  const { epsilon, delta, run } = options;
  const part = { epsilon: share * epsilon, delta: DELTA_BESIDE_GRADIENTS * delta };
  const forCounts =
    share === 0 ? undefined : new Account({ ...options, ...part, run: `${run} ${table} domains` });
  const rest = {
    epsilon: (1 - share) * epsilon,
    delta: share === 0 ? delta : (1 - DELTA_BESIDE_GRADIENTS) * delta,
  };
  const limit = limitAt("the budget", rest.epsilon, rest.delta, Number.POSITIVE_INFINITY, 1);
  const forGradients = new Account({
    ...options,
    ...rest,
    limit,
    run: `${run} ${table} gradients`,
  });
  return { forCounts, forGradients, ...rest };
}

/** Columns of the row above stand behind the own ones, and are told before them. */
function orderOf(
  columns: readonly CheckedColumn[],
  all: number,
  first: readonly string[],
): number[] {
  const above = Array.from({ length: all - columns.length }, (_, i) => columns.length + i);
  const ahead = first.flatMap((name) => {
    const at = columns.findIndex((column) => column.name === name);
    return at < 0 ? [] : [at];
  });
  return [...above, ...ahead, ...columns.keys()].filter((at, i, all) => all.indexOf(at) === i);
}

function numberOption(choice: LearnerChoice, name: string): number | undefined {
  const value = choice.options[name]?.find((each) => typeof each === "number");
  return typeof value === "number" ? value : undefined;
}
