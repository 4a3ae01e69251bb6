import { expect, test } from "vitest";
import { compile, runPlan } from "../../src/pipeline.js";
import type { Table } from "../../src/table/table.js";
import { valuesOf } from "../synth/tables.js";
import { declared, people } from "./people.js";

const real = people(300);
const frames = new Map([["data", real]]);

async function outputs(columns: string, tail: string, rules = ""): Promise<Map<string, Table>> {
  const body = columns.split(" ").map((name) => `  ${name}: ${declared[name]}`);
  const text = `source data = frame data\ntable t from data {\n${body.join("\n")}\n${rules}\n}\nlearn with trees\n${tail}\n`;
  const { plan, diagnostics } = await compile(text, { frames });
  const errors = diagnostics.filter((one) => one.severity === "error");
  if (plan === undefined) throw new Error(errors.map((d) => `${d.code} ${d.title}`).join("\n"));
  const release = await runPlan(plan, { frames });
  return new Map(release.outputs.map(({ name, table }) => [name, table]));
}

test("completed: every real row, gaps filled, the rest untouched", async () => {
  const made = await outputs(
    "age works hours phone",
    "generate full: data completed",
    "when works then age >= 10",
  );
  const table = made.get("full");
  if (table === undefined) throw new Error("no output");
  expect(table.rows).toBe(300);
  const hours = valuesOf(table, "hours");
  const phone = valuesOf(table, "phone");
  real.forEach((row, at) => {
    expect(hours[at]).not.toBeNaN();
    if (row["hours"] !== null) expect(hours[at]).toBe(row["hours"]);
    if (row["phone"] !== null) expect(phone[at]).toBe(row["phone"]);
    expect(["landline", "mobile"]).toContain(phone[at]);
  });
});

test("beside: the real rows, then the new ones, marked", async () => {
  const made = await outputs("age sex", "generate more: 50 rows given age >= 60, beside data");
  const table = made.get("more");
  if (table === undefined) throw new Error("no output");
  expect(table.rows).toBe(350);
  const mark = valuesOf(table, "generated");
  expect(mark.filter((one) => one === "true").length).toBe(50);
  expect(valuesOf(table, "age").slice(0, 300)).toEqual(real.map((row) => row["age"]));
  expect(Math.min(...(valuesOf(table, "age").slice(300) as number[]))).toBeGreaterThanOrEqual(60);
});

test("a key of two columns is used up to its last pair, past columns that are no part of it", async () => {
  const columns = "age a sex income school b grade";
  const declaredKey = "require a in 0..5 and b in 0..5\n unique a, b";
  const made = await outputs(columns, "generate all: 36 rows", declaredKey);
  const table = made.get("all") as Table;
  const [a, b] = [valuesOf(table, "a"), valuesOf(table, "b")];
  expect(new Set(a.map((value, row) => `${value} ${b[row]}`)).size).toBe(36);
  const more = "generate all: 37 rows";
  await expect(outputs(columns, more, declaredKey)).rejects.toThrow("P0603 36 values of a, b");
  // Rules about other columns, too, are left aside when the room is counted.
  const narrowed = ["a", "b"].map((name) => `require ${name} <= 5 or age < 20`);
  const late = [...narrowed, "require age >= 20", "unique a, b"].join("\n ");
  await expect(outputs(columns, more, late)).rejects.toMatchObject({
    code: "P1401",
    diagnostic: { because: expect.arrayContaining(["in force: unique a, b"]) },
  });
});

