import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderDiagnostics } from "../../src/show/diagnostics.js";
import { judged } from "./judged.js";

const folder = new URL("../specs/", import.meta.url);
const faulty = readdirSync(folder).filter((name) => /\.(broken|warn)\.parable$/.test(name));
test("a broken spec has an error, and one that warns has none", () => {
  for (const name of faulty) {
    const { diagnostics } = judged(name);
    const errors = diagnostics
      .filter((d) => d.severity === "error")
      .map((d) => `${d.code} ${d.title}`);
    if (name.includes(".broken.")) expect(errors, name).not.toEqual([]);
    else expect(errors, name).toEqual([]);
    expect(diagnostics.length, name).toBeGreaterThan(0);
  }
});

test("every message has one place, a sentence that stands alone, and edits inside the text", () => {
  for (const name of faulty) {
    const { source, diagnostics } = judged(name);
    for (const d of diagnostics) {
      expect(
        d.spans.filter((span) => span.primary),
        `${name} ${d.code}`,
      ).toHaveLength(1);
      expect(d.title, name).not.toMatch(/undefined|NaN|\[object|AST|token/);
      for (const edit of d.try.flatMap((remedy) => remedy.edits)) {
        expect(edit.start).toBeGreaterThanOrEqual(0);
        expect(edit.end).toBeLessThanOrEqual(source.text.length);
      }
    }
  }
});

describe("the same messages in every skin", () => {
  const rendered = (skin: "plain" | "terminal" | "html"): string =>
    faulty
      .map((name) => {
        const { source, diagnostics } = judged(name);
        return `==== ${name}\n${renderDiagnostics(diagnostics, source, skin)}`;
      })
      .join("\n");
  test("plain", () => expect(rendered("plain")).toMatchSnapshot());
  test("terminal", () => expect(rendered("terminal")).toMatchSnapshot());
  test("html", () => expect(rendered("html")).toMatchSnapshot());
  test("jupyter and editor", () => {
    for (const name of faulty) {
      const { source, diagnostics } = judged(name);
      expect(renderDiagnostics(diagnostics, source, "jupyter")).toMatchSnapshot(`${name} jupyter`);
      expect(renderDiagnostics(diagnostics, source, "lsp")).toMatchSnapshot(`${name} editor`);
    }
  });
});

test("one slip gives one message where it is used, and nothing follows from it", () => {
  const { diagnostics } = judged("wall.broken.parable");
  const codes = diagnostics.map((d) => d.code).sort();
  expect(codes).toEqual(["P0203", "P0312", "P0313"]);
});

test("faults that have nothing to do with each other are all found at once", () => {
  const codes = judged("six.broken.parable")
    .diagnostics.filter((d) => d.severity === "error")
    .map((d) => d.code);
  expect([...new Set(codes)].sort()).toEqual(["P0203", "P0312", "P0402", "P0501", "P0702"]);
});
