import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CheckedColumn, CheckedPrivacy, CheckedSource, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice, Plan } from "../ir/plan.js";
import type { Finding, LedgerLine } from "../ir/release.js";
import { Account } from "../privacy/account.js";
import { Ledger } from "../privacy/ledger.js";
import { ReleaseCache } from "../privacy/ledger-cache.js";
import { fingerprintOf } from "../privacy/ledger-fingerprint.js";
import { shownCharges } from "../privacy/ledger-lines.js";
import { loadMarginalModel, type MarginalRowModel } from "../synth/marginal/row-model.js";
import { decodeModel, encodeModel } from "../synth/saved-model.js";
import { openSource } from "../table/source.js";
import type { Table } from "../table/table.js";
import type { PrivateCounts } from "./child-counts.js";
import { ownerKeys, ownersOf } from "./entities.js";
import type { Learned } from "./learn.js";
import { learnPrivately } from "./learn-privately.js";
import { COUNTS_SHARE, countedRef, learnCounts } from "./private-counts.js";
import type { RunRequest } from "./run-request.js";

/** What a table's rows gave under the budget, and what it cost. */
export interface Budgeted {
  readonly learned: Learned;
  readonly findings: readonly Finding[];
  readonly ledger: readonly LedgerLine[];
}

/** The folder of ledger and paid releases, beside the spec. */
const LEDGER_FOLDER = ".parable";

/**
 * One run under the spec's budget: rows go into custody, every question about them is charged to the
 * ledger before its noise is drawn. All tables of the run share one budget, because a protected unit
 * may have rows in each of them. The same plan on the same data takes what was paid for before and
 * costs nothing.
 */
export class PrivateRun {
  private readonly plan: Plan;
  private readonly request: RunRequest;
  private readonly privacy: CheckedPrivacy;
  private readonly ledger: Ledger;
  private readonly cache: ReleaseCache;
  private readonly run = randomUUID();
  private readonly read = new Map<string, Table>();

  constructor(plan: Plan, request: RunRequest) {
    const folder = join(request.folder, LEDGER_FOLDER);
    this.plan = plan;
    this.request = request;
    this.privacy = plan.checked.privacy as CheckedPrivacy;
    this.ledger = new Ledger(folder);
    this.cache = new ReleaseCache(folder);
  }

  /** Learn a table; the tables that its refs lead to come first. */
  async learn(table: CheckedTable): Promise<Budgeted> {
    const { plan, request, ledger, privacy } = this;
    const source = plan.checked.sources.find((each) => each.name === table.source?.name);
    const keys = ownerKeys(plan.checked, table);
    const rows = await readRows(source as CheckedSource, table, keys, request);
    this.read.set(table.name, rows);
    const fingerprint = fingerprintOf([...this.read.values()], ledger);
    const question = questionOf(plan, table);
    const known = this.cache.load(question, fingerprint);
    if (known !== undefined) return this.known(table, question, fingerprint, known);
    const owners = ownersOf(plan.checked, table, rows, this.read);
    const account = this.account(question, source, table, fingerprint, owners.unit.name);
    const share = shareOf(plan, table);
    const rho = account.whole() * share;
    account.requireRoom(`what ${table.name} needs`, rho);
    const counted = countedRef(plan.checked, table) === undefined ? 0 : rho * COUNTS_SHARE;
    const counts =
      counted === 0 ? undefined : learnCounts(plan.checked, table, this.read, account, counted);
    const made = await learnPrivately({
      ...{ checked: plan.checked, table, rows, account, progress: request.progress },
      choice: plan.learners.find((each) => each.table === table.name) as LearnerChoice,
      rho: rho - counted,
      domainShare: plan.budget?.shares.find((part) => part.on === "domains")?.share,
      delta: privacy.delta * share,
      ...owners,
    });
    this.cache.store(countsOf(question), fingerprint, Buffer.from(JSON.stringify(counts ?? null)));
    this.cache.store(question, fingerprint, encodeModel(made.model.save()));
    const entries = ledger
      .entries()
      .filter((each) => each.run === this.run && each.plan === question);
    return {
      learned: rowsLearned(made.model, counts),
      findings: made.notes.map((text) => note(table, text)),
      ledger: shownCharges(entries, privacy.epsilon, privacy.delta),
    };
  }

