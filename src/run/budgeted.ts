import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CheckedPrivacy, CheckedSource, CheckedTable } from "../ir/checked.js";
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
import type { Learned } from "./learn.js";
import { learnPrivately } from "./learn-privately.js";
import type { RunRequest } from "./run-request.js";

/** What a table's rows gave under the budget, and what it cost. */
export interface Budgeted {
  readonly learned: Learned;
  readonly findings: readonly Finding[];
  readonly ledger: readonly LedgerLine[];
}

/** The folder of ledger and paid releases, beside the spec. */
export const LEDGER_FOLDER = ".parable";

/**
 * Learn a table under the spec's budget: rows go into custody, every question about them is charged to
 * the ledger before its noise is drawn. The same plan on the same data takes what was paid for before
 * and costs nothing.
 */
export async function learnUnderBudget(
  plan: Plan,
  table: CheckedTable,
  request: RunRequest,
): Promise<Budgeted> {
  const privacy = plan.checked.privacy as CheckedPrivacy;
  const source = plan.checked.sources.find((each) => each.name === table.source?.name);
  const rows = await readRows(source as CheckedSource, table, request);
  const folder = join(request.folder, LEDGER_FOLDER);
  const ledger = new Ledger(folder);
  const cache = new ReleaseCache(folder);
  const fingerprint = fingerprintOf([rows], ledger);
  const question = questionOf(plan, table);
  const known = cache.load(question, fingerprint);
  if (known !== undefined) {
    const model = loadMarginalModel(decodeModel(known, table.name));
    const paid = ledger.entries().filter((each) => each.plan === question);
    const run = paid.at(-1)?.run;
    const lines = paid.filter((each) => each.run === run);
    return {
      learned: rowsLearned(model),
      findings: [
        note(table, "taken from an earlier run of the same plan on the same data, at no cost"),
      ],
      ledger: shownCharges(lines, privacy.epsilon, privacy.delta),
    };
  }
  const account = new Account({
    ledger,
    plan: question,
    data: { source: source?.name ?? table.name, fingerprint },
    unit: `each row of ${table.name}`,
    epsilon: privacy.epsilon,
    delta: privacy.delta,
    ...(source?.capEpsilon === undefined ? {} : { cap: source.capEpsilon }),
  });
  const choice = plan.learners.find((each) => each.table === table.name) as LearnerChoice;
  const { progress } = request;
  const made = await learnPrivately({
    ...{ checked: plan.checked, table, rows, choice, account, progress },
    rho: account.remaining([]),
    domainShare: plan.budget?.shares.find((part) => part.on === "domains")?.share ?? 0,
    delta: privacy.delta,
    unit: { name: `each row of ${table.name}`, contributions: 1 },
  });
  cache.store(question, fingerprint, encodeModel(made.model.save()));
  const entries = ledger.entries().filter((each) => each.run === account.run);
  return {
    learned: rowsLearned(made.model),
    findings: made.notes.map((text) => note(table, text)),
    ledger: shownCharges(entries, privacy.epsilon, privacy.delta),
  };
}

function rowsLearned(model: MarginalRowModel): Learned {
  return { kind: "rows", model, columns: model.columns };
}

function note(table: CheckedTable, policy: string): Finding {
  return { kind: "note", table: table.name, count: 0, examples: [], policy };
}

/** Rows as declared; what lies outside the domains is left out silently: its count is private. */
async function readRows(
  source: CheckedSource,
  table: CheckedTable,
  request: RunRequest,
): Promise<Table> {
  const { progress } = request;
  progress.report({ phase: `reading ${source.name}`, done: 0 });
  const opened = await openSource(source, request);
  const read = await opened.read({
    ...(table.source?.table === undefined ? {} : { table: table.source.table }),
    name: table.name,
    columns: table.columns.filter((column) => column.origin.kind === "learned"),
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