test("given with a strict bound leaves out the peak that it names, in rows and probability", async () => {
  const data = Array.from({ length: 600 }, (_, at) => ({
    x: at % 2 === 0 ? 2.5 : (at * 0.0137) % 5,
    kind: at % 3 === 0 ? "a" : "b",
  }));
  const text = `source data = frame data
  table t from data {
    x: real learned
    kind: "a" | "b"
  }
  learn with forest
  generate low: 400 rows given x < 2.5 and kind = "b"`;
  const peaks = new Map([["data", data]]);
  const { plan } = await compile(text, { frames: peaks });
  if (plan === undefined) throw new Error("no plan");
  const [low] = (await runPlan(plan, { frames: peaks })).outputs;
  const drawn = valuesOf(low?.table as Table, "x") as number[];
  expect(Math.max(...drawn)).toBeLessThan(2.5);
  const truth = data.filter(({ x, kind }) => x < 2.5 && kind === "b").length / 600;
  expect(low?.given?.exact).toBe(true);
  expect(Math.abs((low?.given?.probability ?? 1) - truth)).toBeLessThan(0.06);
});

test("forbid exact copies: no row is a real row", async () => {
  const tail = "privacy { forbid exact copies of t }\ngenerate new: 300 rows";
  const made = await outputs("age sex school grade city", tail);
  const table = made.get("new");
  if (table === undefined) throw new Error("no output");
  const names = ["age", "sex", "school", "grade", "city"];
  const known = new Set(real.map((row) => names.map((name) => row[name]).join(" ")));
  const columns = names.map((name) => valuesOf(table, name));
  for (let row = 0; row < 300; row++) {
    expect(known.has(columns.map((values) => values[row]).join(" "))).toBe(false);
  }
});

test("a category is carried over from the parent's row, learned or not", async () => {
  const clients = ["Ulm", "Bonn", "Kiel", "Bonn", "Ulm", "Kiel"].map((city, id) => ({ id, city }));
  const visits = Array.from({ length: 60 }, (_, at) => ({ client: at % 6, paid: at * 3 }));
  const tables = new Map<string, unknown>([
    ["people", clients],
    ["calls", visits],
  ]);
  const columns = (clients: string, visits: string, city: string) => `
  table clients ${clients} {
    id: id
    city: ${city}
  }
  table visits ${visits} {
    client: ref clients, 1..20 per clients
    paid: int 0..200
    city: category := client.city
  }
  generate 40 clients`;
  const made = columns("", "", '"Ulm" 60% | "Bonn" 40%');
  const learned = `source people = frame people
  source calls = frame calls${columns("from people", "from calls", "category learned")}`;
  for (const text of [made, learned]) {
    const { plan, diagnostics } = await compile(text, { frames: tables });
    if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("; "));
    const [parents, children] = (await runPlan(plan, { frames: tables })).outputs;
    const cities = valuesOf(parents?.table as Table, "city");
    const ids = valuesOf(parents?.table as Table, "id");
    const known = new Map(ids.map((id, at) => [id, cities[at]]));
    const refs = valuesOf(children?.table as Table, "client");
    expect(new Set(cities).size).toBeGreaterThan(1);
    expect(valuesOf(children?.table as Table, "city")).toEqual(refs.map((id) => known.get(id)));
  }
});

test("keys, what determines what and the guard against copies hold under goals of fairness too", async () => {
  const columns = "age sex a grade city land".split(" ");
  const text = `source data = frame data
  table t from data {
    ${columns.map((name) => `${name}: ${declared[name]}`).join("\n")}
    require age in 30..50
    require a <= 5
    unique age, a
    city determines land
  }
  privacy { forbid exact copies of t }
  fairness { across sex
    outcome grade = "high"
    require parity <= 0.01 }
  learn with copula
  generate fair: 100 rows seed 2`;
  const { plan, diagnostics } = await compile(text, { frames });
  if (plan === undefined) throw new Error(diagnostics.map(({ title }) => title).join("; "));
  const release = await runPlan(plan, { frames });
  const table = release.outputs[0]?.table as Table;
  const values = columns.map((name) => valuesOf(table, name));
  const rows = Array.from({ length: table.rows }, (_, row) => values.map((each) => each[row]));
  expect(rows.length).toBe(100);
  expect(new Set(rows.map(([age, , a]) => `${age} ${a}`)).size).toBe(100);
  const pairs = new Set(rows.map((row) => `${row[4]} ${row[5]}`));
  expect(pairs.size).toBe(new Set(rows.map((row) => row[4])).size);
  const known = new Set(real.map((row) => columns.map((name) => row[name]).join(" ")));
  expect(rows.filter((row) => known.has(row.join(" ")))).toEqual([]);
  expect(release.findings.map(({ policy }) => policy).join("\n")).toMatch(
    /for fair, \d+ rows that equal a real one/,
  );
});

