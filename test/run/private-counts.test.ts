import { expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { stream } from "../../src/base/random.js";
import type { CheckedSpec, CheckedTable } from "../../src/ir/checked.js";
import { compile } from "../../src/pipeline.js";
import { countedRef, learnCounts } from "../../src/run/private-counts.js";
import { codeDomain } from "../../src/table/domain.js";
import type { Column, Table } from "../../src/table/table.js";
import { memoryAccount } from "../privacy/memory-ledger.js";

const spec = `source s = duckdb "s.duckdb"
table people from s.people {
  person: id
}
table loans from s.loans {
  loan: id
  holder: ref people, 0..1 per person
  kind: "car" | "house"
}
table cards from s.cards {
  card: id
  owner: ref people, 0..1 per person
}
table payments from s.payments {
  payment: id
  loan: ref loans, 0..4 per loan
  card: ref cards, 0..9 per card
}
privacy {
  protect each person, at most 1 loans, 1 cards, 4 payments
  budget epsilon 1, delta 1e-6
}
generate 5 people
`;

const LOANS = 4000;

async function checkedSpec(): Promise<CheckedSpec> {
  const { checked, diagnostics } = await compile(spec, { until: "names" });
  if (checked === undefined) throw new Error(JSON.stringify(diagnostics));
  return checked;
}

function tableOf(declared: CheckedTable, rows: readonly (readonly string[])[]): Table {
  const columns = declared.columns.map(({ name, type }, at): Column => {
    const levels = [...new Set(rows.map((row) => row[at] as string))].sort();
    const codes = Int32Array.from(rows, (row) => levels.indexOf(row[at] as string));
    return { kind: "code", name, type, codes, levels };
  });
  return { kind: "table", name: declared.name, rows: rows.length, columns };
}

/** Holders of cars pay three times, others once; `strangers` pay on each loan as well, and belong to two people then. */
function data(checked: CheckedSpec, strangers: (loan: number) => number) {
  const of = (name: string) => checked.tables.find((each) => each.name === name) as CheckedTable;
  const kindOf = (loan: number) => (loan % 2 === 0 ? "car" : "house");
  const loans = Array.from({ length: LOANS }, (_, i) => [`l${i}`, `p${i}`, kindOf(i)]);
  const payments = loans.flatMap(([loan, holder, kind], i) => {
    const own = Array<string>(kind === "car" ? 3 : 1).fill(`of ${holder}`);
    const others = Array<string>(strangers(i)).fill(`of p${(i + 1) % LOANS}`);
    return [...own, ...others].map((card, k) => [`${loan}-${k}`, loan as string, card]);
  });
  const holders = loans.map(([, holder]) => holder as string);
  return new Map([
    [
      "people",
      tableOf(
        of("people"),
        holders.map((holder) => [holder]),
      ),
    ],
    [
      "cards",
      tableOf(
        of("cards"),
        holders.map((holder) => [`of ${holder}`, holder]),
      ),
    ],
    ["loans", tableOf(of("loans"), loans as string[][])],
    ["payments", tableOf(of("payments"), payments)],
  ]);
}

/** Shares of each number of payments that were learned, by the kind of the loan; noise is next to none. */
async function learned(engine: string, strangers: (loan: number) => number) {
  const checked = await checkedSpec();
  const read = data(checked, strangers);
  const [loans, payments] = ["loans", "payments"].map(
    (name) => checked.tables.find((each) => each.name === name) as CheckedTable,
  ) as [CheckedTable, CheckedTable];
  expect(countedRef(checked, payments)).toEqual({ ref: "loan", parent: "loans", min: 0, max: 4 });
  const { account, ledger } = memoryAccount(1e6, 1e-6);
  const kind = loans.columns.find(({ name }) => name === "kind");
  const domain = codeDomain({ name: "kind", optional: false, type: kind?.type as never }, [
    "car",
    "house",
  ]);
  const counts = await learnCounts({
    ...{ checked, read, account, table: payments, domains: [domain], progress: silent },
    choice: { name: engine, table: "payments", options: {} } as never,
    rho: account.whole() / 2,
  });
  expect(ledger.book.length).toBeGreaterThan(0);
  const parents = read.get("loans") as Table;
  const random = stream(1, "counts");
  return [0, 1].map((first) => {
    const shares = new Float64Array(5);
    for (let time = 0; time < 1000; time++) {
      const number = counts?.draw(parents, first, random) as number;
      shares[number] = (shares[number] as number) + 1 / 1000;
    }
    return shares;
  });
}

it.each(["mst", "swift", "aim"])(
  "%s: the number of children is learned given the parent's columns",
  async (engine) => {
    const [car, house] = await learned(engine, () => 0);
    expect(car?.[3]).toBeGreaterThan(0.98);
    expect(house?.[1]).toBeGreaterThan(0.98);
  },
);

it("children of two units are in no one's number: strangers' payments change nothing", async () => {
  const [car, house] = await learned("mst", (loan) => (loan % 2 === 0 ? 1 : 2));
  expect(car?.[3]).toBeGreaterThan(0.98);
  expect(house?.[1]).toBeGreaterThan(0.98);
});

it("learns numbers of children without stated bounds up to what a unit may have, and says where nothing tells them", async () => {
  const tables = `
table shop from s.shop {
  shop_id: id
}
table sale from s.sale {
  shop: ref shop
  paid: int 0..9
}
`;
  const privacy = (unit: string) => `privacy {
  protect ${unit}
  budget epsilon 1, delta 1e-6
}
`;
  const asked = "generate town: 8 shop\n";
  const head = 'source s = duckdb "s.duckdb"';
  const codes = async (text: string) => {
    const { checked, diagnostics } = await compile(text, { until: "names" });
    return { checked, codes: diagnostics.map(({ code }) => code) };
  };
  const bounded = await codes(head + tables + privacy("each shop, at most 6 sale") + asked);
  const sale = bounded.checked?.tables.find(({ name }) => name === "sale");
  expect(countedRef(bounded.checked as CheckedSpec, sale as CheckedTable)?.max).toBe(6);
  expect(bounded.codes).not.toContain("P0606");
  expect((await codes(head + tables + asked)).codes).not.toContain("P0606");
  const wide = await codes(head + tables + privacy("each shop, at most 900 sale") + asked);
  expect(wide.codes).toContain("P0606");
  const bare = tables.replace(/ from s[.][a-z]+/g, "");
  expect((await codes(bare + asked)).codes).toContain("P0606");
  const alone = await codes(`${bare}generate sales: 8 sale\n`);
  expect(alone.codes).not.toContain("P0606");
});
