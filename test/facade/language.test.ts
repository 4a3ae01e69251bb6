import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { completeSpec, inspectSpec } from "../../src/index.js";

// Help goes without what isn't read in time: here the clock of that stands still, however busy the machine.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
});
afterAll(() => {
  vi.useRealTimers();
});

it("offers the headers of a source that can be read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parable-"));
  await writeFile(join(folder, "people.csv"), "age,home town\n1,Ulm\n");
  const text = 'source s = csv "people.csv"\ntable t from s {\n  age: int 1..2\n  ';
  const { items } = await completeSpec(text, text.length, { folder });
  expect(items.find((item) => item.kind === "header")?.text).toBe("home_town: ");
  await rm(folder, { recursive: true });
});

it("helps with a source that can't be read, and with learners", async () => {
  const text = 'source s = csv "nowhere.csv"\ntable t from s { a: int 1..2 }\nlearn with ';
  const { items } = await completeSpec(text, text.length);
  expect(items.map((item) => item.text)).toContain("trees");
  expect((await inspectSpec(`${text}trees`, text.length + 2))?.plain).toMatch(/trees/);
});

describe("variables of the notebook", () => {
  const frames = new Map<string, unknown>([
    [
      "clients",
      [
        { age: 1, "home town": "Ulm" },
        { age: 2, pets: 3 },
      ],
    ],
    ["byColumn", { age: [1, 2], job: ["a", "b"] }],
    ["made", { table: { age: [1] } }],
    ["count", 7],
    ["nothing", undefined],
    ["empty", []],
    ["numbers", [1, 2, 3]],
    ["greet", () => "hello"],
    ["locked", new Proxy({}, { get: () => { throw new Error("locked"); } })], // biome-ignore format: one line
  ]);
  const offered = async (text: string, place: object = { frames }) =>
    (await completeSpec(text, text.length, place)).items;

  it("are offered as frames when they can be one, with their columns", async () => {
    const items = await offered("source x = frame ");
    expect(items.map(({ text }) => text)).toEqual(["clients", "byColumn", "made"]);
    expect(items[0]).toMatchObject({
      kind: "source",
      detail: "a variable with columns age, home town, pets",
    });
    expect(await offered("source x = frame ", {})).toEqual([]);
  });

  it("give their headers as columns, also to a half-typed cell, and after a change at once", async () => {
    const text = "source x = frame clients\ntable t from x {\n  age: int 0..9\n  ";
    const headers = async () =>
      (await offered(text)).filter(({ kind }) => kind === "header").map((item) => item.text);
    expect(await headers()).toEqual(["home_town: ", "pets: "]);
    frames.set("clients", [{ age: 1, wage: 2 }]);
    expect(await headers()).toEqual(["wage: "]);
    const from = `${text}pay: int 0..9 from "`;
    expect((await offered(from)).map((item) => item.text)).toEqual(['"wage"']);
  });

  it("tell types only where the source is public", async () => {
    frames.set("clients", [{ age: 1 }, { age: 2 }]);
    const text = "source x = frame clients public\ntable t from x {\n  ";
    expect((await offered(text)).map((item) => item.text)).toContain("age: int 1..2 years");
    const secret = text.replace(" public", "");
    expect((await offered(secret)).map((item) => item.text)).toContain("age: ");
  });

  it("say what they hold where the word stands", async () => {
    const text = "source x = frame byColumn\ntable t from x { age: int 0..9 }\n";
    const frame = await inspectSpec(text, text.indexOf("byC") + 1, { frames });
    expect(frame?.plain).toBe("frame byColumn\na variable of the notebook with columns age, job");
    const source = await inspectSpec(text, text.indexOf("x {"), { frames });
    expect(source?.plain).toBe("source x = frame byColumn\ncolumns age, job");
  });

  it("are looked at without reading their rows", async () => {
    const row = (at: number) => ({
      get age() {
        if (at >= 0) throw new Error("a cell was read");
        return 1;
      },
    });
    frames.set(
      "large",
      Array.from({ length: 200_000 }, (_, at) => row(at)),
    );
    expect((await offered("source x = frame la")).map(({ text }) => text)).toEqual(["large"]);
  });
});