test("mixtures, seasons and dependent parameters, from the spec to the rows", async () => {
  const text = `table t {
    day: date 2021-01-01..2023-12-31 ~ seasonal(7, 2)
    at: datetime 2021-01-01T00:00..2023-12-31T23:59 ~ seasonal(1, 2)
    x: real ~ mixture(0.75, normal(0, 1), 0.25, normal(100, 1))
    y: real ~ mixture(abs(x), constant(1), 1, constant(0))
  }
  generate out: 4000 rows`;
  const { plan, diagnostics } = await compile(text);
  expect(diagnostics.filter((one) => one.severity === "error")).toEqual([]);
  if (plan === undefined) throw new Error("no plan");
  const table = (await runPlan(plan)).outputs[0]?.table as Table;
  const month = (value: number) => new Date(value * 1000).getUTCMonth() + 1;
  const summers = (valuesOf(table, "day") as number[]).filter((day) =>
    [6, 7, 8].includes(month(day * 86_400)),
  );
  const winters = (valuesOf(table, "at") as number[]).filter((at) =>
    [12, 1, 2].includes(month(at)),
  );
  // A quarter of the year holds about 66.5 % of a von Mises law with strength 2.
  expect(Math.abs(summers.length / 4000 - 0.665)).toBeLessThan(0.035);
  expect(Math.abs(winters.length / 4000 - 0.665)).toBeLessThan(0.035);
  const [x, y] = [valuesOf(table, "x") as number[], valuesOf(table, "y") as number[]];
  expect(Math.abs(x.filter((each) => each > 50).length / 4000 - 0.25)).toBeLessThan(0.035);
  expect(y.every((each) => each === 0 || each === 1)).toBe(true);
  // 100 in 101; beyond .96 by six standard deviations.
  const ones = y.filter((each, row) => (x[row] as number) > 50 && each === 1).length;
  expect(ones / x.filter((each) => each > 50).length).toBeGreaterThan(0.96);
  const wrong = await compile("table t { x: real ~ mixture(1, unicorn(2)) }\ngenerate 5 rows");
  expect(wrong.diagnostics.map((one) => one.code)).toContain("P0210");
});

test("a condition holds in rows whose values go with a key that an earlier row had", async () => {
  const { plan } = await compile(`table t {
    code: int 0..30
    b: int 0..20
    wish: "low" | "mid" | "high"
    code determines b
    wish determines b
  }
  generate some: 300 rows given code < b`);
  if (plan === undefined) throw new Error("no plan");
  const table = (await runPlan(plan)).outputs[0]?.table as Table;
  const [codes, values] = [valuesOf(table, "code"), valuesOf(table, "b")];
  expect(codes.filter((code, row) => !((code as number) < (values[row] as number)))).toEqual([]);
});

test("real rows that break a rule don't say what goes with a key", async () => {
  const rows = Array.from({ length: 60 }, (_, row) => ({
    key: "abc"[row % 3],
    value: row < 30 ? 5 : 50 + (row % 3),
    other: row % 10,
  }));
  const { plan } = await compile(
    `source data = frame data
    table t from data {
      key: "a" | "b" | "c"
      value: int 0..99
      other: int 0..9
      key determines value
      require value >= 20
    }
    learn with trees
    generate all: 100 rows`,
    { frames: new Map([["data", rows]]) },
  );
  if (plan === undefined) throw new Error("no plan");
  const release = await runPlan(plan, { frames: new Map([["data", rows]]) });
  const table = release.outputs[0]?.table as Table;
  const values = valuesOf(table, "value");
  const said = valuesOf(table, "key").map((key, row) => `${key} ${values[row]}`);
  expect([...new Set(said)].sort()).toEqual(["a 50", "b 51", "c 52"]);
});

