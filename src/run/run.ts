import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import type { ParentRows } from "../constraint/scope.js";
import type { CheckedOutput, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice, Plan } from "../ir/plan.js";
import type { Finding, Release, ReleasedTable } from "../ir/release.js";
import { combineModels } from "../synth/combine.js";
import { loadLearner } from "../synth/registry.js";
import { specModel } from "../synth/spec-only/spec-model.js";
import type { RowModel } from "../synth/synthesizer.js";
import { splitTable } from "../table/split.js";
import type { Table } from "../table/table.js";
import { drawOutput } from "./draw.js";
import { readReal } from "./read.js";

export interface RunRequest {
  readonly folder: string;
  readonly frames?: ReadonlyMap<string, unknown>;
  readonly progress: Progress;
  /** Draw with this seed instead of the spec's. */
  readonly seed?: number;
}

/**
 * Carry out a plan: read, hold out, learn, draw. Tables come in the order of their refs, parents
 * first. An abort stops at the next safe point and leaves nothing behind.
 */
export async function run(plan: Plan, request: RunRequest): Promise<Release> {
  const work = new Work(plan, request);
  for (const table of plan.checked.tables) {
    if (table.source !== undefined) await work.learn(table);
  }
  for (const output of plan.checked.outputs) await work.draw(output);
  return work.release();
}

class Work {
  private readonly plan: Plan;
  private readonly request: RunRequest;
  private readonly train: Table[] = [];
  private readonly holdout: Table[] = [];
  private readonly findings: Finding[] = [];
  private readonly models = new Map<string, RowModel>();
  private readonly outputs: ReleasedTable[] = [];
  private readonly rowsRead: Record<string, number> = {};

  constructor(plan: Plan, request: RunRequest) {
    this.plan = plan;
    this.request = request;
  }

  async learn(table: CheckedTable): Promise<void> {
    const { plan, request } = this;
    const parents = new Map<string, ParentRows>();
    const real = await readReal(plan.checked, table, parents, request);
    this.findings.push(...real.findings);
    this.rowsRead[table.name] = real.rowsRead;
    if (real.table.rows === 0)
      throw failure("P1460", { table: table.name, rowsRead: real.rowsRead });
    const parts = splitTable(real.table, plan.holdout, "hold-out");
    this.train.push(parts.train);
    this.holdout.push(parts.holdout);
    this.models.set(table.name, await this.fit(table, parts.train));
  }

  private async fit(table: CheckedTable, train: Table): Promise<RowModel> {
    const choice = this.plan.learners.find((each) => each.table === table.name) as LearnerChoice;
    const learner = await loadLearner(choice.name);
    const columns = table.columns
      .filter((column) => column.origin.kind === "learned")
      .map(({ name, optional }) => {
        const type = train.columns.find((column) => column.name === name)?.type;
        return { name, optional, type: type as NonNullable<typeof type> };
      });
    const reason = learner.refuses({ columns, options: choice.options });
    if (reason !== undefined)
      throw failure("P1461", { learner: choice.name, table: table.name, reason });
    return learner.fit({
      table: train,
      columns,
      options: choice.options,
      first: this.conditionedOn(table),
      seed: "fit",
      progress: this.request.progress,
    });
  }

  /** Columns that some `given` of this table names: learned first, conditions on them are exact. */
  private conditionedOn(table: CheckedTable): string[] {
    const names = new Set<string>();
    for (const output of this.plan.checked.outputs) {
      if (output.table === table.name) namesIn(output.given, names);
    }
    return table.columns.map((column) => column.name).filter((name) => names.has(name));
  }

  async draw(output: CheckedOutput): Promise<void> {
    const { plan, request } = this;
    const declared = plan.checked.tables.find((each) => each.name === output.table);
    const table = this.resolved(declared as CheckedTable);
    const real = this.train.find((each) => each.name === table.name);
    this.outputs.push(
      await drawOutput({
        plan,
        table,
        output,
        model: await this.modelOf(table),
        ...(real === undefined ? {} : { real }),
        seed: request.seed ?? output.seed,
        progress: request.progress,
      }),
    );
  }

  /** The table with what was learned about its types: levels and bounds. */
  private resolved(table: CheckedTable): CheckedTable {
    const learned = this.models.get(table.name);
    const known = new Map(learned?.columns.map((column) => [column.name, column.type]));
    const columns = table.columns.map((column) => ({
      ...column,
      type: known.get(column.name) ?? column.type,
    }));
    return { ...table, columns };
  }

  /** What is learned, then what is drawn by the spec alone. */
  private async modelOf(table: CheckedTable): Promise<RowModel> {
    const learned = this.models.get(table.name);
    if (learned !== undefined && learned.columns.length === table.columns.length) return learned;
    const drawn = await specModel(table);
    return combineModels([...(learned === undefined ? [] : [learned]), drawn]);
  }

  release(): Release {
    const { plan } = this;
    const seeds = this.outputs.map((output) => output.seed);
    return {
      kind: "release",
      plan,
      outputs: this.outputs,
      ...(this.train.length === 0 ? {} : { real: { train: this.train, holdout: this.holdout } }),
      findings: this.findings,
      ledger: [],
      provenance: {
        specHash: plan.specHash,
        seed: this.request.seed ?? seeds[0] ?? 1,
        versions: { node: process.versions.node },
        ...(this.train.length === 0 ? {} : { rowsRead: this.rowsRead }),
      },
    };
  }
}

/** Names of the columns in a formula. */
function namesIn(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) for (const part of node) namesIn(part, names);
  else if (typeof node === "object" && node !== null) {
    const { op, name, via } = node as { op?: string; name?: string; via?: string };
    if (op === "column" && name !== undefined) names.add(via ?? name);
    else for (const part of Object.values(node)) namesIn(part, names);
  }
}
