import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckedSpec } from "../../src/ir/checked.js";
import { compile } from "../../src/pipeline.js";
import { ownersOf } from "../../src/run/entities.js";
import type { Column, Table } from "../../src/table/table.js";

const spec = `source s = duckdb "s.duckdb"
table people from s.people {
  person: id
}
table loans from s.loans {
  loan: id
  holder: ref people, 0..9 per person
}
table payments from s.payments {
  payment: id
  loan: ref loans, 0..9 per loan
  payer: ref people, 0..9 per person
  size: int 0..9
}
privacy {
  protect each person, at most 4 payments
  budget epsilon 1, delta 1e-6
}
generate 5 people
`;

async function checkedSpec(text = spec): Promise<CheckedSpec> {
  const { checked, diagnostics } = await compile(text, { until: "names" });
  if (checked === undefined) throw new Error(JSON.stringify(diagnostics));
  return checked;
}

type Row = readonly (string | undefined)[];

function tableOf(checked: CheckedSpec, name: string, rows: readonly Row[]): Table {
  const declared = checked.tables.find((each) => each.name === name)!;
  const keys = declared.columns.filter(({ type }) => type.kind === "id" || type.kind === "ref");
  const columns = keys.map(({ name: own, type }, at): Column => {
    const levels = [...new Set(rows.flatMap((row) => row[at] ?? []))];
    const codes = Int32Array.from(rows, (row) =>
      row[at] === undefined ? -1 : levels.indexOf(row[at]),
    );
    return { kind: "code", name: own, type, codes, levels };
  });
  return { kind: "table", name, rows: rows.length, columns };
}

interface Data {
  readonly people: readonly Row[];
  readonly loans: readonly Row[];
  readonly payments: readonly Row[];
}

/** Ids of the payments that each person owns. */
function owned(checked: CheckedSpec, data: Data): Map<string, string[]> {
  const read = new Map(
    Object.entries(data).map(([name, rows]) => [name, tableOf(checked, name, rows)]),
  );
  const table = checked.tables.find(({ name }) => name === "payments")!;
  const { entities } = ownersOf(checked, table, read.get("payments")!, read);
  const found = new Map<string, string[]>();
  data.payments.forEach(([id, , payer], row) => {
    if ((entities?.[row] ?? -1) >= 0) found.set(payer!, [...(found.get(payer!) ?? []), id!]);
  });
  return found;
}

const people = ["a", "b", "c"];
const payment = fc.tuple(
  fc.constantFrom("l0", "l1", "l2", "l3", undefined),
  fc.constantFrom(...people),
);

describe("rows with two refs to what is protected", () => {
  it("belong to a unit when both lead to it, and to nobody when they lead to two", async () => {
    const checked = await checkedSpec();
    const data = {
      people: [["a"], ["b"]],
      loans: [["l0", "a"]],
      payments: [
        ["own", "l0", "a"],
        ["for another", "l0", "b"],
        ["without loan", undefined, "b"],
        ["of a loan that is not there", "l9", "b"],
      ],
    };
    expect([...owned(checked, data)]).toEqual([
      ["a", ["own"]],
      ["b", ["without loan"]],
    ]);
  });

  it("change with no other unit: whoever leaves takes own rows along, and changes no other's", async () => {
    const checked = await checkedSpec();
    fc.assert(
      fc.property(
        fc.array(payment, { maxLength: 12 }),
        fc.array(fc.constantFrom(...people), { minLength: 4, maxLength: 4 }),
        fc.constantFrom(...people),
        (rows, holders, leaves) => {
          const all: Data = {
            people: people.map((id) => [id]),
            loans: holders.map((holder, i) => [`l${i}`, holder]),
            payments: rows.map(([loan, payer], i) => [`p${i}`, loan, payer]),
          };
          const before = owned(checked, all);
          const gone = new Set(before.get(leaves));
          const after = owned(checked, {
            people: all.people.filter(([id]) => id !== leaves),
            loans: all.loans.filter(([, holder]) => holder !== leaves),
            payments: all.payments.filter(([id]) => !gone.has(id!)),
          });
          before.delete(leaves);
          expect(new Map(after)).toEqual(before);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });
});

describe("rows that lead on to a row of two units", () => {
  const guaranteed = spec
    .replace("loan: id\n", "loan: id\n  guarantor: ref people, 0..9 per person\n")
    .replace("  payer: ref people, 0..9 per person\n", "");
  const loan = fc.tuple(
    fc.constantFrom("l0", "l1", "l2"),
    fc.constantFrom(...people),
    fc.constantFrom(...people),
  );
  const leads = ([, guarantor, holder]: Row, who: string) => holder === who || guarantor === who;

  let checked: CheckedSpec;
  beforeAll(async () => {
    checked = await checkedSpec(guaranteed);
  });

  /** Ids of payments by owner, without the owners' names. */
  function ownedBy(loans: readonly Row[], payments: readonly Row[], all = people): string[][] {
    const rows = { people: all.map((id) => [id]), loans, payments };
    const read = new Map(
      Object.entries(rows).map(([name, own]) => [name, tableOf(checked, name, own)]),
    );
    const table = checked.tables.find(({ name }) => name === "payments")!;
    const { entities } = ownersOf(checked, table, read.get("payments")!, read);
    const groups = new Map<number, string[]>();
    payments.forEach(([id], row) => {
      const owner = entities?.[row] ?? -1;
      if (owner >= 0) groups.set(owner, [...(groups.get(owner) ?? []), id!]);
    });
    return [...groups.values()].sort();
  }

  it("are nobody's: a payment of a loan that another guarantees, or whose id two hold", () => {
    const loans = [
      ["l0", "a", "a"],
      ["l1", "b", "a"],
      ["l2", "a", "a"],
      ["l2", "b", "b"],
    ];
    const payments = [
      ["p0", "l0"],
      ["p1", "l1"],
      ["p2", "l2"],
      ["p3", "l0"],
    ];
    expect(ownedBy(loans, payments)).toEqual([["p0", "p3"]]);
  });

  it.each([true, false])("change with no other unit; they go along: %s", (along) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(loan, {
          maxLength: 6,
          selector: along ? (row) => row.join() : ([id]) => id,
        }),
        fc.array(fc.constantFrom("l0", "l1", "l2"), { maxLength: 8 }),
        fc.constantFrom(...people),
        (loans, of, leaves) => {
          const payments = of.map((id, i) => [`p${i}`, id]);
          const before = ownedBy(loans, payments);
          const touched = new Set(loans.filter((row) => leads(row, leaves)).map(([id]) => id));
          const after = ownedBy(
            loans.filter((row) => !leads(row, leaves)),
            payments.filter(([, id]) => !(along && touched.has(id as "l0"))),
            people.filter((id) => id !== leaves),
          );
          const own = new Set(
            loans.filter(([, g, h]) => g === leaves && h === leaves).map(([id]) => id),
          );
          const others = before.filter((group) =>
            group.every((id) => !own.has(payments.find(([name]) => name === id)![1] as "l0")),
          );
          expect(after).toEqual(others);
        },
      ),
      { seed: 4, numRuns: 150 },
    );
  });
});