  private account(
    plan: string,
    source: CheckedSource | undefined,
    table: CheckedTable,
    fingerprint: string,
    unit: string,
  ): Account {
    return new Account({
      ...{ ledger: this.ledger, run: this.run, plan, unit },
      data: { source: source?.name ?? table.name, fingerprint },
      epsilon: this.privacy.epsilon,
      delta: this.privacy.delta,
      ...(source?.capEpsilon === undefined ? {} : { cap: source.capEpsilon }),
    });
  }

  /** What an earlier run paid for. */
  private known(
    table: CheckedTable,
    question: string,
    fingerprint: string,
    saved: Buffer,
  ): Budgeted {
    const counts = this.cache.load(countsOf(question), fingerprint)?.toString() ?? "null";
    const model = loadMarginalModel(decodeModel(saved, table.name));
    const paid = this.ledger.entries().filter((each) => each.plan === question);
    const run = paid.at(-1)?.run;
    const lines = paid.filter((each) => each.run === run);
    const policy = "taken from an earlier run of the same plan on the same data, at no cost";
    return {
      learned: rowsLearned(model, JSON.parse(counts) as PrivateCounts | null),
      findings: [note(table, policy)],
      ledger: shownCharges(lines, this.privacy.epsilon, this.privacy.delta),
    };
  }
}

/** A table's share of the budget: as `spend` says, else what is left in equal parts. */
function shareOf({ checked, budget }: Plan, table: CheckedTable): number {
  const learned = checked.tables.filter((each) => each.source !== undefined);
  const stated = (name: string) => budget?.shares.find((part) => part.on === name)?.share;
  const own = stated(table.name);
  if (own !== undefined) return own;
  const others = learned.map((each) => stated(each.name));
  const spoken = others.reduce((sum: number, share) => sum + (share ?? 0), stated("report") ?? 0);
  const left = 1 - spoken;
  return Math.max(0, left) / others.filter((share) => share === undefined).length;
}

function rowsLearned(model: MarginalRowModel, counts: PrivateCounts | null | undefined): Learned {
  return { kind: "rows", model, columns: model.columns, ...(counts ? { counts } : {}) };
}

/** The cache's name for the numbers of children that belong to a question. */
function countsOf(question: string): string {
  return `${question} counts`;
}

function note(table: CheckedTable, policy: string): Finding {
  return { kind: "note", table: table.name, count: 0, examples: [], policy };
}

/** Rows as declared; what lies outside the domains is left out silently: its count is private. */
async function readRows(
  source: CheckedSource,
  table: CheckedTable,
  keys: readonly CheckedColumn[],
  request: RunRequest,
): Promise<Table> {
  const { progress } = request;
  progress.report({ phase: `reading ${source.name}`, done: 0 });
  const opened = await openSource(source, request);
  const read = await opened.read({
    ...(table.source?.table === undefined ? {} : { table: table.source.table }),
    name: table.name,
    columns: table.columns.filter(
      (column) => column.origin.kind === "learned" || keys.includes(column),
    ),
    keepExamples: false,
    signal: progress.signal,
  });
  return read.table;
}

/** A name for what is asked of the data: everything that decides what is measured, and nothing else. */
function questionOf(plan: Plan, table: CheckedTable): string {
  const { privacy, spec } = plan.checked;
  const asked = {
    table: { ...table, columns: table.columns.map(({ span: _, doc: __, ...rest }) => rest) },
    rules: table.rules.map((rule) => rule.text),
    privacy,
    learner: plan.learners.find((each) => each.table === table.name),
    origin: spec.kind,
  };
  return createHash("sha256")
    .update(JSON.stringify(asked, (key, value) => (key === "span" ? undefined : value)))
    .digest("hex");
}