test("a child that its parent leaves no room for is left out, and said; nobody has too few", async () => {
  const people = Array.from({ length: 40 }, (_, row) => ({ id: `p${row}`, sex: "FM"[row % 2] }));
  const stays = people.flatMap(({ id }) => [..."xyz"].map((ward) => ({ who: id, ward })));
  const frames = new Map<string, Record<string, unknown>[]>([
    ["people", people],
    ["stays", stays],
  ]);
  const text = `source p = frame people
  source s = frame stays
  table people from p {
    id: id
    sex: "F" | "M"
  }
  table stays from s {
    who: ref people, 1..3 per people
    ward: "x" | "y" | "z"
    unique who, ward
    when who.sex = "F" then ward != "x"
  }
  generate twin: 50 people`;
  const { plan } = await compile(text, { frames });
  if (plan === undefined) throw new Error("no plan");
  const { outputs, findings } = await runPlan(plan, { frames });
  const [parents, children] = outputs.map(({ table }) => table);
  const sex = new Map(
    valuesOf(parents as Table, "id").map((id, at) => [id, valuesOf(parents as Table, "sex")[at]]),
  );
  const counts = new Map<unknown, number>();
  for (const id of valuesOf(children as Table, "who")) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const [id, of] of sex) expect(counts.get(id)).toBe(of === "F" ? 2 : 3);
  const women = [...sex.values()].filter((of) => of === "F").length;
  expect(findings.map(({ policy }) => policy).join("\n")).toMatch(
    `for twin, ${women} rows of stays left out`,
  );
});

test("a key that no sound row has is taught by rows whose values others could go with", async () => {
  // Rows of "a" break a rule by their other column alone, those of "b" by the value itself.
  const rows = Array.from({ length: 90 }, (_, row) => {
    const key = "abc"[row % 3];
    const value = key === "a" ? 30 : key === "b" ? 5 : 40;
    return { key, value, other: key === "a" ? 9 : row % 5 };
  });
  const frames = new Map([["data", rows]]);
  const { plan } = await compile(
    `source data = frame data
    table t from data {
      key: "a" | "b" | "c"
      value: int 0..99
      other: int 0..9
      key determines value
      require value >= 20
      require other <= 5
    }
    learn with independent
    generate all: 200 rows`,
    { frames },
  );
  if (plan === undefined) throw new Error("no plan");
  const table = (await runPlan(plan, { frames })).outputs[0]?.table as Table;
  const [keys, values] = [valuesOf(table, "key"), valuesOf(table, "value")];
  const said = new Map(keys.map((key, row) => [key, values[row]]));
  expect([said.get("a"), said.get("c")]).toEqual([30, 40]);
  expect(said.get("b")).toBeGreaterThanOrEqual(20);
  expect(keys.every((key, row) => said.get(key) === values[row])).toBe(true);
});

test("interpolation begins anew where the rows that it chose between leave no room", async () => {
  const text = `source data = frame data
  table t from data {
    low: real 0..20
    high: real 0..20
    end: date 2020-01-01..2026-12-31 or missing
    when max(high, low) >= 2.5 and high <= 5.5 then end is present
    require (end is present and month(end) <= 9) or abs(low - high) <= 15
    when end is present then abs(high - low) <= 19
  }
  learn with interpolation
  generate all: 1000 rows`;
  const { plan } = await compile(text, { frames });
  if (plan === undefined) throw new Error("no plan");
  const table = (await runPlan(plan, { frames })).outputs[0]?.table as Table;
  expect(table.rows).toBe(1000);
});
