import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Failure } from "../../src/base/failure.js";
import { messages } from "../../src/base/messages.js";
import { compile, runPlan } from "../../src/pipeline.js";

const folder = mkdtempSync(join(tmpdir(), "parable-place-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Compile and run; the failure of the run, and the text that it points at. */
async function failing(text: string): Promise<{ failure: Failure; at: string }> {
  const compiled = await compile(text, { folder });
  if (compiled.plan === undefined) throw new Error(JSON.stringify(compiled.diagnostics));
  const failure = await runPlan(compiled.plan, { folder }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Failure)) throw new Error("the run did not fail");
  const span = failure.diagnostic.spans[0];
  return { failure, at: span === undefined ? "" : text.slice(span.start, span.end) };
}

describe("a run that fails points at the spec", () => {
  it("at the source whose file has no rows", async () => {
    writeFileSync(join(folder, "header.csv"), "a\n");
    const text =
      'source s = csv "header.csv"\ntable t from s { a: int 0..9 }\ngenerate 3 rows seed 1';
    const { failure, at } = await failing(text);
    expect(failure.code).toBe("P1304");
    expect(at).toBe('"header.csv"');
    expect(failure.diagnostic.try).toHaveLength(1);
  });

  it("at the output that can't be drawn", async () => {
    const text = 'table t {\n  a: text like "[ab]"\n  unique a\n}\ngenerate many: 9 rows seed 1';
    const { failure, at } = await failing(text);
    expect(at).not.toBe("");
    expect(failure.diagnostic.try.length).toBeGreaterThan(0);
  });
});

describe("what stops a run says what to do", () => {
  const plainEnough = new Set(["P1325", "P1326", "P1327", "P1407", "P1462", "P1470"]);
  const stopping = Object.entries(messages).filter(([code]) => /^P1[34]/.test(code));

  it.each(stopping.filter(([code]) => !plainEnough.has(code) && !/^P148/.test(code)))(
    "%s",
    (_, message) => {
      if (message.severity !== "error") return;
      expect((message as { remedy?: string }).remedy).toBeTruthy();
    },
  );
});
