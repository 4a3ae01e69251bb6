import type { Progress } from "../base/progress.js";
import { jointZeros } from "../constraint/joint.js";
import type { CheckedColumn, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { formulasOf } from "../ir/formulas-of.js";
import { countsCoarsely } from "../ir/noise-forecast.js";
import type { LearnerChoice } from "../ir/plan.js";
import type { MeasuredTable } from "../ir/release.js";
import type { ProtectedUnit } from "../privacy/access.js";
import type { Account } from "../privacy/account.js";
import type { Unreached } from "../privacy/companions.js";
import { PrivateTable } from "../privacy/private-table.js";
import { MarginalRowModel } from "../synth/marginal/row-model.js";
import { pairWorkload, type WorkloadQuery } from "../synth/marginal/workload.js";
import { BINS, type ColumnDomain, stepOf } from "../table/domain.js";
import type { Table } from "../table/table.js";
import { type Inherited, withInherited } from "./inherited.js";
import { countsOf } from "./measure-counts.js";
import { measureFit } from "./measure-fit.js";
import { domainShareOf, privateDomains } from "./private-domains.js";
import { loadEngine, orderedCodes } from "./private-engine.js";

/** What a private learner made, all of it computed from noisy answers. */
export interface PrivatelyLearned {
  /** Over the table's own columns, then those inherited from the row above. */
  readonly model: MarginalRowModel;
  /** How many of the model's columns are the table's own. */
  readonly own: number;
  readonly measured: MeasuredTable;
  readonly notes: readonly string[];
}

export interface PrivateRequest {
  readonly checked: CheckedSpec;
  readonly table: CheckedTable;
  /** Rows inside the declared domains; nothing about them leaves but through `account`. */
  readonly rows: Table;
  /** Columns of the rows above, where the same unit owns them. */
  readonly inherited: Inherited | undefined;
  readonly choice: LearnerChoice;
  readonly account: Account;
  /** What may be spent on domains and model, in ρ. */
  readonly rho: number;
  /** The share of it that goes to domains, where any must be learned; default a tenth. */
  readonly domainShare: number | undefined;
  /** What may be spent on the report, in ρ. */
  readonly reportRho: number;
  /** δ that the values of its learned categories may cost. */
  readonly ownDelta: number;
  readonly unit: ProtectedUnit;
  /** Whose row each is, where a unit has several. */
  readonly entities?: ArrayLike<number>;
  /** Draw the noise from this seed, for teaching; default: from the operating system. */
  readonly noiseSeed?: string | undefined;
  readonly progress: Progress;
}

/** Kept away from what δ is set aside, for rounding. */
const HAIR = 1 - 1e-9;

/** Measure a table's marginals under the budget and fit a model to the noisy counts. */
export async function learnPrivately(request: PrivateRequest): Promise<PrivatelyLearned> {
  const { table, choice, account, rho, progress, inherited } = request;
  const entities = request.entities === undefined ? {} : { entities: request.entities };
  const learned = table.columns.filter(isModelled);
  const bins = numberOption(choice, "bins") ?? BINS;
  const parts = partsOf(request, learned);
  const custody = new PrivateTable({
    table: inherited?.table ?? request.rows,
    unit: request.unit,
    account,
    ...entities,
    noiseSeed: request.noiseSeed,
  });
  const usual = domainShareOf(learned, bins);
  const domainShare = usual === 0 ? 0 : (request.domainShare ?? usual);
  const own = privateDomains({
    ...{ table, columns: learned, custody, bins },
    coarse: countsCoarsely(choice.name, request.unit.contributions),
    rho: rho * domainShare,
    delta: request.ownDelta * HAIR,
  });
  const domains = [...own, ...(inherited?.domains ?? [])];
  const access = custody.access(domains);
  const cells = numberOption(choice, "cells");
  const engine = await loadEngine(choice.name);
  const determined = determinedPairs(table, learned).filter(({ key }) =>
    tellsValues(own[key] as ColumnDomain),
  );
  const rules = inherited === undefined ? table.rules : withInherited(table.rules, inherited.ref);
  const { model, measurements, notes } = await engine.run({
    access,
    rho: Math.min(rho * (1 - domainShare), access.remaining()),
    workload: withinParts(
      pairWorkload(
        domains.length,
        related(choice, learned),
        determined.map(({ pair }) => pair),
      ).filter(({ clique }) => clique.some((column) => column < own.length)),
      parts,
    ),
    ...{ tied: determined.map(({ pair }) => pair), keys: determined.map(({ key }) => key) },
    zeros: [...jointZeros(rules, domains, formulasOf(table)), ...custody.ties(domains)],
    ordered: domains.map(orderedCodes),
    ...(parts === undefined ? {} : { parts }),
    ...(cells === undefined ? {} : { cells }),
    iterations: numberOption(choice, "rounds") ?? 1000,
    progress,
  });
  const { total } = model;
  const measured = {
    table: table.name,
    domains: own,
    total,
    counts: countsOf(measurements, own.length),
    errors: measureFit(access, model, own.length, request.reportRho),
  };
  return {
    model: new MarginalRowModel(choice.name, domains, model.beliefs),
    own: own.length,
    measured,
    notes: [...notes, fitNote(model.fit), ...custody.unreached().map(unreachedNote)],
  };
}

/** The column of `partition by`, where the table has it. */
function partsOf(
  { checked }: PrivateRequest,
  learned: readonly CheckedColumn[],
): number | undefined {
  const parts = learned.findIndex(({ name }) => name === checked.privacy?.partitionBy);
  return parts < 0 ? undefined : parts;
}

/**
 * Ask for each set of columns within every part: the counts over the set and the column of the parts. A row
 * lies in one part, so that all parts together cost what one costs (docs/privacy/units.md).
 */
function withinParts(
  workload: readonly WorkloadQuery[],
  parts: number | undefined,
): readonly WorkloadQuery[] {
  if (parts === undefined) return workload;
  return workload.map(({ clique, weight }) => ({
    clique: [...new Set([...clique, parts])].sort((a, b) => a - b),
    weight,
  }));
}

/** Learned columns but keys and texts, which are made anew. */
function isModelled({ origin, type }: CheckedColumn): boolean {
  return origin.kind === "learned" && !["id", "ref", "text"].includes(type.kind);
}

/** Values named once they get long. */
const NAMED = 5;

function unreachedNote({ key, other, values, standsIn }: Unreached): string {
  const named = values
    .slice(0, NAMED)
    .map((value) => `"${value}"`)
    .join(", ");
  const more = values.length > NAMED ? ` and ${values.length - NAMED} more` : "";
  if (standsIn) {
    return `no value of ${key} that is common enough to be told clearly goes with ${other} = ${named}${more}, or most rows there have one that is not: they have "other of ${values[0]}" and the like, which stand for the values that can't be told`;
  }
  return `no value of ${key} that is common enough to be told clearly goes with ${other} = ${named}${more}: few or no rows have it unless ${key} may be missing there or its values are stated`;
}

function fitNote(fit: {
  iterations: number;
  loss: number;
  expectedLoss: number;
  ended: string;
}): string {
  const ratio = fit.loss / Math.max(fit.expectedLoss, 1e-12);
  const how =
    fit.ended === "iterations" ? "stopped at its step limit before it settled" : "settled";
  return `the fit ${how} after ${fit.iterations} steps, residual ${ratio.toFixed(2)} of what noise explains`;
}

function related(choice: LearnerChoice, learned: readonly CheckedColumn[]): number[][] {
  const names = choice.options["relate"];
  if (names === undefined) return [];
  const positions = names
    .map((name) => learned.findIndex((column) => column.name === name))
    .filter((position) => position >= 0);
  return positions.length > 1 ? [positions] : [];
}

/** Whether each code is one value: bins of several tell nothing of what goes with a value in them. */
function tellsValues({ type, edges }: ColumnDomain): boolean {
  const step = stepOf(type);
  if (edges === undefined) return true;
  const width = (bin: number) => (edges[bin + 1] as number) - (edges[bin] as number);
  return step !== undefined && edges.slice(1).every((_, bin) => width(bin) <= 1.5 * step);
}

/** What rules say that columns determine, each a key and a column that goes with it: known from the spec alone. */
function determinedPairs(
  table: CheckedTable,
  learned: readonly CheckedColumn[],
): { readonly key: number; readonly pair: readonly [number, number] }[] {
  const at = (name: string) => learned.findIndex((column) => column.name === name);
  return table.rules.flatMap((rule) => {
    if (rule.kind !== "determines" || rule.from.length !== 1) return [];
    const key = at(rule.from[0] as string);
    const others = rule.to.map(at).filter((to) => to >= 0 && to !== key && key >= 0);
    return others.map((to) => ({ key, pair: [Math.min(key, to), Math.max(key, to)] as const }));
  });
}

function numberOption(choice: LearnerChoice, name: string): number | undefined {
  const value = choice.options[name]?.find((each) => typeof each === "number");
  return typeof value === "number" ? value : undefined;
}
