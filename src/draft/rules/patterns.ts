import { quote } from "../../ir/quote.js";
import { numberText } from "../../ir/sketch.js";
import { formatDate } from "../../table/format-value.js";
import type { DraftColumn } from "../draft-column.js";
import { type FoundRule, missingAt } from "./evidence.js";

/** A statement about one column, with the rows in which it holds. */
interface Atom {
  readonly column: DraftColumn;
  readonly text: string;
  readonly holds: Uint8Array;
  readonly count: number;
  readonly gap: boolean;
}

const leastRows = 10;
const mostValues = 12;
const mostRules = 20;

/**
 * Statements about two columns that hold in the same rows: `a is missing exactly when b is missing`,
 * `… exactly when c = "v"`, `… exactly when age < 15`, `since = -1 exactly when before = 0`; and gaps
 * that follow from a value: `when c = "v" then a is missing`.
 */
export function patterns(
  columns: readonly DraftColumn[],
  skip: (a: DraftColumn, b: DraftColumn) => boolean,
): readonly FoundRule[] {
  const able = columns.filter(({ kind }) => kind !== "aside");
  const atoms = able.flatMap(atomsOf);
  const explained = new Set<DraftColumn>();
  const rules = together(atoms, skip, explained);
  for (const gap of atoms.filter((atom) => atom.gap && !explained.has(atom.column))) {
    const rule = listed(gap, able) ?? threshold(gap, able);
    if (rule !== undefined) rules.push(rule);
    else rules.push(...implied(gap, atoms).slice(0, 2));
  }
  return rules.slice(0, mostRules);
}

/** Atoms of different columns that hold in the same rows; gaps that are told so need no other reason. */
function together(
  atoms: readonly Atom[],
  skip: (a: DraftColumn, b: DraftColumn) => boolean,
  explained: Set<DraftColumn>,
): FoundRule[] {
  const rules: FoundRule[] = [];
  for (const [lead, ...rest] of sameRows(atoms).values()) {
    for (const other of rest) {
      if (lead === undefined || other.column === lead.column) continue;
      if (!lead.gap && !other.gap && skip(lead.column, other.column)) continue;
      rules.push({
        text: `${sayAlone(lead)} exactly when ${sayAlone(other)}`,
        note: `the same ${lead.count} rows`,
      });
      if (lead.gap || other.gap) explained.add(other.gap ? other.column : lead.column);
    }
  }
  return rules;
}

/** The gap of a column, and its values where they are few or stand out. */
function atomsOf(column: DraftColumn): Atom[] {
  const { values } = column;
  const rows = values.kind === "number" ? values.values.length : values.codes.length;
  const atoms: Atom[] = [];
  const add = (text: string, gap: boolean, test: (row: number) => boolean): void => {
    const holds = new Uint8Array(rows);
    let count = 0;
    for (let row = 0; row < rows; row++) if (test(row)) count += holds[row] = 1;
    if (count >= leastRows && rows - count >= leastRows)
      atoms.push({ column, text, holds, count, gap });
  };
  if (column.optional) add(`${column.name} is missing`, true, (row) => missingAt(column, row));
  if (values.kind === "code") {
    if (column.kind === "bool")
      for (const [code, level] of values.levels.entries())
        add(`${column.name} = ${level.toLowerCase()}`, false, (row) => values.codes[row] === code);
    else if (values.levels.length <= mostValues)
      for (const [code, level] of values.levels.entries())
        add(`${column.name} = ${quote(level)}`, false, (row) => values.codes[row] === code);
  } else if (column.kind === "number") {
    for (const value of spikes(values.values))
      add(`${column.name} = ${numberText(value)}`, false, (row) => values.values[row] === value);
  }
  return atoms;
}

/** The ends of the range, and 0, where they are values of many rows. */
function spikes(values: Float64Array): readonly number[] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const candidates = [...new Set([min, max, 0])].filter(Number.isFinite);
  return candidates.filter((candidate) => {
    let count = 0;
    for (const value of values) if (value === candidate) count++;
    return count >= Math.max(leastRows, values.length / 50);
  });
}

