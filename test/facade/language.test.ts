import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { completeSpec, inspectSpec } from "../../src/index.js";

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
