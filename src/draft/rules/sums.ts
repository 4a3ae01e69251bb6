import { numberText } from "../../ir/sketch.js";
import type { NumberColumn } from "../../table/table.js";
import type { DraftColumn } from "../draft-column.js";
import { alike } from "./comparisons.js";
import { type FoundRule, guarded } from "./evidence.js";
import { longSums } from "./long-sums.js";

/** A column that is computed from others in every row. */
export interface FoundFormula {
  readonly column: string;
  readonly formula: string;
  /** A unit that the formula gives the column. */
  readonly unit?: string;
}

export interface Sums {
  readonly formulas: readonly FoundFormula[];
  readonly rules: readonly FoundRule[];
  /** Pairs of columns that a formula or a rule ties together; none need be compared further. */
  readonly tied: (a: DraftColumn, b: DraftColumn) => boolean;
}

const probes = 12;

/**
 * Equal columns, `c = a + b`, days between two dates, pairs whose sum or difference is constant, and sums of
 * more columns. A
 * column without gaps becomes `:=` a formula of columns that are none themselves.
 */
export function sums(columns: readonly DraftColumn[]): Sums {
  const search = new SumSearch(columns);
  search.copies();
  search.totals();
  search.days();
  search.constants();
  search.many();
  return search;
}

class SumSearch implements Sums {
  readonly formulas: FoundFormula[] = [];
  readonly rules: FoundRule[] = [];
  private readonly numbers: readonly DraftColumn[];
  private readonly dates: readonly DraftColumn[];
  private readonly computed = new Set<DraftColumn>();
  private readonly operands = new Set<DraftColumn>();
  private readonly ties = new Set<string>();

  constructor(columns: readonly DraftColumn[]) {
    const varied = columns.filter((column) => column.distinct > 2);
    this.numbers = varied.filter(({ kind }) => kind === "number");
    this.dates = varied.filter(({ kind }) => kind === "date");
  }

  readonly tied = (a: DraftColumn, b: DraftColumn): boolean =>
    this.ties.has(`${a.name} ${b.name}`) || this.ties.has(`${b.name} ${a.name}`);

  copies(): void {
    for (const group of [this.numbers, this.dates])
      for (const [at, a] of group.entries())
        for (const b of group.slice(at + 1))
          if (alike(a, b) && !this.tied(a, b) && everyRow([a, b], ([x, y]) => x === y))
            this.settle(b, [a], a.name, `${b.name} = ${a.name}`);
  }

  totals(): void {
    const rows = probeRows(this.numbers);
    const open = this.numbers.filter((column) => !this.computed.has(column));
    for (const total of open) {
      for (const a of open) {
        if (a === total || !alike(a, total) || this.computed.has(total)) continue;
        const b = open.find(
          (other) =>
            other !== a &&
            other !== total &&
            alike(other, total) &&
            rows.every((row) => sumsUp(at(a, row), at(other, row), at(total, row))) &&
            everyRow([a, other, total], ([x, y, z]) => sumsUp(x, y, z)),
        );
        if (b === undefined || isZero(a) || isZero(b)) continue;
        if (this.computed.has(a) || this.computed.has(b)) continue;
        const text = `${a.name} + ${b.name}`;
        this.settle(total, [a, b], text, `${total.name} = ${text}`);
      }
    }
  }

  days(): void {
    for (const days of this.numbers) {
      if (days.unit !== undefined && days.unit !== "days") continue;
      for (const from of this.dates)
        for (const to of this.dates) {
          if (from === to || this.computed.has(days)) continue;
          if (!everyRow([from, to, days], ([x, y, z]) => y - x === z)) continue;
          const text = `${to.name} - ${from.name}`;
          this.settle(days, [from, to], text, undefined, "days");
        }
    }
  }

