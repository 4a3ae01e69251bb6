import { failure } from "../base/failure.js";
import { type ParentRows, parentRows } from "../constraint/scope.js";
import type { CheckedTable } from "../ir/checked.js";
import type { LearnerChoice, Plan } from "../ir/plan.js";
import { isProtected } from "../ir/protected.js";
import { leadingRef, parentsFirst } from "../ir/refs.js";
import type {
  Finding,
  LedgerLine,
  MeasuredTable,
  Release,
  ReleasedModel,
  ReleasedTable,
} from "../ir/release.js";
import { taughtPairs } from "../synth/taught-pairs.js";
import type { Scribe } from "../synth/text/scribe.js";
import { splitByKey, splitTable } from "../table/split.js";
import { columnOf, type Table } from "../table/table.js";
import type { PrivateRun } from "./budgeted.js";
import { doubtsOf } from "./doubts.js";
import { drawOutput, withTypes } from "./draw.js";
import { loadLearned, saveLearned } from "./keep-learned.js";
import { type Learned, learn } from "./learn.js";
import { smoothedFound } from "./outcomes.js";
import { learnOwnRefs } from "./own-refs.js";
import { readReal } from "./read.js";
import { readBase } from "./read-base.js";
import type { RunRequest } from "./run-request.js";
import { streamOutput } from "./stream.js";
import { unknownInRules, withUnknown } from "./unknown-values.js";

/**
 * Carry out a plan: read, hold out, learn, draw. Tables come in the order of their refs, parents
 * first. An abort stops at the next safe point and leaves nothing behind.
 */
export async function run(plan: Plan, request: RunRequest): Promise<Release> {
  const work = new Work(plan, request);
  for (const table of parentsFirst(plan.checked.tables)) {
    if (table.source !== undefined) await work.learn(table);
    work.lookAtValues(table);
  }
  const outputs: ReleasedTable[] = [];
  try {
    for (const output of plan.checked.outputs) outputs.push(...(await work.draw(output)));
  } finally {
    await work.close();
  }
  return work.release(outputs);
}

class Work {
  private readonly plan: Plan;
  private readonly request: RunRequest;
  private readonly train = new Map<string, Table>();
  private readonly holdout = new Map<string, Table>();
  /** Rows of public sources, where others are under a budget. */
  private readonly open = new Map<string, Table>();
  /** All real rows of the tables that an output completes, puts beside new ones or must not copy. */
  private readonly whole = new Map<string, Table>();
  private readonly learned = new Map<string, Learned>();
  private readonly taught = new Map<string, readonly Table[]>();
  private readonly findings: Finding[] = [];
  private readonly ledger: LedgerLine[] = [];
  private readonly measured: MeasuredTable[] = [];
  /** Protected rows that a report `inside` may look at. */
  private readonly inside: Table[] = [];
  /** Those of them that the learner never saw. */
  private readonly heldOut: Table[] = [];
  private private: PrivateRun | undefined;
  private scribe: Scribe | undefined;
  private readonly rowsRead: Record<string, number> = {};

  constructor(plan: Plan, request: RunRequest) {
    this.plan = plan;
    this.request = request;
  }

