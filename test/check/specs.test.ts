import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { check } from "../../src/check/check.js";
import { parse } from "../../src/parse/parse.js";

const folder = new URL("../specs/", import.meta.url);
const good = readdirSync(folder).filter(
  (name) => /^[^.]+\.parable$/.test(name) && name !== "everything.parable",
);

test.each(good)("%s checks without an error", (name) => {
  const { spec, diagnostics } = parse(readFileSync(new URL(name, folder), "utf8"), name);
  expect(diagnostics.map((d) => d.title)).toEqual([]);
  const { checked, diagnostics: said } = check(spec);
  expect(said.filter((d) => d.severity === "error").map((d) => `${d.code} ${d.title}`)).toEqual([]);
  expect(checked).toBeDefined();
  expect(JSON.parse(JSON.stringify(checked))).toEqual(checked);
});
