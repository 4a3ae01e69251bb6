import { failure } from "../base/failure.js";
import type { Progress } from "../base/progress.js";
import { jointZeros } from "../constraint/joint.js";
import type { CheckedColumn, CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice } from "../ir/plan.js";
import type { ProtectedUnit } from "../privacy/access.js";
import type { Account } from "../privacy/account.js";
import { PrivateTable } from "../privacy/private-table.js";
import type { Engine } from "../synth/marginal/engine.js";
import { MarginalRowModel } from "../synth/marginal/row-model.js";
import type { Measurement } from "../synth/marginal/terms.js";
import { pairWorkload } from "../synth/marginal/workload.js";
import type { ColumnDomain } from "../table/domain.js";
import type { Table } from "../table/table.js";
import { domainNeed, privateDomains } from "./private-domains.js";
import { formulasOf } from "./shape.js";

/** What a private learner made, all of it computed from noisy answers. */
export interface PrivatelyLearned {
  readonly model: MarginalRowModel;
  readonly domains: readonly ColumnDomain[];
  readonly measurements: readonly Measurement[];
  readonly total: number;
  readonly notes: readonly string[];
}

export interface PrivateRequest {
  readonly checked: CheckedSpec;
  readonly table: CheckedTable;
  /** Rows inside the declared domains; nothing about them leaves but through `account`. */
  readonly rows: Table;
  readonly choice: LearnerChoice;
  readonly account: Account;
  /** What may be spent here, in ρ. */
  readonly rho: number;
  /** The share of it that goes to domains, where any must be learned; default a tenth. */
  readonly domainShare: number | undefined;
  /** δ that this table may use of the budget's. */
  readonly delta: number;
  readonly unit: ProtectedUnit;
  /** Whose row each is, where a unit has several. */
  readonly entities?: ArrayLike<number>;
  readonly progress: Progress;
}

/** The part of δ that is set aside for learned categories (privacy/account). */
const OWN_DELTA = 0.099;
/** The share of a table's budget that learning domains gets unless `spend` says otherwise. */
const DOMAINS = 0.1;
/** Bins of a numeric column, unless the learner's `bins` says otherwise. */
const BINS = 32;
/** Cells of the junction tree, unless the learner's `cells` says otherwise: 1 MB of doubles. */
const CELLS = 131_072;

/** Measure a table's marginals under the budget and fit a model to the noisy counts. */
export async function learnPrivately(request: PrivateRequest): Promise<PrivatelyLearned> {
  const { table, choice, account, rho, progress } = request;
  const entities = request.entities === undefined ? {} : { entities: request.entities };
  const learned = table.columns.filter(isModelled);
  const bins = numberOption(choice, "bins") ?? BINS;
  const custody = new PrivateTable({
    table: request.rows,
    unit: request.unit,
    account,
    ...entities,
  });
  const needs = learned.some((column) => domainNeed(column, bins) !== undefined);
  const domainShare = needs ? (request.domainShare ?? DOMAINS) : 0;
  const domains = privateDomains({
    ...{ table, columns: learned, custody, bins },
    rho: rho * domainShare,
    delta: request.delta * OWN_DELTA,
  });
  const access = custody.access(domains);
  const engine = await loadEngine(choice.name);
  const { model, measurements, notes } = await engine.run({
    access,
    rho: Math.min(rho * (1 - domainShare), access.remaining()),
    workload: pairWorkload(domains.length, related(choice, learned)),
    zeros: jointZeros(table.rules, domains, formulasOf(table)),
    ordered: domains.map(orderedCodes),
    cells: numberOption(choice, "cells") ?? CELLS,
    iterations: numberOption(choice, "rounds") ?? 1000,
    progress,
  });
  return {
    model: new MarginalRowModel(choice.name, domains, model.beliefs),
    domains,
    measurements,
    total: model.total,
    notes: [...notes, fitNote(model.fit)],
  };
}

/** Learned columns but keys and texts, which are made anew. */
function isModelled({ origin, type }: CheckedColumn): boolean {
  return origin.kind === "learned" && !["id", "ref", "text"].includes(type.kind);
}

/** Bins, or the levels of an ordered category, but not the code of a missing value. */
function orderedCodes({ type, size, missingCode, edges }: ColumnDomain): number {
  const inOrder = edges !== undefined || (type.kind === "category" && type.ordered);
  return inOrder ? (missingCode ?? size) : 0;
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

function numberOption(choice: LearnerChoice, name: string): number | undefined {
  const value = choice.options[name]?.find((each) => typeof each === "number");
  return typeof value === "number" ? value : undefined;
}

async function loadEngine(name: string): Promise<Engine> {
  switch (name) {
    case "independent":
      return (await import("../synth/marginal/independent.js")).independentEngine;
    case "mst":
      return (await import("../synth/marginal/mst.js")).mstEngine;
    case "aim":
      return (await import("../synth/marginal/aim.js")).aimEngine;
    case "swift":
      return (await import("../synth/marginal/swift.js")).swiftEngine;
    default:
      throw failure("P1461", {
        learner: name,
        table: "rows under a privacy budget",
        reason: "it reads rows; choose aim, swift, mst or independent",
      });
  }
}