  async learn(table: CheckedTable): Promise<void> {
    const { plan, request } = this;
    const known = request.models?.find((each) => each.table === table.name);
    if (known !== undefined) return this.remember(known);
    if (isProtected(plan.checked, table)) return this.learnPrivately(table);
    if (plan.checked.privacy !== undefined) return this.learnFreely(table);
    const real = await readReal(plan.checked, table, this.realParents(table), request);
    this.findings.push(...real.findings);
    this.rowsRead[table.name] = real.rowsRead;
    const { outputs, noCopiesOf } = plan.checked;
    const asked =
      noCopiesOf?.includes(table.name) === true ||
      outputs.some(
        ({ table: of, beside, completed }) =>
          of === table.name && (beside !== undefined || completed !== undefined),
      );
    if (asked) this.whole.set(table.name, real.table);
    const { train, holdout } = this.split(table, real.table);
    this.train.set(table.name, train);
    this.holdout.set(table.name, holdout);
    const choice = plan.learners.find((each) => each.table === table.name) as LearnerChoice;
    const base = await readBase(plan.checked, table, choice, request);
    const prior = await this.prior(table);
    const learned = await learn(plan, table, this.train, request.progress, prior, base);
    const own = learnOwnRefs(plan, table, { train, whole: real.table }, learned.columns);
    this.learned.set(table.name, own.length === 0 ? learned : { ...learned, own });
    const isDrawn = outputs.some(({ table: of, like }) => of === table.name && like === undefined);
    const smoothed = isDrawn ? smoothedFound(train, learned.columns) : undefined;
    if (smoothed !== undefined) this.findings.push(smoothed);
    const { notes = [] } = learned.kind === "parented" ? {} : learned.model;
    for (const policy of notes) {
      this.findings.push({ kind: "note", table: table.name, count: 0, examples: [], policy });
    }
  }

  /** Say which values that the spec speaks of were not among those learned. */
  lookAtValues(table: CheckedTable): void {
    this.findings.push(...unknownInRules(this.plan.checked, table, this.learned));
  }

  /** Rows of a public source under a budget: no charge, no hold-out, and no report compares with them. */
  private async learnFreely(table: CheckedTable): Promise<void> {
    const { plan, request, open } = this;
    const choice = plan.learners.find((each) => each.table === table.name) as LearnerChoice;
    const real = await readReal(plan.checked, table, this.realParents(table, open), request);
    open.set(table.name, real.table);
    this.rowsRead[table.name] = real.rowsRead;
    const base = await readBase(plan.checked, table, choice, request);
    this.learned.set(table.name, await learn(plan, table, open, request.progress, undefined, base));
    const policy = `read and learned at no charge: its source, ${table.source?.name}, is declared public`;
    this.findings.push(...real.findings);
    this.findings.push({ kind: "note", table: table.name, count: 0, examples: [], policy });
  }

  /** A model that was learned before takes the place of the source. */
  private async remember({ table, saved, taught, rows }: ReleasedModel): Promise<void> {
    if (this.plan.checked.noCopiesOf?.includes(table) === true) throw failure("P0916", { table });
    this.learned.set(table, await loadLearned(saved));
    if (taught !== undefined) this.taught.set(table, taught);
    if (rows !== undefined) this.rowsRead[table] = rows;
  }

  private async learnPrivately(table: CheckedTable): Promise<void> {
    const { PrivateRun } = await import("./budgeted.js");
    this.private ??= new PrivateRun(this.plan, this.request);
    const { learned, measured, rows, heldOut, findings, ledger } = await this.private.learn(table);
    this.learned.set(table.name, learned);
    this.measured.push(measured);
    if (this.plan.checked.reports.some((report) => report.inside)) {
      this.inside.push(rows);
      if (heldOut !== undefined) this.heldOut.push(heldOut);
    }
    this.findings.push(...findings);
    this.ledger.push(...ledger);
  }

  /** Rows that belong together are held out together, with the row that they belong to. */
  private split(table: CheckedTable, rows: Table): { train: Table; holdout: Table } {
    const ref = leadingRef(this.plan.checked.tables, table);
    if (ref === undefined) return splitTable(rows, this.plan.holdout, "hold-out");
    const apart = this.holdout.get(ref.type.table);
    const key = apart?.columns.find((column) => column.type.kind === "id");
    const own = columnOf(rows, ref.name);
    if (key?.kind !== "code" || own === undefined) return splitTable(rows, 0, "hold-out");
    const keys = Array.from(key.codes, (code) => key.levels[code] as string);
    return splitByKey(rows, own, new Set(keys));
  }

  private realParents(
    table: CheckedTable,
    read: ReadonlyMap<string, Table> = this.train,
  ): ReadonlyMap<string, ParentRows> {
    const parents = new Map<string, ParentRows>();
    for (const { name, type } of table.columns) {
      if (type.kind !== "ref") continue;
      const parent = read.get(type.table);
      const id = parent?.columns.find((column) => column.type.kind === "id");
      if (parent !== undefined && id?.kind === "code") {
        parents.set(name, parentRows(parent, id.name, id.levels));
      }
    }
    return parents;
  }

