import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Failure } from "../../../src/base/failure.js";
import { silent } from "../../../src/base/progress.js";
import type { Release } from "../../../src/ir/release.js";
import { compile, runPlan } from "../../../src/pipeline.js";
import { toObjects } from "../../../src/table/rows.js";
import type { Table } from "../../../src/table/table.js";
import { completion, type Reply, say, send, serve, type TestServer } from "./server.js";

let server: TestServer;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-writing-"));
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(text: string, signal = silent.signal): Promise<Release> {
  const compiled = await compile(text.replaceAll("URL", server?.url ?? ""), { folder });
  expect(compiled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const plan = compiled.plan as NonNullable<typeof compiled.plan>;
  return runPlan(plan, { folder, progress: { report: () => {}, signal } });
}

const rowsOf = (release: Release) => toObjects((release.outputs[0] as Release["outputs"][0]).table);

const CITIES = `
writer gemma = openai "URL" model "m" price 1, 2
table towns {
  city:    "Oslo" | "Rome" | "Cairo"
  climate: "cold" | "mild" | "hot" written "the climate of {city}"
}
generate 40 rows seed 3
`;
const climates: Record<string, string> = { Oslo: "cold", Rome: "mild", Cairo: "hot" };
const cityIn = (asked: Parameters<Reply>[1]) =>
  /climate of (\w+)/.exec(asked.body.messages[1]?.content ?? "")?.[1] ?? "";

test("a category is what the writer says of each row; the same question is asked once", async () => {
  server = await serve((r, asked) => say(r, climates[cityIn(asked)]));
  const release = await run(CITIES);
  for (const row of rowsOf(release)) expect(row["climate"]).toBe(climates[String(row["city"])]);
  expect(server.asked).toHaveLength(3);
  expect(release.writing?.[0]).toMatchObject({
    ...{ writer: "gemma", written: 40, asked: 3, kept: 0, refused: 0, local: true },
    ...{ tokensRead: 120, tokensWritten: 24, cost: (120 + 48) / 1e6, sees: ["city"] },
  });
});

test("a second run asks nothing and gives the same bytes", async () => {
  server = await serve((r, asked) => say(r, climates[cityIn(asked)]));
  const first = rowsOf(await run(CITIES));
  const again = await run(CITIES);
  expect(server.asked).toHaveLength(3);
  expect(again.writing?.[0]).toMatchObject({ asked: 0, kept: 3, cost: 0 });
  expect(JSON.stringify(rowsOf(again))).toBe(JSON.stringify(first));
});

test("a wrong value is asked again with the reason, and what then fits is taken", async () => {
  server = await serve((r, asked) =>
    asked.body.messages.length > 2 ? say(r, climates[cityIn(asked)]) : say(r, "tropical"),
  );
  const release = await run(CITIES);
  for (const row of rowsOf(release)) expect(row["climate"]).toBe(climates[String(row["city"])]);
  const last = server.asked.find(({ body }) => body.messages.length > 2);
  expect(last?.body.messages.at(-1)?.content).toMatch(/"tropical" is not one of "cold"/);
});

for (const [what, content] of Object.entries({
  "no JSON": "It is cold there.",
  "a wrong value": '{"value":"tropical"}',
  "an echo": "the climate of Oslo",
  nothing: "",
  "cut-off JSON": '{"value":"co',
})) {
  test(`${what} again and again is refused with a count and a reason; nothing is made up`, async () => {
    server = await serve((r, asked) =>
      cityIn(asked) === "Oslo" ? send(r, completion(content)) : say(r, climates[cityIn(asked)]),
    );
    const error = await run(CITIES).catch((thrown: unknown) => thrown);
    expect((error as Failure).code).toBe("P1470");
    expect((error as Failure).message).toMatch(/climate that could stand in \d+ of 40 rows/);
    const release = await run(CITIES.replace("written", "or missing written"));
    for (const row of rowsOf(release)) {
      const { city, climate } = row;
      if (city === "Oslo") expect(climate).toBeNull();
      else expect([null, climates[String(city)]]).toContain(climate);
    }
    expect(release.writing?.[0]?.refused).toBeGreaterThan(0);
    expect(release.writing?.[0]?.refusals[0]).toMatch(/^row \d+: /);
  });
}

test("answers that ended a run are asked for anew in the next, all others are kept", async () => {
  let isMended = false;
  server = await serve((r, asked) =>
    say(r, isMended || cityIn(asked) !== "Oslo" ? climates[cityIn(asked)] : "icy"),
  );
  await expect(run(CITIES)).rejects.toThrow("P1470");
  isMended = true;
  const release = await run(CITIES);
  for (const row of rowsOf(release)) expect(row["climate"]).toBe(climates[String(row["city"])]);
  expect(release.writing?.[0]).toMatchObject({ asked: 1, kept: 2, refused: 0 });
});

test("rules narrow what a writer may say, and hold in what it said", async () => {
  server = await serve((r, asked) => {
    const age = Number(/aged (\d+)/.exec(asked.body.messages[1]?.content ?? "")?.[1]);
    say(r, asked.body.messages.length > 2 ? Math.min(age, 60) : 60);
  });
  const release = await run(`
writer gemma = openai "URL" model "m"
table people {
  age:    int 20..80
  worked: int 0..60 years written "years at work of somebody aged {age}"
  free:   int 0..80 := age - worked
  require worked <= age
  require free <= 70
}
generate 60 rows seed 1`);
  for (const row of rowsOf(release)) {
    const [age, worked, free] = [row["age"], row["worked"], row["free"]] as number[];
    expect(worked).toBe(Math.min(age as number, 60));
    expect(free).toBe((age as number) - (worked as number));
  }
  const young = server.asked.find(({ body }) => /aged 2\d/.test(body.messages[1]?.content ?? ""));
  expect(young?.body.messages[1]?.content).toMatch(/from 0 to 2\d/);
});

test("unique holds: a repeated answer is asked again", async () => {
  let n = 0;
  server = await serve((r, asked) => {
    n++;
    say(r, asked.body.messages.length > 2 ? `slogan ${n}` : "the same slogan");
  });
  const release = await run(`
writer gemma = openai "URL" model "m" parallel 2
table t {
  city:   "Oslo" | "Rome"
  slogan: text written "a slogan for {city}"
  unique slogan
}
generate 8 rows seed 1`);
  expect(new Set(rowsOf(release).map((row) => row["slogan"])).size).toBe(8);
  expect(release.outputs[0]?.rules?.every(({ violations }) => violations === 0)).toBe(true);
});

test("what was answered before a server broke is kept: the next run asks only the rest", async () => {
  let broken = true;
  server = await serve((r, asked) => {
    if (broken && cityIn(asked) === "Cairo") send(r, '{"error":"no such model"}', 404);
    else say(r, climates[cityIn(asked)]);
  });
  const text = CITIES.replace("price 1, 2", "parallel 1");
  const error = await run(text).catch((thrown: unknown) => thrown);
  expect((error as Failure).code).toBe("P1473");
  const before = server.asked.length;
  broken = false;
  const release = await run(text);
  expect(release.writing?.[0]?.kept).toBe(before - 1);
  expect(server.asked).toHaveLength(before + 3 - (before - 1));
});

test("an interrupt keeps what was answered", async () => {
  const stop = new AbortController();
  server = await serve((r, asked, n) => {
    if (n === 2) stop.abort(new Error("stopped by you"));
    setTimeout(() => say(r, climates[cityIn(asked)]), n === 1 ? 0 : 200);
  });
  const text = CITIES.replace("price 1, 2", "parallel 1");
  await expect(run(text, stop.signal)).rejects.toThrow("stopped by you");
  expect((await run(text)).writing?.[0]).toMatchObject({ kept: 1, asked: 2 });
});

test("a damaged line of kept answers counts as none", async () => {
  server = await serve((r, asked) => say(r, climates[cityIn(asked)]));
  await run(CITIES);
  const { readdirSync } = await import("node:fs");
  const path = join(
    folder,
    ".parable",
    "written",
    readdirSync(join(folder, ".parable", "written"))[0] as string,
  );
  const lines = readFileSync(path, "utf8").split("\n");
  const at = lines.findIndex((line) => line !== "");
  lines[at] = (lines[at] as string).replace(/cold|mild|hot/, "damp");
  writeFileSync(path, lines.join("\n").slice(0, -10));
  const release = await run(CITIES);
  expect(release.writing?.[0]).toMatchObject({ kept: 1, asked: 2, refused: 0 });
});

const FAR = `
source towns = csv "towns.csv"
writer far = openai "https://llm.example/v1" model "m"
table towns from towns {
  city:    category learned
  climate: "cold" | "hot" written "the climate of {city}" by far
}
generate 10 rows
`;

test("the remedy for one column is the remedy for all that a writer writes", async () => {
  const more = FAR.replace(
    "by far\n",
    'by far\n  land: category learned\n  motto: text written "A motto for {city}, {land}" by far\n',
  );
  writeFileSync(join(folder, "towns.csv"), "city,land\nOslo,Norway\nRome,Italy\n");
  const { diagnostics } = await compile(more, { folder });
  const found = diagnostics.filter(({ code }) => code === "P0907");
  expect(found).toHaveLength(2);
  for (const { try: remedies } of found) {
    expect(remedies[0]?.label).toContain("may see city, land");
  }
});

test("real values leave the machine only if the author says so", async () => {
  writeFileSync(join(folder, "towns.csv"), "city\nOslo\nRome\n");
  const codes = async (text: string) =>
    (await compile(text, { folder })).diagnostics.map(({ code }) => code);
  expect(await codes(FAR)).toContain("P0907");
  expect(await codes(FAR.replace('"m"', '"m" may see city'))).not.toContain("P0907");
  expect(await codes(FAR.replace('"towns.csv"', '"towns.csv" public'))).not.toContain("P0907");
  expect(await codes(FAR.replace("https://llm.example", "http://localhost:1"))).not.toContain(
    "P0907",
  );
  expect(
    await codes(
      FAR.replace("https://llm.example", "http://localhost:1").replace('"m"', '"m:cloud"'),
    ),
  ).toContain("P0907");
});

test("what is written can't be conditioned on or made fair, not even through a computed column", async () => {
  const table = `table t {
  sex:   "F" | "M"
  score: int 0..9 written "the score of {sex}"
  twice: int 0..18 := 2 * score
}
`;
  const codes = async (text: string) =>
    (await compile(table + text, { folder })).diagnostics.map(({ code }) => code);
  expect(await codes("generate 10 rows given score > 3")).toContain("P0908");
  expect(await codes("generate 10 rows given twice > 3")).toContain("P0908");
  expect(await codes('generate 10 rows given sex = "F"')).not.toContain("P0908");
  const fair = "fairness {\n  across sex\n  outcome twice > 9\n  require parity <= 0.1\n}\n";
  expect(await codes(`${fair}generate 10 rows`)).toContain("P0908");
});

test("what is sent elsewhere is noted before it is sent, line after line in a chain", async () => {
  const log = join(folder, ".parable", "sent.jsonl");
  const before: string[] = [];
  server = await serve((r, asked) => {
    before.push(readFileSync(log, "utf8"));
    say(r, climates[cityIn(asked)]);
  });
  const text = CITIES.replace('"m"', '"m:cloud"');
  await run(text);
  expect(before[0]).toContain('"columns":["city"]');
  appendFileSync(log, '{"time":"2026');
  await run(text.replace("seed 3", "seed 4"));
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as { sum: string; questions: number; where: string });
  expect(lines.map(({ questions }) => questions)).toEqual([3, 3]);
  expect(lines[0]?.where).toBe(server.url);
  let sum = "";
  for (const { sum: said, ...body } of lines) {
    sum = createHash("sha256").update(sum).update(JSON.stringify(body)).digest("hex");
    expect(said).toBe(sum);
  }
  await run(text);
  expect(readFileSync(log, "utf8").split('"questions"')).toHaveLength(3);
});

