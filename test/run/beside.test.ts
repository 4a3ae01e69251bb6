import { expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import { toObjects } from "../../src/table/rows.js";
import { people } from "../rules-corpus/people.js";

type Row = Record<string, unknown>;
const frames = new Map<string, readonly object[]>([["data", people(300)]]);

async function run(text: string, given = frames) {
  const { plan, diagnostics } = await compile(text, { frames: given });
  expect(plan, JSON.stringify(diagnostics)).toBeDefined();
  return runPlan(plan as NonNullable<typeof plan>, { frames: given });
}

const spec = (more: string, outputs: string) => `
source data = frame data
table t from data {
  sex:   "Female" | "Male"
  city:  "Ulm" | "Bonn" | "Kiel" | "Jena"
  age:   int 15..90 years
  code:  int 0..999
  ${more}
}
${outputs}
`;

test.each(["", 'fairness { across sex\n rebalance sex to 70% "Female", 30% "Male" }'])(
  "new rows beside real ones repeat none of their keys %#",
  async (fairness) => {
    const outputs = `${fairness}\nlearn with trees\ngenerate both: 300 rows beside data seed 2`;
    const release = await run(spec("unique city, code", outputs));
    const rows = toObjects(release.outputs[0]?.table as never) as readonly Row[];
    const key = (row: Row) => `${row["city"]} ${row["code"]}`;
    const real = new Set(rows.filter((row) => row["generated"] === false).map(key));
    const made = rows.filter((row) => row["generated"] === true).map(key);
    expect(made.length).toBe(300);
    expect(new Set(made).size).toBe(300);
    expect(made.filter((one) => real.has(one))).toEqual([]);
  },
);

test("under stated shares a condition is as probable as in the rows that have them", async () => {
  const outputs = `fairness { across sex\n rebalance sex to 80% "Female", 20% "Male" }
learn with trees
generate all: 4_000 rows seed 1
generate some: 100 rows given sex = "Female" and age < 50 seed 1`;
  const release = await run(spec("", outputs));
  const rows = toObjects(release.outputs[0]?.table as never) as readonly Row[];
  const met = rows.filter((row) => row["sex"] === "Female" && (row["age"] as number) < 50);
  const given = release.outputs[1]?.given;
  // Four standard errors of the share.
  expect(Math.abs((given?.probability ?? 0) - met.length / 4000)).toBeLessThan(0.032);
  expect(given?.exact).toBeUndefined();
});

test("a row that could but be a copy is refused for being one, in the words of the spec", async () => {
  const few = new Map([
    ["data", people(300).map(({ sex, city }) => ({ sex, city, age: 40, code: 7 }))],
  ]);
  const text = spec(
    "require age = 40 and code = 7",
    "privacy { forbid exact copies of t }\ngenerate made: 5 rows",
  );
  const failed = await run(text, few).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "P1401" });
  expect(JSON.stringify(failed)).toContain("in force: forbid exact copies");
  expect(JSON.stringify(failed)).not.toContain("pilot");
});

test("of tables whose rows each must have some, there are as few as of the table that is counted", async () => {
  const clients = Array.from({ length: 200 }, (_, at) => ({
    client: `c${at}`,
    age: 20 + (at % 50),
  }));
  const accounts = Array.from({ length: 160 }, (_, at) => ({
    account: `a${at}`,
    kind: at % 3 === 0 ? "x" : "y",
  }));
  const owners = clients.map(({ client }, at) => ({
    client,
    account: `a${at % 160}`,
    type: at < 160 ? "owner" : "user",
  }));
  const three = new Map<string, readonly object[]>([
    ["clients", clients],
    ["accounts", accounts],
    ["owners", owners],
  ]);
  const release = await run(
    `
source clients = frame clients
source accounts = frame accounts
source owners = frame owners
table person from clients {
  client: id
  age: int 0..99
}
table account from accounts {
  account: id
  kind: "x" | "y"
}
table owner from owners {
  client:  ref person, 1..1 per person
  account: ref account, 1..2 per account
  type:    "owner" | "user"
}
generate few: 50 person seed 1
`,
    three,
  );
  const rows = Object.fromEntries(release.outputs.map(({ name, table }) => [name, table.rows]));
  expect(rows).toEqual({ few: 50, few_account: 40, few_owner: 50 });
});
