import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ledgerCommand } from "../../src/cli/commands/ledger.js";
import type { Shell } from "../../src/cli/shell.js";
import { readSent } from "../../src/index.js";
import { SentLog } from "../../src/privacy/ledger-sent.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-sent-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const place = () => join(folder, ".parable");

function send(output: string, questions: number): void {
  new SentLog(place()).note({
    ...{ spec: "towns", output, column: "climate", writer: "gemma", model: "gemma3:4b" },
    ...{ where: "https://models.example/v1", columns: ["town", "country"], questions },
  });
}

async function said(options: { all?: boolean; json?: boolean } = {}) {
  const out: string[] = [];
  const shell: Shell = {
    out: (text) => out.push(text),
    err: () => undefined,
    ...{ watched: false, color: false, folder, signal: new AbortController().signal },
  };
  const code = await ledgerCommand(shell, { folder: ".", ...options });
  return { code, text: out.join("\n") };
}

test("what was sent to writers stands beside what was spent, runs of one column together", async () => {
  expect((await said()).text).toBe("Nothing has been spent here: there is no ledger.");
  send("more", 3);
  send("more", 1);
  send("known", 5);
  const { code, text } = await said();
  expect(code).toBe(0);
  expect(text).toContain(
    "Sent to gemma (gemma3:4b at https://models.example/v1) for more.climate of towns: town, country, in 4 questions, in 2 runs",
  );
  expect(text).toContain("for known.climate of towns: town, country, in 5 questions, on 2");
  const { sent } = JSON.parse((await said({ json: true })).text) as {
    sent: { lines: readonly { questions: number }[]; whole: boolean };
  };
  expect(sent.whole).toBe(true);
  expect(sent.lines.map(({ questions }) => questions)).toEqual([3, 1, 5]);
});

test("a line that a crash left half written is no line, and the next one stands", async () => {
  send("more", 3);
  appendFileSync(join(place(), "sent.jsonl"), '{"time":"2026-');
  send("more", 1);
  const { lines, whole } = await readSent(folder);
  expect(lines.map(({ questions }) => questions)).toEqual([3, 1]);
  expect(whole).toBe(true);
});

test.each([
  ["changed", (text: string) => text.replace('"town"', '"age"')],
  [
    "taken out",
    (text: string) =>
      text
        .split("\n")
        .filter((_, at) => at !== 3)
        .join("\n"),
  ],
])("a line that was %s shows", async (_, alter) => {
  for (const questions of [1, 2, 3]) send("more", questions);
  const path = join(place(), "sent.jsonl");
  const before = readFileSync(path, "utf8");
  writeFileSync(path, alter(before));
  expect(readFileSync(path, "utf8")).not.toBe(before);
  expect((await readSent(folder)).whole).toBe(false);
  const { code, text } = await said();
  expect(code).toBe(1);
  expect(text).toContain("was changed or taken out");
});