test("real rows are enriched: completed, and beside the generated ones", async () => {
  writeFileSync(join(folder, "towns.csv"), `city\n${"Oslo\nRome\nCairo\n".repeat(10)}`);
  server = await serve((r, asked) => say(r, climates[cityIn(asked)]));
  const text = (what: string) => `
source towns = csv "towns.csv"
writer gemma = openai "URL" model "m"
table towns from towns {
  city:    category learned
  climate: "cold" | "mild" | "hot" written "the climate of {city}"
  word:    text written "{city}"
  size:    int 1..9 written "the size of {city}"
  when climate = "hot" then size <= 8
  require word != "nothing"
}
${what}`;
  for (const what of [
    "generate all: towns completed",
    "generate all: 9 rows beside towns seed 1",
  ]) {
    await server.close();
    server = await serve((r, asked) =>
      /the size of/.test(asked.body.messages[1]?.content ?? "")
        ? say(r, 8)
        : say(r, climates[cityIn(asked)] ?? `about ${asked.body.messages[1]?.content.slice(0, 4)}`),
    );
    // The rules speak of columns that real rows don't have: of those nothing is counted.
    const release = await run(text(what));
    const rule = release.outputs[0]?.rules?.find((each) => each.text.startsWith("when"));
    expect(rule).toMatchObject({ violations: 0 });
    expect(rule).not.toHaveProperty("realViolations");
    const rows = rowsOf(release);
    expect(rows.length).toBeGreaterThanOrEqual(30);
    for (const row of rows) {
      expect(row["climate"]).toBe(climates[String(row["city"])]);
      expect(row["word"]).toMatch(/^about /);
    }
  }
});