  async draw(output: Plan["checked"]["outputs"][number]): Promise<ReleasedTable[]> {
    const table = this.plan.checked.tables.find(
      ({ name }) => name === output.table,
    ) as CheckedTable;
    const drawn = await this.drawTables(output).catch((error: unknown) => {
      throw withUnknown(error, output, table, this.learned);
    });
    this.findings.push(...doubtsOf(output, drawn, this.rowsRead[output.table]));
    return drawn;
  }

  private async drawTables(output: Plan["checked"]["outputs"][number]): Promise<ReleasedTable[]> {
    const { plan, learned, request, findings } = this;
    const { seed, progress } = request;
    const task = {
      ...{ plan, learned, real: this.train, whole: this.whole, progress, findings },
      ...{ taught: this.taught, rowsRead: this.rowsRead },
      ...(seed === undefined ? {} : { seed }),
    };
    const streamed = request.files && (await streamOutput(task, output, request.files));
    if (streamed !== undefined) return [streamed];
    return drawOutput({ ...task, ...(await this.writing()) }, output);
  }

  /** Whoever asks writers, where the spec has any; one for all outputs, so that none is opened twice. */
  private async writing(): Promise<{ scribe?: Scribe }> {
    const { checked } = this.plan;
    const writes =
      checked.learners.some(({ prior }) => prior !== undefined) ||
      checked.outputs.some(({ like }) => like !== undefined) ||
      checked.tables.some(({ columns }) => columns.some(({ origin }) => origin.kind === "written"));
    if (!writes) return {};
    const { Scribe } = await import("../synth/text/scribe.js");
    this.scribe ??= new Scribe(checked, this.request.folder, this.request.progress);
    return { scribe: this.scribe };
  }

  /** The writer whose expectations are mixed into what is learned of the table. */
  private async prior(table: CheckedTable): Promise<Parameters<typeof learn>[4]> {
    const { learners } = this.plan.checked;
    const asked = learners.find((each) => each.table === table.name || each.table === undefined);
    const { scribe } = await this.writing();
    if (asked?.prior === undefined || scribe === undefined) return undefined;
    return { scribe, writer: asked.prior, findings: this.findings };
  }

  /** Let go of what writers hold: models, connections. */
  async close(): Promise<void> {
    await this.scribe?.close();
  }

  private model(name: string, learned: Learned): ReleasedModel {
    const table = this.plan.checked.tables.find((each) => each.name === name) as CheckedTable;
    const real = this.train.get(name);
    const taught =
      this.taught.get(name) ?? (real && taughtPairs(withTypes(table, learned.columns), real));
    return {
      ...{ table: name, saved: saveLearned(learned) },
      ...(this.rowsRead[name] === undefined ? {} : { rows: this.rowsRead[name] }),
      ...(taught === undefined ? {} : { taught }),
    };
  }

  release(outputs: readonly ReleasedTable[]): Release {
    const { plan, request, train } = this;
    return {
      kind: "release",
      plan,
      outputs,
      ...(train.size === 0
        ? {}
        : { real: { train: [...train.values()], holdout: [...this.holdout.values()] } }),
      ...(this.inside.length === 0
        ? {}
        : { inside: { train: this.inside, holdout: this.heldOut } }),
      measured: this.measured,
      models: [...this.learned].map(([table, learned]) => this.model(table, learned)),
      findings: this.findings,
      ledger: this.ledger,
      ...(this.scribe === undefined ? {} : { writing: this.scribe.receipts }),
      provenance: {
        specHash: plan.specHash,
        seed: request.seed ?? outputs[0]?.seed ?? 1,
        ...(request.noiseSeed === undefined ? {} : { noiseSeed: request.noiseSeed }),
        versions: { node: process.versions.node },
        ...(train.size === 0 ? {} : { rowsRead: this.rowsRead }),
      },
    };
  }
}