/** Atoms by the rows in which they hold. */
function sameRows(atoms: readonly Atom[]): ReadonlyMap<string, Atom[]> {
  const groups = new Map<string, Atom[]>();
  for (const atom of atoms) {
    const key = `${atom.count} ${hashOf(atom.holds)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [atom]);
    else if (equal(group[0]?.holds as Uint8Array, atom.holds)) group.push(atom);
  }
  return groups;
}

function hashOf(bytes: Uint8Array): number {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** An atom as a condition of its own: a column with gaps is asked first. */
function sayAlone({ column, text, gap }: Atom): string {
  return gap || !column.optional ? text : `${column.name} is present and ${text}`;
}

/** `a is missing exactly when c in ("v", "w")`: every value of c has the gap in all rows or none. */
function listed(gap: Atom, columns: readonly DraftColumn[]): FoundRule | undefined {
  for (const column of columns) {
    if (column === gap.column || column.kind !== "choice") continue;
    const rule = listedIn(gap, column);
    if (rule !== undefined) return rule;
  }
  return undefined;
}

function listedIn(gap: Atom, { name, optional, values }: DraftColumn): FoundRule | undefined {
  if (values.kind === "number" || values.levels.length > 40) return undefined;
  const sides = purity(gap.holds, values.codes, values.levels.length);
  if (sides === undefined) return undefined;
  const on = values.levels.filter((_, code) => sides[code] === 1);
  const off = values.levels.filter((_, code) => sides[code] === 0);
  const open = sides[values.levels.length];
  const saysOff = open === 1 || (open === -1 && off.length < on.length);
  const list = (saysOff ? off : on).map(quote);
  if (list.length === 0 || list.length > mostValues) return undefined;
  const condition = list.length === 1 ? `${name} = ${list[0]}` : `${name} in (${list.join(", ")})`;
  const guard = optional ? `${name} is present and ` : "";
  return {
    text: `${gap.column.name} is ${saysOff ? "present" : "missing"} exactly when ${guard}${condition}`,
    note: saysOff ? "in those rows and no others" : `the same ${gap.count} rows`,
  };
}

/**
 * For each code, and last for a missing value: 1 where all its rows have the gap, 0 where none has, −1
 * where it does not occur; undefined where some value has both.
 */
function purity(holds: Uint8Array, codes: Int32Array, size: number): Int8Array | undefined {
  const sides = new Int8Array(size + 1).fill(-1);
  for (let row = 0; row < holds.length; row++) {
    const given = codes[row] as number;
    const code = given < 0 ? size : given;
    const side = holds[row] as number;
    if (sides[code] === -1) sides[code] = side;
    else if (sides[code] !== side) return undefined;
  }
  return sides;
}

/** `a is missing exactly when age < 15`. */
function threshold(gap: Atom, columns: readonly DraftColumn[]): FoundRule | undefined {
  for (const column of columns) {
    const { values, kind } = column;
    if (column === gap.column || column.optional || values.kind !== "number") continue;
    if (kind === "datetime") continue;
    const ends = [
      [Infinity, -Infinity],
      [Infinity, -Infinity],
    ] as const satisfies readonly (readonly [number, number])[];
    const range = ends.map(([low, high]) => ({ low: low as number, high: high as number }));
    for (let row = 0; row < gap.holds.length; row++) {
      const side = range[gap.holds[row] as number] as { low: number; high: number };
      const value = values.values[row] as number;
      side.low = Math.min(side.low, value);
      side.high = Math.max(side.high, value);
    }
    const [present, missing] = range as [(typeof range)[0], (typeof range)[0]];
    const say = kind === "date" ? formatDate : numberText;
    const note = `the same ${gap.count} rows`;
    const head = `${gap.column.name} is missing exactly when ${column.name}`;
    if (missing.high < present.low) return { text: `${head} < ${say(present.low)}`, note };
    if (missing.low > present.high) return { text: `${head} > ${say(present.high)}`, note };
  }
  return undefined;
}

/** `when c = "v" then a is missing`, where so many gaps together are no chance. */
function implied(gap: Atom, atoms: readonly Atom[]): FoundRule[] {
  const share = gap.count / gap.holds.length;
  return atoms.flatMap((atom) => {
    if (atom.column === gap.column || atom.count >= gap.count) return [];
    if (atom.count * -Math.log(share) < 20) return [];
    if (atom.holds.some((byte, row) => byte === 1 && gap.holds[row] === 0)) return [];
    return [
      {
        text: `when ${sayAlone(atom)} then ${gap.text}`,
        note: `in all of ${atom.count} rows`,
      },
    ];
  });
}