  constants(): void {
    const open = this.numbers.filter((column) => !this.computed.has(column));
    for (const [at_, a] of open.entries())
      for (const b of open.slice(at_ + 1)) {
        if (!alike(a, b) || this.tied(a, b) || this.computed.has(b)) continue;
        const [row] = probeRows([a, b]);
        if (row === undefined) continue;
        const sum = at(a, row) + at(b, row);
        const difference = at(b, row) - at(a, row);
        if (everyRow([a, b], ([x, y]) => close(x + y, sum)))
          this.settle(b, [a], `${say(sum)} - ${a.name}`, `${a.name} + ${b.name} = ${say(sum)}`);
        else if (everyRow([a, b], ([x, y]) => close(y - x, difference)))
          this.settle(
            b,
            [a],
            `${a.name} ${difference < 0 ? "-" : "+"} ${say(Math.abs(difference))}`,
            `${b.name} - ${a.name} = ${say(difference)}`,
          );
      }
  }

  /** Shares that make 100, items that make a total. */
  many(): void {
    for (const { parts, total } of longSums(this.numbers)) {
      if (parts.some((part) => this.computed.has(part))) continue;
      const sum = parts.map(({ name }) => name).join(" + ");
      if (typeof total !== "number") {
        if (!this.computed.has(total)) this.settle(total, parts, sum, `${total.name} = ${sum}`);
        continue;
      }
      const last = parts.at(-1) as DraftColumn;
      const others = parts.slice(0, -1);
      const rest = others.map(({ name }) => ` - ${name}`).join("");
      this.settle(last, others, `${say(total)}${rest}`, `${sum} = ${say(total)}`);
    }
  }

  private settle(
    column: DraftColumn,
    from: readonly DraftColumn[],
    formula: string,
    condition: string | undefined,
    unit?: string,
  ): void {
    for (const [a, b] of pairsOf([column, ...from])) this.ties.add(`${a.name} ${b.name}`);
    const whole = ![column, ...from].some(({ optional }) => optional);
    const free = !this.operands.has(column) && !from.some((each) => this.computed.has(each));
    if (whole && free) {
      this.computed.add(column);
      for (const each of from) this.operands.add(each);
      this.formulas.push({
        column: column.name,
        formula,
        ...(unit === undefined || column.unit !== undefined ? {} : { unit }),
      });
    } else if (condition !== undefined)
      this.rules.push({
        text: guarded(condition, [column, ...from]),
        note: "holds in every row that has all of them",
      });
  }
}

function pairsOf(
  columns: readonly DraftColumn[],
): readonly (readonly [DraftColumn, DraftColumn])[] {
  return columns.flatMap((a, i) => columns.slice(i + 1).map((b) => [a, b] as const));
}

const at = (column: DraftColumn, row: number): number =>
  (column.values as NumberColumn).values[row] as number;

const close = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

const sumsUp = (a: number, b: number, total: number): boolean => close(a + b, total);

const say = (value: number): string => numberText(Number(value.toPrecision(12)));

function isZero(column: DraftColumn): boolean {
  return (column.values as NumberColumn).values.every((value) => !(value !== 0));
}

/** Some rows, spread out, in which all of the columns have values: most candidates fail there. */
function probeRows(columns: readonly DraftColumn[]): readonly number[] {
  const rows = columns[0]?.values.kind === "number" ? columns[0].values.values.length : 0;
  const found: number[] = [];
  const stride = Math.max(1, Math.floor(rows / 200));
  for (let row = 0; row < rows && found.length < probes; row += stride)
    if (columns.every((column) => !Number.isNaN(at(column, row)))) found.push(row);
  return found;
}

/** Whether a test holds in every row that has all of the columns, and there are enough of those. */
function everyRow(
  columns: readonly DraftColumn[],
  test: (values: readonly [number, number, number]) => boolean,
): boolean {
  const arrays = columns.map((column) => (column.values as NumberColumn).values);
  const [x, y, z] = arrays as [Float64Array, Float64Array, Float64Array | undefined];
  let seen = 0;
  for (let row = 0; row < x.length; row++) {
    const values = [x[row] as number, y[row] as number, z === undefined ? 0 : (z[row] as number)];
    if (values.some(Number.isNaN)) continue;
    if (!test(values as [number, number, number])) return false;
    seen++;
  }
  return seen >= 20;
}
