import { expect, test } from "vitest";
import type { Release, WritingReceipt } from "../../src/ir/release.js";
import { displayAccounts } from "../../src/show/display.js";

const receipt: WritingReceipt = {
  ...{ output: "more", table: "towns", column: "climate", writer: "gemma", backend: "openai" },
  ...{ where: "https://models.example/v1", model: "gemma3:4b", local: false },
  ...{ sees: ["town", "<b>"], written: 9, asked: 4, kept: 5, retries: 0 },
  ...{ tokensRead: 90, tokensWritten: 9, refused: 0, refusals: [] },
};
const release = (writing: readonly WritingReceipt[]) =>
  ({ ledger: [], writing }) as unknown as Release;

test("`show ledger` says what went to which writer, and what stayed", () => {
  const { "text/plain": plain, "text/html": html } = displayAccounts(
    release([receipt, { ...receipt, output: "near", where: "http://localhost:1/v1", local: true }]),
  );
  expect(plain).toContain("No privacy budget was spent");
  expect(plain).toMatch(
    /more\.climate +gemma: gemma3:4b at https:\/\/models\.example\/v1 +4 +town, <b>/,
  );
  expect(plain).toMatch(/near\.climate .*localhost:1\/v1 +0 +nothing left this machine/);
  expect(html).toContain("town, &lt;b&gt;");
  expect(displayAccounts(release([]))["text/plain"]).not.toContain("Sent");
});
