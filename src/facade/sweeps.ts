import { hasErrors } from "../base/diagnostic.js";
import { Failure } from "../base/failure.js";
import { silent } from "../base/progress.js";
import type { CheckedSweep } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import type { LedgerLine, Release } from "../ir/release.js";
import type { Report, ReportSection } from "../ir/report.js";
import { sweptParams } from "../ir/swept.js";
import { compile, type RunPlace, runPlan, runSeeded, type SeededPlace } from "../pipeline.js";

/**
 * Carry out the `sweep`s of a spec: run it once for every value (of two params: for every pair), judge each run by the sweep's topics,
 * and put the results in one section a sweep. Under privacy every run is charged by itself; a `noiseSeed` is for teaching
 * (`runSeeded`).
 *
 * @throws Failure when a value of the param makes the spec impossible, or a run fails.
 */
export async function runSweeps(
  plan: Plan,
  place: RunPlace | SeededPlace = {},
  release?: Release,
): Promise<readonly ReportSection[]> {
  const sections: ReportSection[] = [];
  const ledger: LedgerLine[] = [...(release?.ledger ?? [])];
  for (const sweep of plan.checked.sweeps) {
    sections.push(await runSweep(plan, sweep, place, ledger));
  }
  return sections;
}

/** The report with the sections of the spec's sweeps at its end; `release` is what it tells of beside them. */
export async function withSweeps(
  report: Report,
  plan: Plan,
  place: RunPlace | SeededPlace = {},
  release?: Release,
): Promise<Report> {
  if (plan.checked.sweeps.length === 0) return report;
  return { ...report, sections: [...report.sections, ...(await runSweeps(plan, place, release))] };
}

/** What all charges behind a page come to together: each run has a δ of its own, of which converting ρ takes one. */
async function spentTogether(ledger: readonly LedgerLine[]): Promise<string | undefined> {
  const charges = [...new Map(ledger.map((line) => [line.id, line])).values()];
  const runs = new Set(charges.map(({ id }) => id.slice(0, id.lastIndexOf("-"))));
  if (runs.size < 2) return undefined;
  const { epsilonOfRho, OWN_DELTA } = await import("../privacy/budget.js");
  const last = [...runs].map(
    (run) => ledger.findLast(({ id }) => id.startsWith(`${run}-`)) as LedgerLine,
  );
  const [delta, all] = [
    Math.min(...charges.map((line) => line.delta)),
    last.reduce((sum, line) => sum + line.delta, 0),
  ];
  const added = last.reduce((sum, { epsilon }) => sum + epsilon, 0);
  const rho = charges.reduce((sum, line) => sum + line.rho, 0);
  const epsilon = Number.isNaN(rho)
    ? added
    : Math.min(added, epsilonOfRho(rho, delta * (1 - OWN_DELTA)));
  return `Each run was charged by itself: whoever sees this page sees what ${runs.size} runs tell, together epsilon ${Number(epsilon.toPrecision(3))} at delta ${Number(all.toPrecision(3))}.`;
}

async function runSweep(
  plan: Plan,
  sweep: CheckedSweep,
  place: RunPlace | SeededPlace,
  ledger: LedgerLine[],
): Promise<ReportSection> {
  const [{ evaluate }, { evaluationOf }, { sweepSection }] = await Promise.all([
    import("../evaluate/evaluate.js"),
    import("../run/evaluation.js"),
    import("../evaluate/sweep.js"),
  ]);
  const progress = place.progress ?? silent;
  const set = Object.fromEntries(plan.checked.params.map(({ name, value }) => [name, value]));
  const { text, origin } = plan.checked.spec;
  const params = sweep.axes.map(({ param }) => param);
  const all = sweptParams(sweep);
  const runs: { values: readonly (number | string | boolean)[]; report: Report }[] = [];
  for (const [done, swept] of all.entries()) {
    progress.signal.throwIfAborted();
    const values = Object.values(swept);
    const phase = params.map((param, at) => `${param} = ${values[at]}`).join(", ");
    progress.report({ phase, done, total: all.length, unit: "runs" });
    const compiled = await compile(text, {
      origin,
      params: { ...set, ...swept },
      ...(place.folder === undefined ? {} : { folder: place.folder }),
      ...(place.frames === undefined ? {} : { frames: place.frames }),
    });
    const fault = compiled.diagnostics.find(({ severity }) => severity === "error");
    if (fault !== undefined && hasErrors(compiled.diagnostics)) throw new Failure(fault, swept);
    if (compiled.plan === undefined) continue;
    const release =
      "noiseSeed" in place
        ? await runSeeded(compiled.plan, place)
        : await runPlan(compiled.plan, place);
    ledger.push(...release.ledger);
    // Real rows may be looked at where any report of the spec may.
    const { reports } = compiled.plan.checked;
    const report = reports.find(({ inside }) => inside) ?? reports[0];
    const evaluation = { ...evaluationOf(release, silent, report), topics: sweep.topics };
    runs.push({ values, report: await evaluate({ ...evaluation, progress }) });
  }
  return sweepSection(params, runs, await spentTogether(ledger));
}
