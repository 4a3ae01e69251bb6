import { hasErrors } from "../base/diagnostic.js";
import { Failure } from "../base/failure.js";
import { silent } from "../base/progress.js";
import type { CheckedSweep } from "../ir/checked.js";
import type { Plan } from "../ir/plan.js";
import type { Report, ReportSection } from "../ir/report.js";
import { compile, type RunPlace, runPlan, runSeeded, type SeededPlace } from "../pipeline.js";

type SweptValue = CheckedSweep["axes"][number]["values"][number];

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
): Promise<readonly ReportSection[]> {
  const sections: ReportSection[] = [];
  for (const sweep of plan.checked.sweeps) sections.push(await runSweep(plan, sweep, place));
  return sections;
}

/** The report with the sections of the spec's sweeps at its end. */
export async function withSweeps(
  report: Report,
  plan: Plan,
  place: RunPlace | SeededPlace = {},
): Promise<Report> {
  if (plan.checked.sweeps.length === 0) return report;
  return { ...report, sections: [...report.sections, ...(await runSweeps(plan, place))] };
}

async function runSweep(
  plan: Plan,
  sweep: CheckedSweep,
  place: RunPlace | SeededPlace,
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
  const all = combinations(sweep);
  const runs: { values: readonly SweptValue[]; report: Report }[] = [];
  for (const [done, values] of all.entries()) {
    progress.signal.throwIfAborted();
    const phase = params.map((param, at) => `${param} = ${values[at]}`).join(", ");
    progress.report({ phase, done, total: all.length, unit: "runs" });
    const swept = Object.fromEntries(params.map((param, at) => [param, values[at] as SweptValue]));
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
    // Real rows may be looked at where any report of the spec may.
    const { reports } = compiled.plan.checked;
    const report = reports.find(({ inside }) => inside) ?? reports[0];
    const evaluation = { ...evaluationOf(release, silent, report), topics: sweep.topics };
    runs.push({ values, report: await evaluate({ ...evaluation, progress }) });
  }
  return sweepSection(params, runs);
}

/** Every value of the first param with every value of the second. */
function combinations({ axes }: CheckedSweep): readonly (readonly SweptValue[])[] {
  return axes.reduce<readonly (readonly SweptValue[])[]>(
    (known, { values }) => known.flatMap((run) => values.map((value) => [...run, value])),
    [[]],
  );
}
