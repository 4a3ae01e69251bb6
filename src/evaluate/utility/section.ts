import type { ReportSection, ReportTable, Score } from "../../ir/report.js";
import type { EvaluatedOutput, EvaluateRequest, Section } from "../request.js";
import { type Comparison, compareUtility, methods, type Trained } from "./compare.js";
import { mainName } from "./measures.js";

/**
 * Utility: does a model that was trained on generated rows know what one trained on real rows knows?
 * Tested on held-out real rows, for several kinds of models, so that a reader sees how each generalises.
 */
export const utility: Section = {
  topic: "utility",
  async make(request): Promise<ReportSection | undefined> {
    const scores: Score[] = [];
    const tables: ReportTable[] = [];
    for (const output of request.outputs) {
      const { real, holdout, synthetic } = output;
      if (real === undefined || holdout === undefined) continue;
      for (const target of targetsOf(request, output)) {
        const found: Comparison[] = [];
        for (const method of methods) {
          request.progress.signal.throwIfAborted();
          request.progress.report({
            phase: `predicting ${target} of ${output.name}: ${method.name}`,
            done: found.length,
            total: methods.length,
          });
          const made = compareUtility({ real, holdout, synthetic }, target, method, request.seed);
          if (made !== undefined) found.push(made);
        }
        scores.push(...found.map((comparison) => scoreOf(output, comparison)));
        if (found.length > 0) tables.push(tableOf(output, target, found));
      }
    }
    if (scores.length === 0) return undefined;
    return {
      kind: "section",
      topic: "utility",
      title: "Utility",
      lead: "Models trained on generated rows and tested on real rows that were held out, beside the same models trained on equally many real rows. Four kinds of models that generalise in different ways; none is tuned. Where the interval of the difference holds 0, no loss could be shown.",
      scores,
      tables,
      figures: [],
    };
  },
};

/** What the spec asks to predict, else the last category of the table. */
function targetsOf(request: EvaluateRequest, output: EvaluatedOutput): readonly string[] {
  const named = request.topics
    .filter(({ topic }) => topic === "utility")
    .flatMap(({ items }) => items)
    .filter(({ word }) => word.text === "predict")
    .flatMap((item) => item.arguments.map((name) => name.text));
  if (named.length > 0) return [...new Set(named)];
  const categories = output.synthetic.columns.filter(
    ({ type }) => type.kind === "category" || type.kind === "bool",
  );
  const last = categories.at(-1);
  return last === undefined ? [] : [last.name];
}

function scoreOf(output: EvaluatedOutput, comparison: Comparison): Score {
  const { task, method, trained, tested } = comparison;
  const [real, synthetic, both] = trained;
  const gap = synthetic.difference;
  const name = mainName(task);
  const beside = both.main >= real.main ? "no worse" : "worse";
  return {
    name: `${name} of ${method}`,
    of: output.name,
    columns: [task.target],
    value: synthetic.main,
    reference: real.main,
    low: synthetic.interval.low,
    high: synthetic.interval.high,
    better: "higher",
    meaning: `Predicting \`${task.target}\` in ${tested} held-out real rows, trained on ${synthetic.rows} generated rows; the reference was trained on as many real rows. The difference is ${signed(synthetic.main - real.main)} (95 %: ${signed(gap.low)} to ${signed(gap.high)}). Real and generated rows together are ${beside} than real rows alone (${both.main.toFixed(3)}).`,
  };
}

function tableOf(
  output: EvaluatedOutput,
  target: string,
  found: readonly Comparison[],
): ReportTable {
  const task = found[0]?.task;
  const classes = task?.kind === "classes";
  const name = task === undefined ? "" : mainName(task);
  const extra = classes ? ["accuracy", "log loss", "Brier", "calibration error"] : ["error (RMS)"];
  return {
    title: `Predicting ${target} with ${output.name}`,
    columns: ["model", "trained on", name, "95% interval", ...extra],
    rows: found.flatMap(({ method, trained }) =>
      trained.map((each) => [
        method,
        each.on === "both" ? "real and generated" : each.on === "real" ? "real" : "generated",
        round(each.main),
        `${each.interval.low.toFixed(3)} to ${each.interval.high.toFixed(3)}`,
        ...(classes ? classNumbers(each) : [round(each.loss)]),
      ]),
    ),
  };
}

function classNumbers(trained: Trained): number[] {
  return [trained.accuracy, trained.loss, trained.brier, trained.calibration].map(round);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
