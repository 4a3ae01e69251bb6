import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

async function checkedSpec(): Promise<CheckedSpec> {
  const { checked, diagnostics } = await compile(spec, { until: "names" });
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
