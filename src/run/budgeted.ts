import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { diagnose } from "../base/diagnose.js";
import type { CheckedPrivacy, CheckedSource, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice, Plan } from "../ir/plan.js";
import { protectedTables } from "../ir/protected.js";
import type { Finding, LedgerLine, MeasuredTable } from "../ir/release.js";
import { Account, type AccountOptions } from "../privacy/account.js";
import { Ledger } from "../privacy/ledger.js";
import { ReleaseCache } from "../privacy/ledger-cache.js";
import type { DataTraits, LedgerEntry } from "../privacy/ledger-entry.js";
import { fingerprintOf } from "../privacy/ledger-fingerprint.js";
import { shownCharges } from "../privacy/ledger-lines.js";
import { ParentedModel } from "../synth/marginal/given-parents.js";
import type { ColumnDomain } from "../table/domain.js";
import type { Table } from "../table/table.js";
import type { ChildCounts } from "./child-counts.js";
import { traitsOf } from "./data-traits.js";
import { leadingRef, ownerKeys, ownersOf } from "./entities.js";
import { holdOut } from "./held-out.js";
import { inherit } from "./inherited.js";
import { conditionedOn, type Learned } from "./learn.js";
import { learnPrivately } from "./learn-privately.js";
import { keepOrSay, loadPaid, type PaidFor, storePaid } from "./paid-for.js";
import type { PaidLanguage } from "./paid-language.js";
import { COUNTS_SHARE, countedRef, learnCounts } from "./private-counts.js";
import { questionOf, sharesOf } from "./private-question.js";
import { readBase } from "./read-base.js";
import { readPrivately } from "./read-privately.js";
import type { RunRequest } from "./run-request.js";

