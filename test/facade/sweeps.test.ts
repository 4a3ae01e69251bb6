import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { showRelease } from "../../src/facade/shown-release.js";
import { withSweeps } from "../../src/facade/sweeps.js";
import { compile, evaluateRelease, runPlan } from "../../src/pipeline.js";
import { display } from "../../src/show/display.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parable-sweeps-"));
  const rows = Array.from({ length: 200 }, (_, i) => `${i % 3},${"xy"[i % 2]}`);
  writeFileSync(join(folder, "t.csv"), `n,kind\n${rows.join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = (report: string) => `source s = csv "t.csv"
param eps: real 0.1..10 = 2
table t from s {
  n: int 0..2
  kind: "x" | "y"
}
privacy {
  protect each row of t
  budget epsilon eps, delta 1e-6
}
learn with independent
generate made: 50 rows seed 1
${report}
sweep eps over 1, 2, 3 { fidelity marginals }
`;

async function planOf(text: string) {
  const { plan, diagnostics } = await compile(text, { folder });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

describe("a sweep under a budget", () => {
  it("is priced whole by the plan, before the first run", async () => {
    const plan = await planOf(spec("report { fidelity marginals }"));
    expect(plan.budget?.swept).toEqual([
      [
        { epsilon: 1, delta: 1e-6 },
        { epsilon: 2, delta: 1e-6 },
        { epsilon: 3, delta: 1e-6 },
      ],
    ]);
    expect(display(plan)["text/plain"]).toContain(
      "Sweep of eps: 3 more runs, each under a budget of its own (epsilon 1, 2, 3): with the run itself at most epsilon 8 at delta 0.000004 in all.",
    );
  });

  it("says what all runs behind its page come to, those that pay once counted once", async () => {
    const plan = await planOf(spec("report { fidelity marginals }"));
    const release = await runPlan(plan, { folder });
    const page = await withSweeps(await evaluateRelease(release), plan, { folder }, release);
    const [, runs, epsilon] =
      /sees what (\d+) runs tell, together epsilon ([\d.]+) at delta 0.000003\./.exec(
        page.sections.at(-1)?.lead ?? "",
      ) ?? [];
    expect(Number(runs)).toBe(3);
    // More than the dearest, less than their sum: losses add up in rho.
    expect(Number(epsilon)).toBeGreaterThan(3.5);
    expect(Number(epsilon)).toBeLessThan(4.5);
  });

  it("is marked in a notebook, too, where it is judged by real rows", async () => {
    for (const [report, marks] of [
      ["report inside { fidelity marginals }", true],
      ["report { fidelity marginals }", false],
    ] as const) {
      const release = await runPlan(await planOf(spec(report)), { folder });
      const shown = await showRelease(release, { folder });
      const swept = shown.find((bundle) => /What eps buys/.test(bundle["text/plain"] ?? ""));
      for (const mime of ["text/plain", "text/html"] as const) {
        expect(`${swept?.[mime]}`.includes("For the data holder, not private.")).toBe(marks);
      }
    }
  });
});
