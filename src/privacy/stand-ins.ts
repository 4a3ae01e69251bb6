import { type ColumnDomain, codeDomain } from "../table/domain.js";
import type { Companion } from "./companions.js";

/** Values of a column that stand for all that were not told and go with one value of another. */
export interface StandIns {
  /** The column's domain with them, after the told values. */
  readonly domain: ColumnDomain;
  readonly companion: Companion;
  /** By the other column's code, the stand-in's code. */
  readonly codes: ReadonlyMap<number, number>;
}

/**
 * A stand-in, "other of Bronx", for each listed value of the other column with which no told value clearly goes, since
 * without one nothing could be made there, or most rows have one that was not told: it would pass for another. Computed from releases and the spec alone. Undefined where all are
 * reached, or where the other column is a number in bins.
 */
export function standInsOf(domain: ColumnDomain, companion: Companion): StandIns | undefined {
  const { other, goesWith, mostlyUntold } = companion;
  const { name, type, labels, missingCode } = domain;
  const optional = missingCode !== undefined;
  if (type.kind !== "category" || other.edges !== undefined) return undefined;
  const told = labels.filter((_, code) => code !== missingCode);
  const groups = [...other.labels.keys()].filter(
    (group) =>
      group !== other.missingCode &&
      (!goesWith.includes(group) || mostlyUntold?.has(group) === true) &&
      !told.includes(nameOf(other, group)),
  );
  if (groups.length === 0) return undefined;
  const values = [...told, ...groups.map((group) => nameOf(other, group))];
  const wider = codeDomain({ name, optional, type: { ...type, values } }, values);
  const wide = new Int32Array(wider.size).fill(-1);
  wide.set(goesWith.subarray(0, told.length));
  const codes = new Map(groups.map((group, i) => [group, told.length + i]));
  for (const [group, code] of codes) wide[code] = group;
  return { domain: wider, companion: { other, goesWith: wide }, codes };
}

function nameOf({ labels }: ColumnDomain, group: number): string {
  return `other of ${labels[group]}`;
}