/** What a table's rows gave under the budget, and what it cost. */
export interface Budgeted {
  readonly learned: Learned;
  readonly measured: MeasuredTable;
  /** The rows themselves, for a report `inside` alone; without those that were held out for it. */
  readonly rows: Table;
  readonly heldOut?: Table;
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
  /** All rows, and those that are learned from. */
  private readonly whole = new Map<string, Table>();
  private readonly read = new Map<string, Table>();
  /** Domains of the tables learned so far, as released. */
  private readonly domains = new Map<string, readonly ColumnDomain[]>();
  /** How the rows of each table are known again under other names. */
  private readonly traits = new Map<string, DataTraits>();
  /** Charges behind everything that this run releases, in order. */
  private readonly charges: LedgerEntry[] = [];

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
    const { plan, request } = this;
    const source = plan.checked.sources.find((each) => each.name === table.source?.name);
    const keys = ownerKeys(plan.checked, table);
    const all = await readPrivately(source as CheckedSource, table, keys, request);
    this.whole.set(table.name, all);
    const place = { source: source as CheckedSource, folder: request.folder };
    this.traits.set(table.name, await traitsOf(table, all, place, this.ledger));
    const { rows, ...apart } = this.split(table, all);
    this.read.set(table.name, rows);
    const fingerprint = fingerprintOf([...this.whole.values()], this.ledger);
    const question = questionOf(plan, table, request.noiseSeed);
    const choice = plan.learners.find((each) => each.table === table.name) as LearnerChoice;
    if (choice.name === "language") {
      const made = await this.asLanguage(table, rows, choice, question, fingerprint);
      return { ...made, ...apart };
    }
    const paid = loadPaid(this.cache, question, fingerprint, table);
    const made = paid ?? (await this.pay(table, rows, source, question, fingerprint));
    this.domains.set(table.name, made.measured.domains);
    return {
      learned: this.learnedOf(table, made),
      measured: made.measured,
      rows,
      ...apart,
      findings: [
        ...this.seededNotes(table),
        ...made.notes.map((text) => note(table, text)),
        ...(paid === undefined ? [] : [note(table, TAKEN)]),
      ],
      ledger: this.linesOf(question, fingerprint, paid !== undefined),
    };
  }

  private split(table: CheckedTable, all: Table): Pick<Budgeted, "rows" | "heldOut"> {
    const { plan, whole, ledger } = this;
    const { checked, holdout: share } = plan;
    const common = {
      checked,
      table,
      rows: all,
      share,
      secret: this.seededSecret() ?? ledger.secret,
    };
    const found = holdOut({ ...common, read: whole });
    return found === undefined ? { rows: all } : { rows: found.train, heldOut: found.holdout };
  }

  /** For teaching: noise that can be repeated; each use has a stream of its own. */
  private noiseSeed(use: string): { readonly noiseSeed: string | undefined } {
    const { noiseSeed } = this.request;
    return { noiseSeed: noiseSeed === undefined ? undefined : `${noiseSeed} ${use}` };
  }

  private seededSecret(): Buffer | undefined {
    const { noiseSeed } = this.request;
    return noiseSeed === undefined ? undefined : Buffer.from(`seeded ${noiseSeed}`);
  }

  private seededNotes(table: CheckedTable): Finding[] {
    if (this.request.noiseSeed === undefined) return [];
    return [note(table, diagnose("P0757", { what: table.name }).title)];
  }

  /** Ask the data, at the price that the plan states, and keep the answers. */
  private async pay(
    table: CheckedTable,
    rows: Table,
    source: CheckedSource | undefined,
    question: string,
    fingerprint: string,
  ): Promise<PaidFor> {
    const { plan, request, privacy, read } = this;
    const { checked } = plan;
    const owners = ownersOf(checked, table, rows, read);
    const account = this.account(question, source, table, fingerprint, owners.unit.name);
    const shares = sharesOf(plan, table);
    const rho = account.whole() * shares.table;
    account.requireRoom(
      `what ${table.name} needs`,
      account.whole() * (shares.table + shares.report),
    );
    const counted = countedRef(checked, table);
    const forCounts = counted === undefined ? 0 : rho * COUNTS_SHARE;
    const choice = plan.learners.find((each) => each.table === table.name) as LearnerChoice;
    const { progress } = request;
    const above = this.domains.get(leadingRef(checked, table)?.parent ?? "") ?? [];
    const counts =
      counted === undefined
        ? undefined
        : await learnCounts({
            ...{ checked, table, read, choice, account, progress, domains: above, rho: forCounts },
            ...this.noiseSeed(`number of ${table.name}`),
          });
    const made = await learnPrivately({
      ...{ checked, table, rows, choice, account, progress },
      ...this.noiseSeed(table.name),
      inherited: inherit(checked, table, read, above),
      rho: rho - forCounts,
      domainShare: shares.domains,
      reportRho: account.whole() * shares.report,
      ownDelta: privacy.delta * shares.table * (plan.budget?.reservedDelta ?? 0),
      ...owners,
    });
    const paid = { ...made, ...(counts === undefined ? {} : { counts }) };
    const trouble = keepOrSay(() => storePaid(this.cache, question, fingerprint, paid));
    return trouble === undefined ? paid : { ...paid, notes: [...paid.notes, trouble] };
  }

  /** Rows as language: by noisy gradients, or as an earlier run paid for them. */
  private async asLanguage(
    table: CheckedTable,
    rows: Table,
    choice: LearnerChoice,
    question: string,
    fingerprint: string,
  ): Promise<Budgeted> {
    const { plan, request, cache } = this;
    const source = plan.checked.sources.find((each) => each.name === table.source?.name);
    const owners = ownersOf(plan.checked, table, rows, this.read);
    const whole = this.accountOptions(question, source, table, fingerprint, owners.unit.name);
    const shares = sharesOf(plan, table);
    // Losses of gradients are no Rényi divergences: tables share ε and δ themselves.
    const part = Math.min(1, (shares.table + shares.report) * (isAlone(plan) ? 1 : HAIR));
    const partOf = (share: number) => ({
      ...{ ...whole, epsilon: share * whole.epsilon, delta: share * whole.delta },
    });
    const { loadLanguage, storeLanguage } = await import("./paid-language.js");
    const paid = await loadLanguage(cache, question, fingerprint, table);
    const buy = async (): Promise<PaidLanguage> => {
      const { learnLanguagePrivately } = await import("./learn-language-privately.js");
      const above = this.domains.get(leadingRef(plan.checked, table)?.parent ?? "") ?? [];
      const isCounted = countedRef(plan.checked, table) !== undefined;
      const forNumbers = isCounted ? part * COUNTS_SHARE : 0;
      const counts = isCounted
        ? await this.numbersOf(table, above, choice, partOf(forNumbers))
        : undefined;
      const bought = await learnLanguagePrivately({
        ...{ table, rows, choice, progress: request.progress },
        account: partOf(part - forNumbers),
        inherited: inherit(plan.checked, table, this.read, above),
        first: conditionedOn(plan, table),
        base: await readBase(plan.checked, table, choice, request),
        domainShare: shares.domains,
        reportShare: shares.report / part,
        ...this.noiseSeed(table.name),
        ...owners,
      });
      const all = counts === undefined ? bought : { ...bought, counts };
      const trouble = keepOrSay(() => storeLanguage(cache, question, fingerprint, all));
      return trouble === undefined ? all : { ...all, notes: [...all.notes, trouble] };
    };
    const made = paid ?? (await buy());
    this.domains.set(table.name, made.measured.domains);
    const { measured, notes } = made;
    return {
      ...{ measured, rows, learned: await this.languageOf(table, made) },
      findings: [
        ...this.seededNotes(table),
        ...[...notes, ...(paid === undefined ? [] : [TAKEN])].map((text) => note(table, text)),
      ],
      ledger: this.linesOf(question, fingerprint, paid !== undefined),
    };
  }

  /** How many rows belong to one of the row above, for a part of its own. */
  private numbersOf(
    table: CheckedTable,
    domains: readonly ColumnDomain[],
    choice: LearnerChoice,
    options: AccountOptions & { readonly run: string },
  ): Promise<ChildCounts | undefined> {
    const account = new Account({ ...options, run: `${options.run} ${table.name} numbers` });
    return learnCounts({
      ...{ checked: this.plan.checked, table, read: this.read, domains, account },
      ...{ choice: { ...choice, name: "swift" }, progress: this.request.progress },
      rho: account.whole() * HAIR,
      ...this.noiseSeed(`number of ${table.name}`),
    });
  }

  private async languageOf(
    table: CheckedTable,
    { model, own, counts }: PaidLanguage,
  ): Promise<Learned> {
    const ref = leadingRef(this.plan.checked, table);
    if (ref === undefined) return { kind: "rows", model, columns: model.columns };
    const { LanguageUnder } = await import("../synth/neural/language-under.js");
    const under = new LanguageUnder(model, own);
    const known = counts === undefined ? {} : { counts };
    return { kind: "parented", model: under, ref: ref.name, columns: under.columns, ...known };
  }

  private learnedOf(table: CheckedTable, made: PaidFor): Learned {
    const { model, own, counts } = made;
    const ref = leadingRef(this.plan.checked, table);
    if (ref === undefined) return { kind: "rows", model, columns: model.columns };
    const parented = new ParentedModel(model, own);
    const known = counts === undefined ? {} : { counts };
    return {
      kind: "parented",
      model: parented,
      ref: ref.name,
      columns: parented.columns,
      ...known,
    };
  }

  /**
   * The charges of a table, with the ε of all charges up to each: those of this run and of the earlier runs
   * whose answers it takes over.
   */
  private linesOf(question: string, fingerprint: string, known: boolean): LedgerLine[] {
    const all = this.ledger
      .entries()
      .filter(({ plan, data }) => plan === question && data.fingerprint === fingerprint);
    const run = known ? runOf(all.at(-1)?.run ?? "") : this.run;
    const entries = all.filter((each) => runOf(each.run) === run);
    this.charges.push(...entries);
    const lines = shownCharges(this.charges, this.privacy.epsilon, this.privacy.delta);
    return lines.slice(lines.length - entries.length);
  }

  private traitsOf(table = ""): { readonly traits?: DataTraits } {
    const traits = this.traits.get(table);
    return traits === undefined ? {} : { traits };
  }

  private account(
    plan: string,
    source: CheckedSource | undefined,
    table: CheckedTable,
    fingerprint: string,
    unit: string,
  ): Account {
    return new Account(this.accountOptions(plan, source, table, fingerprint, unit));
  }

  private accountOptions(
    plan: string,
    source: CheckedSource | undefined,
    table: CheckedTable,
    fingerprint: string,
    unit: string,
  ): AccountOptions & { readonly run: string } {
    const { checked } = this.plan;
    // Columns of the row above are asked about together with these: its source pays too.
    const above = checked.tables.find(({ name }) => name === leadingRef(checked, table)?.parent);
    const others = checked.sources.filter(
      ({ name }) => name === above?.source?.name && name !== source?.name,
    );
    const beside = others.map(({ name }) => name);
    return {
      ...{ ledger: this.ledger, run: this.run, plan, unit },
      data: {
        ...{ source: source?.name ?? table.name, fingerprint },
        ...this.traitsOf(table.name),
        ...(beside.length === 0 ? {} : { beside }),
      },
      caps: others.flatMap(({ name, capEpsilon: epsilon }) =>
        epsilon === undefined ? [] : [{ source: name, epsilon, ...this.traitsOf(above?.name) }],
      ),
      epsilon: this.privacy.epsilon,
      delta: this.privacy.delta,
      ...(this.plan.budget === undefined ? {} : { reservedDelta: this.plan.budget.reservedDelta }),
      ...(source?.capEpsilon === undefined ? {} : { cap: source.capEpsilon }),
    };
  }
}

/** The run that an account's run belongs to: some keep several accounts, told apart by a second word. */
function runOf(name: string): string {
  return name.split(" ")[0] as string;
}

/** Shares of several tables are kept this much below one, for rounding. */
const HAIR = 1 - 1e-9;

function isAlone({ checked }: Plan): boolean {
  return protectedTables(checked).length === 1;
}

const TAKEN = "taken from an earlier run of the same plan on the same data, at no cost";

function note(table: CheckedTable, policy: string): Finding {
  return { kind: "note", table: table.name, count: 0, examples: [], policy };
}
