import { describe, expect, test } from "vitest";
import { silent } from "../../../src/base/progress.js";
import { stream } from "../../../src/base/random.js";
import { makeGuide } from "../../../src/constraint/make-guide.js";
import { parentRows } from "../../../src/constraint/scope.js";
import type { CheckedRule } from "../../../src/ir/checked.js";
import { drawRows } from "../../../src/synth/draw.js";
import { fitChildren } from "../../../src/synth/relational/children.js";
import type { ChildrenRequest } from "../../../src/synth/relational/family.js";
import type { LearnedColumn } from "../../../src/synth/synthesizer.js";
import type { RefType } from "../../../src/table/column-type.js";
import type { Column, Table } from "../../../src/table/table.js";
import { labels, numbers, tableOf } from "../../families.js";

const date = { kind: "date", min: 0, max: 20000, learned: false } as const;

/** Patients and their stays: smokers have more stays, and a ward that tends to stay the same. */
function hospital(count: number): { patients: Table; stays: Table } {
  const random = stream(11, "hospital");
  const birth: number[] = [];
  const smoker: string[] = [];
  const owner: string[] = [];
  const admitted: number[] = [];
  const discharged: number[] = [];
  const ward: string[] = [];
  for (let patient = 0; patient < count; patient++) {
    const smokes = random.uniform() < 0.3;
    birth.push(Math.floor(8000 * random.uniform()));
    smoker.push(smokes ? "yes" : "no");
    const stays = Math.min(12, Math.floor((smokes ? 6 : 2) * random.uniform() * 1.5));
    let day = 12000 + Math.floor(2000 * random.uniform());
    let last = random.uniform() < 0.5 ? "surgery" : "medicine";
    for (let stay = 0; stay < stays; stay++) {
      owner.push(`p${patient}`);
      day += 5 + Math.floor(300 * random.uniform());
      admitted.push(day);
      discharged.push(day + 1 + Math.floor(random.uniform() * (smokes ? 20 : 6)));
      if (random.uniform() < 0.1) last = last === "surgery" ? "medicine" : "surgery";
      ward.push(last);
    }
  }
  const key = labels(
    "id",
    birth.map((_, at) => `p${at}`),
  );
  return {
    patients: tableOf("patients", key, numbers("birth", birth, date), labels("smoker", smoker)),
    stays: tableOf(
      "stays",
      labels("patient", owner),
      numbers("admitted", admitted, date),
      numbers("discharged", discharged, date),
      labels("ward", ward),
    ),
  };
}

const refType: RefType = { kind: "ref", table: "patients", min: 0, max: 12 };

function requestOf({ patients, stays }: { patients: Table; stays: Table }): ChildrenRequest {
  const learned = (table: Table): LearnedColumn[] =>
    table.columns.slice(1).map(({ name, type }) => ({ name, type, optional: false }));
  return {
    table: stays,
    columns: learned(stays),
    ref: { name: "patient", type: refType },
    parent: { table: patients, key: "id", columns: learned(patients) },
    sequence: "admitted",
    options: {},
    first: [],
    progress: silent,
  };
}

const orderly: CheckedRule = {
  kind: "always",
  text: "admitted <= discharged",
  span: { start: 0, end: 0 },
  formula: {
    op: "le",
    left: { op: "column", name: "admitted" },
    right: { op: "column", name: "discharged" },
  },
};
const born: CheckedRule = {
  kind: "always",
  text: "admitted >= patient.birth",
  span: { start: 0, end: 0 },
  formula: {
    op: "ge",
    left: { op: "column", name: "admitted" },
    right: { op: "column", name: "birth", via: "patient" },
  },
};

async function draw(seed: number) {
  const real = hospital(3000);
  const model = await fitChildren(requestOf(real));
  // The real patients in new order stand for drawn ones: what their children are like is known.
  const parents = hospital(3000).patients;
  const refs = model.drawRefs({ table: "stays", parents }, "twin", seed);
  const children = model.under(parents, refs);
  const columns = children.columns;
  const scope = {
    columns,
    levels: children.levels,
    parents: new Map([["patient", parentRows(parents, "id", refs.levels)]]),
  };
  const drawn = await drawRows({
    model: children,
    columns,
    guide: makeGuide({ ...scope, rules: [orderly, born] }),
    rows: refs.codes.length,
    fixed: new Map([[0, refs.codes]]),
    name: "twin",
    seed,
    progress: silent,
  });
  return { real, parents, refs, cells: drawn.cells };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("children of drawn parents", () => {
  test("have the right number, depend on their parent and on the sibling before", async () => {
    const { real, parents, refs, cells } = await draw(1);
    const smokes = (row: number) => {
      const column = parents.columns[2] as Column & { kind: "code" };
      return column.levels[column.codes[row] as number] === "yes";
    };
    const countsOf = (codes: Int32Array) => {
      const counts = new Array<number>(3000).fill(0);
      for (const code of codes) counts[code] = (counts[code] as number) + 1;
      return counts;
    };
    const realRef = real.stays.columns[0] as Column & { kind: "code" };
    const realCodes = realRef.codes.map((code) => Number(realRef.levels[code]?.slice(1)));
    const made = countsOf(refs.codes);
    const known = countsOf(realCodes);
    for (const group of [true, false]) {
      const of = (counts: number[]) => mean(counts.filter((_, row) => smokes(row) === group));
      expect(Math.abs(of(made) - of(known))).toBeLessThan(0.2);
    }
    expect(Math.max(...made)).toBeLessThanOrEqual(12);
    const lengths = (group: boolean) =>
      mean(
        Array.from(refs.codes.keys())
          .filter((row) => smokes(refs.codes[row] as number) === group)
          .map((row) => (cells[2]?.[row] as number) - (cells[1]?.[row] as number)),
      );
    expect(lengths(true)).toBeGreaterThan(lengths(false) + 1);
    const same = Array.from(refs.codes.keys()).filter(
      (row) => row > 0 && refs.codes[row] === refs.codes[row - 1],
    );
    const kept = mean(same.map((row) => Number(cells[3]?.[row] === cells[3]?.[row - 1])));
    expect(kept).toBeGreaterThan(0.8);
    const grows = mean(
      same.map((row) => Number((cells[1]?.[row] ?? 0) > (cells[1]?.[row - 1] ?? 0))),
    );
    expect(grows).toBeGreaterThan(0.75);
  });

  test("obey rules within the row and across the ref", async () => {
    const { parents, refs, cells } = await draw(2);
    const birth = parents.columns[1] as Column & { kind: "number" };
    refs.codes.forEach((code, row) => {
      expect(cells[1]?.[row]).toBeLessThanOrEqual(cells[2]?.[row] as number);
      expect(cells[1]?.[row]).toBeGreaterThanOrEqual(birth.values[code] as number);
    });
  });

  test("are the same for the same seed", async () => {
    expect((await draw(3)).cells).toEqual((await draw(3)).cells);
  });

  test("that name no known parent are refused", async () => {
    const real = hospital(20);
    const strangers = { ...real.stays, columns: [...real.stays.columns] };
    strangers.columns[0] = labels("patient", new Array(real.stays.rows).fill("nobody"));
    await expect(fitChildren(requestOf({ ...real, stays: strangers }))).rejects.toThrow("P0914");
  });
});
