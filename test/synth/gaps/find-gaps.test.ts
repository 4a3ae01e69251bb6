import { describe, expect, it } from "vitest";
import { stream } from "../../../src/base/random.js";
import { findGap, type NumbersAt } from "../../../src/synth/gaps/find-gaps.js";
import { type Gap, GapColumn } from "../../../src/synth/gaps/gap.js";
import type { ColumnType } from "../../../src/table/column-type.js";

const rows = 400;
const random = stream(1, "gaps");
const date: ColumnType = { kind: "date", learned: true };
const real: ColumnType = { kind: "real", step: 0.1, learned: true };
const made = (at: number, type: ColumnType, value: (row: number) => number): NumbersAt => ({
  ...{ at, type },
  values: Float64Array.from({ length: rows }, (_, row) => value(row)),
});

const opened = made(0, date, () => 17_000 + random.below(1000));
const closed = made(1, date, (row) => (opened.values[row] as number) + random.below(40));
const paid = made(2, date, (row) => (closed.values[row] as number) + 1 + random.below(3));

describe("the gap of a column", () => {
  it("is the one to the nearest column before it", () => {
    expect(findGap(closed, [opened])).toMatchObject({ column: 1, from: 0, least: 0 });
    expect(findGap(paid, [opened, closed])).toMatchObject({ from: 1, least: 1, most: 3 });
    expect(findGap(opened, [])).toBeUndefined();
  });

  it("is none between columns that don't go together", () => {
    const other = made(3, date, () => 17_000 + random.below(1000));
    expect(findGap(other, [opened, closed])).toBeUndefined();
  });

  it("is counted as the column is between days and times", () => {
    const time: ColumnType = { kind: "datetime", learned: true };
    const noon = (row: number) => 86_400 * (opened.values[row] as number) + 43_200;
    const arrived = made(9, time, (row) => noon(row) + random.below(3600));
    expect(findGap(arrived, [opened])).toMatchObject({ from: 0, fromUnit: "days" });
    const gap = findGap(closed, [arrived]);
    expect(gap).toMatchObject({ from: 9, least: 0, most: 39, fromUnit: "seconds" });
    const frame = new GapColumn(gap as Gap, date);
    expect(frame.gapOf(17_005, 86_400 * 17_003 + 86_399)).toBe(2);
    expect(frame.valueOf(2, 86_400 * 17_003)).toBe(17_005);
  });

  it("is none where the column has few values of its own, as month ends are", () => {
    const monthEnd = made(4, date, (row) => 30 * Math.ceil((closed.values[row] as number) / 30));
    expect(findGap(monthEnd, [opened])).toBeUndefined();
  });

  it("is none to a column that is often missing", () => {
    const known = (share: number) =>
      made(5, date, (row) => (row < share * rows ? (opened.values[row] as number) : Number.NaN));
    expect(findGap(closed, [known(0.7)])).toBeUndefined();
    expect(findGap(closed, [known(0.9)])).toMatchObject({ from: 5 });
  });

  it("is the one to a column that all rows have rather than to a nearer one that some lack", () => {
    const nearer = made(8, date, (row) =>
      row % 7 === 0 ? Number.NaN : (paid.values[row] as number) - 1,
    );
    expect(findGap(paid, [opened, closed, nearer])).toMatchObject({ from: 1 });
  });

  it("is asked for between numbers only where they are all but one, of one unit and one grid", () => {
    const low = made(6, real, () => Math.round(1000 * random.uniform()) / 10);
    const shifted = (by: number, type = real) =>
      made(
        7,
        type,
        (row) => Math.round(10 * (low.values[row] as number) + by * random.below(9)) / 10,
      );
    expect(findGap(shifted(1), [low])).toMatchObject({ from: 6, least: 0, most: 0.8 });
    expect(findGap(shifted(30), [low])).toBeUndefined();
    expect(
      findGap(shifted(1, { kind: "real", step: 0.1, unit: "kg", learned: true }), [low]),
    ).toBeUndefined();
    expect(findGap(shifted(1, { kind: "real", step: 0.2, learned: true }), [low])).toBeUndefined();
  });

  it("is looked for in an even sample of many rows", () => {
    const from = Float64Array.from({ length: 50_000 }, (_, row) => row);
    const to = from.map((value) => value + 5);
    const [a, b] = [from, to].map((values, at) => ({ at, type: date, values })) as [
      NumbersAt,
      NumbersAt,
    ];
    expect(
      findGap({ ...b, values: to.map((value, row) => (row === 7 ? value + 3 : value)) }, [a]),
    ).toMatchObject({ least: 5, most: 8 });
  });
});
