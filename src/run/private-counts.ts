import type { Progress } from "../base/progress.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice } from "../ir/plan.js";
import type { Account } from "../privacy/account.js";
import { PrivateTable } from "../privacy/private-table.js";
import { ParentedModel } from "../synth/marginal/given-parents.js";
import { MarginalRowModel } from "../synth/marginal/row-model.js";
import { type ColumnType, MOST_COUNTED, UNBOUNDED } from "../table/column-type.js";
import { type ColumnDomain, codeDomain } from "../table/domain.js";
import { columnOf, MISSING, type Table } from "../table/table.js";
import { ChildCounts } from "./child-counts.js";
import { leadingRef, ownersOf } from "./entities.js";
import { CELLS, loadEngine, orderedCodes } from "./private-engine.js";

/** What counting children costs, of what the children's table may spend. */
export const COUNTS_SHARE = 0.1;

/** A ref whose numbers of children can be counted privately. */
export interface CountedRef {
  readonly ref: string;
  readonly parent: string;
  readonly min: number;
  readonly max: number;
}

/** The ref whose numbers of children can be counted privately: units must own the parent's rows. */
export function countedRef(checked: CheckedSpec, table: CheckedTable): CountedRef | undefined {
  const ref = leadingRef(checked, table);
  const type = table.columns.find(({ name }) => name === ref?.name)?.type;
  if (ref === undefined || type?.kind !== "ref" || type.table === table.name) return undefined;
  const parent = checked.tables.find((each) => each.name === ref.parent);
  const { unit } = checked.privacy ?? {};
  const bounds = unit?.kind === "row" ? [] : (unit?.atMost ?? []);
  // Without a stated end the number is told up to the rows that count of a unit.
  const bound = bounds.find((each) => each.table === table.name)?.count ?? type.max;
  const max = type.max < UNBOUNDED ? type.max : Math.max(type.min, bound);
  if (parent?.source === undefined || max - type.min + 1 > MOST_COUNTED) return undefined;
  return { ref: ref.name, parent: ref.parent, min: type.min, max };
}

export interface CountsRequest {
  readonly checked: CheckedSpec;
  readonly table: CheckedTable;
  readonly read: ReadonlyMap<string, Table>;
  /** Domains of the parent's columns, as they were released. */
  readonly domains: readonly ColumnDomain[];
  readonly choice: LearnerChoice;
  readonly account: Account;
  readonly rho: number;
  /** Draw the noise from this seed, for teaching; default: from the operating system. */
  readonly noiseSeed?: string | undefined;
  readonly progress: Progress;
}

/**
 * The number of children given the parent's columns, from noisy counts over the parent's rows. A row and
 * its number of children depend on its owner's rows alone, so an owner moves a count as the owner's rows in
 * the parent do.
 */
export async function learnCounts(request: CountsRequest): Promise<ChildCounts | undefined> {
  const { checked, table, read, domains, choice, account, rho } = request;
  const counted = countedRef(checked, table);
  const parent = checked.tables.find((each) => each.name === counted?.parent);
  const parents = counted === undefined ? undefined : read.get(counted.parent);
  if (counted === undefined || parent === undefined || parents === undefined) return undefined;
  const rows = read.get(table.name) as Table;
  const { entities } = ownersOf(checked, table, rows, read);
  const numbers = childrenOf(parents, rows, counted, entities);
  if (numbers === undefined) return undefined;
  const own = numberDomain(table.name, counted);
  const custody = new PrivateTable({
    table: { ...parents, columns: [...parents.columns, columnOfCodes(own, numbers)] },
    account,
    ...ownersOf(checked, parent, parents, read),
    noiseSeed: request.noiseSeed,
  });
  const all = [own, ...domains];
  const engine = await loadEngine(choice.name);
  const { model } = await engine.run({
    access: custody.access(all),
    rho,
    workload:
      domains.length === 0
        ? [{ clique: [0], weight: 1 }]
        : domains.map((_, i) => ({ clique: [0, i + 1], weight: 1 })),
    zeros: [],
    ordered: all.map(orderedCodes),
    cells: CELLS,
    iterations: 1000,
    progress: request.progress,
  });
  const joint = new MarginalRowModel(choice.name, all, model.beliefs);
  return new ChildCounts(counted.ref, counted.min, new ParentedModel(joint, 1));
}

function numberDomain(table: string, { min, max }: CountedRef): ColumnDomain {
  const values = Array.from({ length: max - min + 1 }, (_, i) => String(min + i));
  const type: ColumnType = { kind: "category", values, ordered: true, learned: false };
  return codeDomain({ name: `number of ${table}`, type, optional: false }, values);
}

function columnOfCodes({ name, type, labels }: ColumnDomain, codes: Int32Array) {
  return { kind: "code", name, type, codes, levels: labels } as const;
}

/** The number of children of each row of the parent that are its unit's alone, as codes; undefined where the keys were not read. */
function childrenOf(
  parents: Table,
  children: Table,
  { ref: name, min, max }: CountedRef,
  owners: ArrayLike<number> | undefined,
): Int32Array | undefined {
  const id = parents.columns.find(({ type }) => type.kind === "id");
  const ref = columnOf(children, name);
  if (id?.kind !== "code" || ref?.kind !== "code") return undefined;
  const perLevel = new Map<string, number>();
  for (const [row, code] of ref.codes.entries()) {
    if (code === MISSING || owners?.[row] === MISSING) continue;
    const level = ref.levels[code] as string;
    perLevel.set(level, (perLevel.get(level) ?? 0) + 1);
  }
  return id.codes.map((code) => {
    const number = code === MISSING ? 0 : (perLevel.get(id.levels[code] as string) ?? 0);
    return Math.min(max, Math.max(min, number)) - min;
  });
}