test("a prompt may name the columns of a parent; protected ones stay on the machine all the same", async () => {
  server = await serve((r, asked) =>
    say(r, /aged (\d+)/.exec(asked.body.messages[1]?.content ?? "")?.[1] ?? "?"),
  );
  const text = `
writer gemma = openai "URL" model "m"
table patients { key: id
  age: int 1..90 }
table stays {
  key:     id
  patient: ref patients, 1..3 per patient
  note:    text written "someone aged {patient.age}"
}
generate 6 patients seed 1`;
  const release = await run(text);
  const tableOf = (name: string) =>
    toObjects(release.outputs.find((one) => one.table.name === name)?.table as Table);
  const ages = new Map(tableOf("patients").map((row) => [row["key"], row["age"]]));
  const stays = tableOf("stays");
  expect(stays.length).toBeGreaterThanOrEqual(6);
  for (const row of stays) expect(row["note"]).toBe(String(ages.get(row["patient"])));
  const wrong = text.replace("patient.age", "patient.agee").replace("URL", server.url);
  const { diagnostics } = await compile(wrong, { folder });
  expect(diagnostics.map(({ title }) => title).join()).toMatch(/agee.*did you mean age/);
  writeFileSync(join(folder, "p.csv"), "key,age\n1,30\n2,40\n");
  const learned = text
    .replace("writer gemma", 'source p = csv "p.csv"\nwriter gemma')
    .replace("URL", "https://elsewhere.example/v1")
    .replace("table patients {", "table patients from p {");
  const told = await compile(learned, { folder });
  expect(told.diagnostics.map(({ code }) => code)).toContain("P0907");
});

