import { breathe } from "../../base/progress.js";
import type { ReportSection, ReportTable, Score } from "../../ir/report.js";
import { columnOf } from "../../table/table.js";
import type { EvaluatedOutput, EvaluateRequest, Section } from "../request.js";
import { type Comparison, compareUtility, examOf, methods, type Trained } from "./compare.js";
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
      const targets = targetsOf(request, output);
      const unmade: Unmade[] = targets === undefined ? [NOTHING_TO_PREDICT] : [];
      for (const target of targets ?? []) {
        const found = await predictions(request, output, target);
        if (typeof found === "string") unmade.push({ target, reason: found });
        else {
          scores.push(...found.map((comparison) => scoreOf(output, comparison)));
          tables.push(tableOf(output, target, found));
        }
      }
      tables.push(...unmadeTables(output, unmade));
    }
    if (tables.length === 0) return undefined;
    return {
      kind: "section",
      topic: "utility",
      title: "Utility",
      lead:
        scores.length === 0
          ? "Whether models trained on generated rows do as well as models trained on real ones could not be tested."
          : "Models trained on generated rows and tested on real rows that were held out, beside the same models trained on equally many real rows. Four kinds of models that generalise in different ways; none is tuned. Where the interval of the difference holds 0, no loss could be shown. AUC is how often a model puts a row that has the outcome above one that has not: 0.5 is guessing, 1 is never wrong; accuracy is the share of right answers, R² the share of the variance that is explained.",
      scores,
      tables,
      figures: [],
    };
  },
};

interface Unmade {
  readonly target: string;
  readonly reason: string;
}

const NOTHING_TO_PREDICT: Unmade = {
  target: "(none named)",
  reason: "there is no column of categories to choose; name one by `utility predict`",
};

/** One column by every kind of model; in words why not, where that can't be done. */
async function predictions(
  request: EvaluateRequest,
  output: EvaluatedOutput,
  target: string,
): Promise<readonly Comparison[] | string> {
  const { real, holdout, synthetic } = output;
  if (real === undefined) return "no real rows may be read for this report";
  if (holdout === undefined) return "no rows were held out to test on";
  if (output.completed === true) return "its rows are the real ones, those to test on among them";
  const exam = examOf({ real, holdout, synthetic }, target, request.seed);
  if (typeof exam === "string") return exam;
  const found: Comparison[] = [];
  for (const [done, method] of methods.entries()) {
    await breathe(request.progress.signal);
    const phase = `predicting ${target} of ${output.name}: ${method.name}`;
    request.progress.report({ phase, done, total: methods.length });
    found.push(compareUtility(exam, method, request.seed));
  }
  return found;
}

function unmadeTables(output: EvaluatedOutput, unmade: readonly Unmade[]): readonly ReportTable[] {
  if (unmade.length === 0) return [];
  return [
    {
      title: `Predictions with ${output.name} that were not made`,
      columns: ["column", "reason"],
      rows: unmade.map(({ target, reason }) => [target, reason]),
    },
  ];
}

/** What the spec asks to predict, else the last category of the table; undefined where it has none. */
function targetsOf(
  request: EvaluateRequest,
  output: EvaluatedOutput,
): readonly string[] | undefined {
  const named = request.topics
    .filter(({ topic }) => topic === "utility")
    .flatMap(({ items }) => items)
    .filter(({ word }) => word.text === "predict")
    .flatMap((item) => item.arguments.map((name) => name.text));
  // Of several tables each is asked for the columns that it has.
  const here = (name: string) => columnOf(output.synthetic, name) !== undefined;
  const elsewhere = (name: string) =>
    request.outputs.some(({ synthetic }) => columnOf(synthetic, name) !== undefined);
  if (named.length > 0) return [...new Set(named)].filter((name) => here(name) || !elsewhere(name));
  const categories = output.synthetic.columns.filter(
    ({ type }) => type.kind === "category" || type.kind === "bool",
  );
  const last = categories.at(-1);
  return last === undefined ? undefined : [last.name];
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
    meaning: `Predicting \`${task.target}\` in ${tested.toLocaleString("en")} held-out real rows, trained on ${synthetic.rows.toLocaleString("en")} generated rows; the reference was trained on as many real rows. The difference is ${signed(synthetic.main - real.main)} (95 %: ${signed(gap.low)} to ${signed(gap.high)}). Real and generated rows together are ${beside} than real rows alone (${both.main.toFixed(3)}).`,
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
  const several = name === "accuracy";
  const extra = classes
    ? [...(several ? [] : ["accuracy"]), "log loss", "Brier", "calibration error"]
    : ["error (RMS)"];
  return {
    title: `Predicting ${target} with ${output.name}`,
    columns: ["model", "trained on", name, "95% interval", ...extra],
    rows: found.flatMap(({ method, trained }) =>
      trained.map((each) => [
        method,
        each.on === "both" ? "real and generated" : each.on === "real" ? "real" : "generated",
        round(each.main),
        `${each.interval.low.toFixed(3)} to ${each.interval.high.toFixed(3)}`,
        ...(classes ? classNumbers(each, several) : [round(each.loss)]),
      ]),
    ),
  };
}

/** @param several whether there are more than two classes, of which the accuracy is told first. */
function classNumbers({ accuracy, loss, brier, calibration }: Trained, several: boolean): number[] {
  return [...(several ? [] : [accuracy]), loss, brier, calibration].map(round);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
