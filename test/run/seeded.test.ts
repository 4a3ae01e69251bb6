import { describe, expect, it } from "vitest";
import { silent } from "../../src/base/progress.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { compile } from "../../src/pipeline.js";
import { SeededEntropy, SystemEntropy } from "../../src/privacy/entropy.js";
import { shownCharges } from "../../src/privacy/ledger-lines.js";
import { measureLaplace, payerOf } from "../../src/privacy/mechanism.js";
import { display } from "../../src/show/display.js";
import { memoryAccount } from "../privacy/memory-ledger.js";

const spec = (budget: string, more = "") => `source s = csv "s.csv"
table t from s {
  x: "a" | "b"
}
privacy {
  protect each row of t
  ${budget}
  ${more}
}
generate 5 rows seed 3
`;

async function errors(text: string): Promise<number> {
  const { diagnostics } = await compile(text, { until: "names" });
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

describe("a seed for noise", () => {
  it("can't be written under privacy, in any place; the seed of drawing can", async () => {
    expect(await errors(spec("budget epsilon 1, delta 1e-6"))).toBe(0);
    for (const [budget, more] of [
      ["budget epsilon 1, delta 1e-6 seed 7", ""],
      ["budget epsilon 1, delta 1e-6, seed 7", ""],
      ["budget epsilon 1, delta 1e-6", "seed 7"],
      ["budget epsilon 1, delta 1e-6", "noise seed 7"],
      ["budget epsilon 1, delta 1e-6", "spend 100% on model seed 7"],
    ] as const) {
      expect(await errors(spec(budget, more))).toBeGreaterThan(0);
    }
    const learner = `${spec("budget epsilon 1, delta 1e-6")}learn with aim { seed 7 }\n`;
    const { diagnostics } = await compile(learner, { until: "names" });
    expect(diagnostics.map(({ code }) => code).join()).toMatch(/P/);
  });

  it("is another type, and stamps the ledger, its display and the report as not private", async () => {
    expect(new SystemEntropy().kind).toBe("system");
    expect(new SeededEntropy("lesson").kind).toBe("seeded");
    for (const entropy of [new SeededEntropy("lesson"), new SystemEntropy()]) {
      const { account, ledger } = memoryAccount(1, 1e-6);
      measureLaplace(payerOf(account, 1, entropy), "rows", () => Float64Array.of(5), 1, 0.1);
      const seeded = entropy.kind === "seeded";
      expect(ledger.book.map((entry) => entry.seeded)).toEqual([seeded]);
      const lines = shownCharges(ledger.book, 1, 1e-6);
      const text = (display(lines) as { "text/plain": string })["text/plain"];
      expect(/seeded, not private/i.test(text)).toBe(seeded);
      const report = await evaluate({
        ...{ title: "t", audience: "regulators", inside: false, seed: 1, outputs: [] },
        topics: [{ topic: "privacy", items: [] }],
        spending: { lines, unit: "each row of t", epsilon: 1, delta: 1e-6 },
        progress: silent,
      });
      expect(/seeded, not private/i.test(JSON.stringify(report))).toBe(seeded);
    }
  });

  it("gives the same noise twice, which the operating system does not", () => {
    const draw = (entropy: SeededEntropy | SystemEntropy) => {
      const { account } = memoryAccount(1, 1e-6);
      const answers = () => new Float64Array(20);
      return [...measureLaplace(payerOf(account, 1, entropy), "rows", answers, 1, 0.1)];
    };
    expect(draw(new SeededEntropy("a"))).toEqual(draw(new SeededEntropy("a")));
    expect(draw(new SystemEntropy())).not.toEqual(draw(new SystemEntropy()));
  });
});
