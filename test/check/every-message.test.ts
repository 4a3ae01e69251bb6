import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/base/diagnose.js";
import type { Diagnostic } from "../../src/base/diagnostic.js";
import { type MessageCode, messages } from "../../src/base/messages.js";
import { SourceText } from "../../src/base/source-text.js";
import { compile } from "../../src/pipeline.js";
import { renderDiagnostics } from "../../src/show/diagnostics.js";
import { judged } from "./judged.js";
import { samples } from "./message-samples.js";

const codes = Object.keys(messages) as MessageCode[];
const folder = new URL("../specs/", import.meta.url);
const faulty = readdirSync(folder).filter((name) => /\.(broken|warn)\.parable$/.test(name));
/** Said by a spec of the corpus: test/check/corpus.test.ts holds what they look like. */
const spoken: ReadonlySet<string> = new Set(
  faulty.flatMap((name) => judged(name).diagnostics.map(({ code }) => code)),
);

const nested = `table t {\n  a: int 0..9\n  require ${"(".repeat(101)}a = 1${")".repeat(101)}\n}\n`;

/** A spec that earns the message: the first of its lesson. */
function specOf(code: MessageCode): string | undefined {
  if (code === "P0116") return nested;
  return /```parable\n([\s\S]*?)```/.exec(messages[code].explain)?.[1];
}

async function sampleOf(
  code: MessageCode,
): Promise<{ source: SourceText; diagnostic: Diagnostic | undefined }> {
  if (samples[code] !== undefined) {
    const say = diagnose as (code: MessageCode, parameters: unknown) => Diagnostic;
    return { source: new SourceText("spec", ""), diagnostic: say(code, samples[code]) };
  }
  const text = specOf(code) ?? "";
  const { diagnostics, source } = await compile(text);
  return { source, diagnostic: diagnostics.find((each) => each.code === code) };
}

test("every message is either said by a spec of the corpus or shown here", () => {
  const lost = codes.filter(
    (code) => !spoken.has(code) && samples[code] === undefined && specOf(code) === undefined,
  );
  expect(lost, "give each a sample in message-samples.ts, or its lesson two specs").toEqual([]);
  expect(Object.keys(samples).filter((code) => spoken.has(code))).toEqual([]);
});

describe("every other message in every skin", () => {
  const others = codes.filter((code) => !spoken.has(code)).sort();
  test.each(others)("%s", async (code) => {
    const { source, diagnostic } = await sampleOf(code);
    expect(diagnostic).toBeDefined();
    const all = [diagnostic as Diagnostic];
    expect(renderDiagnostics(all, source, "plain")).toMatchSnapshot("plain");
    expect(renderDiagnostics(all, source, "terminal")).toMatchSnapshot("terminal");
    expect(renderDiagnostics(all, source, "html")).toMatchSnapshot("html");
    expect(renderDiagnostics(all, source, "jupyter")).toMatchSnapshot("jupyter");
    expect(renderDiagnostics(all, source, "lsp")).toMatchSnapshot("editor");
    expect(diagnostic?.title).not.toMatch(/undefined|NaN|\[object/);
  });
});

const tests = join(import.meta.dirname, "..");

function testFiles(at: string): string[] {
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
    const path = join(at, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    const counts = entry.name.endsWith(".test.ts") && !path.includes("every-message");
    return counts ? [readFileSync(path, "utf8")] : [];
  });
}

/** What no test can bring about here, and why. */
const unprovoked: Readonly<Record<string, string>> = {
  P0757: "no spec can ask for seeded noise",
};

test("every message is earned by a spec or by a test that names it, and explains itself", () => {
  const all = testFiles(tests).join("\n");
  const unearned = codes.filter(
    (code) =>
      !spoken.has(code) &&
      !/```parable/.test(messages[code].explain) &&
      !all.includes(code) &&
      unprovoked[code] === undefined,
  );
  expect(unearned, "name each in a test that brings it about").toEqual([]);
  for (const code of codes) expect(messages[code].explain.length, code).toBeGreaterThan(50);
});
