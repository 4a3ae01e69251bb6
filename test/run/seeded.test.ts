import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../src/base/diagnose.js";
import { silent } from "../../src/base/progress.js";
import { evaluate } from "../../src/evaluate/evaluate.js";
import { readLedger } from "../../src/facade/ledger.js";
import { saveModels } from "../../src/facade/model-files.js";
import { writeRelease } from "../../src/facade/written.js";
import type { Plan } from "../../src/ir/plan.js";
import { compile, evaluateRelease, runPlan, runSeeded } from "../../src/pipeline.js";
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
        spending: { lines, unit: "each row of t", epsilon: 1, delta: 1e-6, rho: 0.03 },
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

  it("runs a spec for a class: alike everywhere, stamped everywhere, and never mixed with private runs", async () => {
    const folders = ["a", "b"].map((name) => mkdtempSync(join(tmpdir(), `parable-class-${name}-`)));
    try {
      const text = `source s = csv "s.csv"
table t from s {
  x: "a" | "b"
  y: category learned
  z: int 0..9_999
}
privacy {
  protect each row of t
  budget epsilon 2, delta 1e-6
}
learn with mst
generate made: 50 rows seed 3
report { fidelity marginals }
`;
      const lines = Array.from(
        { length: 400 },
        (_, i) => `${"ab"[i % 2]},${"uvw"[i % 3]},${i * 7}`,
      );
      const plans = await Promise.all(
        folders.map(async (folder) => {
          writeFileSync(join(folder, "s.csv"), ["x,y,z", ...lines].join("\n"));
          const { plan } = await compile(text, { folder });
          if (plan === undefined) throw new Error("no plan");
          return plan;
        }),
      );
      const [folder, other] = folders as [string, string];
      const [plan, same] = plans as [Plan, Plan];
      const first = await runSeeded(plan, { folder, noiseSeed: 7 });
      const twin = await runSeeded(same, { folder: other, noiseSeed: 7 });
      expect(twin.measured).toEqual(first.measured);
      expect(twin.outputs[0]?.table).toEqual(first.outputs[0]?.table);
      expect(first.ledger.every(({ seeded }) => seeded)).toBe(true);
      expect(first.provenance.noiseSeed).toBe(7);
      const said = diagnose("P0757", { what: "t" });
      expect(said).toMatchObject({ code: "P0757", severity: "warning" });
      expect(first.findings.map(({ policy }) => policy)).toContain(said.title);
      const report = await evaluateRelease(first);
      expect(report.notes[0]).toMatch(/^Seeded, not private/);
      await expect(saveModels(first, join(folder, "m.parable-model"))).rejects.toThrow(/P0762/);
      const [head] = (await writeRelease(first, join(folder, "out"))).slice(-1);
      expect(readFileSync(head as string, "utf8")).toContain('"noiseSeed": 7');

      // Neither takes over what the other asked, whichever came first.
      const real = await runPlan(plan, { folder });
      expect(real.measured).not.toEqual(first.measured);
      expect(real.ledger.some(({ seeded }) => seeded)).toBe(false);
      expect(real.provenance.noiseSeed).toBeUndefined();
      expect((await evaluateRelease(real)).notes.join()).not.toContain("eeded");
      const again = await runSeeded(plan, { folder, noiseSeed: 7 });
      expect(again.measured).toEqual(first.measured);
      expect((await runPlan(plan, { folder })).measured).toEqual(real.measured);
      const changed = await runSeeded(plan, { folder, noiseSeed: 8 });
      expect(changed.measured).not.toEqual(first.measured);
      const [spent] = await readLedger(folder);
      expect(spent?.seeded).toBe(true);
      // @ts-expect-error A private run takes no seed for its noise.
      const private_ = await runPlan(plan, { folder, noiseSeed: 7 });
      expect(private_.ledger.some(({ seeded }) => seeded)).toBe(false);
    } finally {
      for (const each of folders) rmSync(each, { recursive: true, force: true });
    }
  });
});