const PEOPLE = `
writer gemma = openai "URL" model "m"
table people {
  key:   id
  age:   int 18..95
  job:   "fisher" | "nurse" | "retired"
  email: text invented "email"
  note:  text
  next:  int := age + 1
  hobby: text written "a hobby of a {job}"
  when job = "retired" then age >= 60
  unique age
}
generate coastal: 12 rows like "people who live in a coastal town" given job in ("fisher", "retired") seed 2
`;

test("rows from a prompt obey types, rules, given and unique; what doesn't is asked for again", async () => {
  let age = 30;
  server = await serve((r, asked) => {
    const user = asked.body.messages[1]?.content ?? "";
    if (/hobby/.test(user)) return say(r, "sailing");
    const rows = Array.from({ length: 5 }, (_, i) => ({
      age: i === 0 ? 30 : age++,
      job: ["fisher", "retired", "nurse", "fisher", "pirate"][i],
      note: "likes the sea",
    }));
    send(r, completion(JSON.stringify({ rows })));
  });
  const release = await run(
    PEOPLE.replace("seed 2", "seed 2").replace("generate coastal: 12", "generate coastal: 4"),
  );
  const rows = rowsOf(release);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(row["job"]).toBe("fisher");
    expect(row["next"]).toBe((row["age"] as number) + 1);
    expect(row["email"]).toMatch(/@/);
    expect(row["hobby"]).toBe("sailing");
  }
  expect(new Set(rows.map((row) => row["age"])).size).toBe(rows.length);
  const question = server.asked[0]?.body;
  expect(question?.messages[1]?.content).toMatch(
    /coastal town[\s\S]*when job = "retired"[\s\S]*given|In these rows/,
  );
  expect(JSON.stringify(question?.response_format)).toContain('"enum":["fisher","retired"]');
  expect(release.writing?.[0]).toMatchObject({ output: "coastal", written: rows.length });
  expect(release.writing?.[0]?.refused).toBeGreaterThan(0);
});

test("rows from a prompt offline: types and rules hold, and the release says who wrote them", async () => {
  const text = PEOPLE.replace('writer gemma = openai "URL" model "m"', "").replace(
    'when job = "retired" then age >= 60\n',
    "",
  );
  const release = await run(text);
  expect(rowsOf(release)).toHaveLength(12);
  expect(release.findings[0]?.policy).toMatch(/offline from templates/);
  expect(JSON.stringify(rowsOf(await run(text)))).toBe(JSON.stringify(rowsOf(release)));
});

test("no row that can stand is one message", async () => {
  server = await serve((r) => send(r, completion("nothing of the kind")));
  const error = await run(PEOPLE).catch((thrown: unknown) => thrown);
  expect((error as Failure).message).toMatch(/P1476: gemma wrote none of the 12 rows/);
  const before = server.asked.length;
  await run(PEOPLE).catch(() => undefined);
  expect(server.asked).toHaveLength(2 * before);
});
