import type { CheckedOutput, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { countsFirst } from "../ir/counts-first.js";
import { goalText, isOfRows } from "../ir/goal-text.js";
import type { LearnerChoice, PlanBudget, PlanStep } from "../ir/plan.js";
import { isProtected } from "../ir/protected.js";
import { datedColumns } from "./budget.js";
import { companionSteps } from "./companions.js";
import { conditioningOf } from "./conditioning.js";
import { expectedError } from "./expected-error.js";
import { holdoutShare } from "./shares.js";
import { promptedStep, writingSteps } from "./writing.js";

interface StepFacts {
  readonly rows: ReadonlyMap<string, number>;
  readonly budget?: PlanBudget;
}

/** The steps in the order in which they run. */
export function planSteps(
  checked: CheckedSpec,
  learners: readonly LearnerChoice[],
  facts: StepFacts,
): PlanStep[] {
  const steps: PlanStep[] = [];
  for (const table of checked.tables) {
    if (table.source !== undefined) steps.push(...learningSteps(checked, table, learners, facts));
  }
  const forReport = facts.budget?.shares.find(({ on }) => on === "report");
  if (forReport !== undefined && facts.budget !== undefined) {
    const { share, rho } = forReport;
    steps.push({
      kind: "measure",
      title: "measure for the report",
      detail: learners.some(({ name }) => name === "language")
        ? "noisy counts of columns and pairs, which the learner does not see"
        : "how far the fitted model is from the real rows, on columns and pairs",
      cost: { share, epsilon: share * facts.budget.epsilon, rho },
    });
  }
  if (checked.fairness !== undefined) steps.push(fairnessStep(checked));
  for (const output of checked.outputs) {
    const learner = learners.find(({ table }) => table === output.table)?.name;
    steps.push(...outputSteps(checked, output, learner, facts));
  }
  steps.push(...evaluationSteps(checked));
  return steps;
}

function learningSteps(
  checked: CheckedSpec,
  table: CheckedTable,
  learners: readonly LearnerChoice[],
  facts: StepFacts,
): PlanStep[] {
  const learner = learners.find((candidate) => candidate.table === table.name);
  const rows = facts.rows.get(table.name);
  const isFree = checked.privacy !== undefined && !isProtected(checked, table);
  const share = isFree ? 0 : holdoutShare(checked);
  const steps: PlanStep[] = [readStep(checked, table, rows)];
  if (share > 0) {
    steps.push({
      kind: "hold-out",
      title: "hold out",
      detail:
        checked.privacy === undefined
          ? `${Math.round(share * 100)}% of the rows never reach the learner`
          : `each protected unit stays with all its rows out of learning with a chance of ${Math.round(share * 100)}%, for the report inside`,
      ...(rows === undefined ? {} : { rows: Math.round(rows * share) }),
    });
  }
  if (facts.budget !== undefined && !isFree) {
    const tables = checked.tables.map(({ name }) => name);
    const { privacy } = checked;
    const dated = datedColumns(checked, table);
    return [...steps, ...privateSteps(table, tables, learner, facts.budget, { privacy, dated })];
  }
  steps.push({
    kind: "fit",
    title: `learn ${table.name}`,
    detail: `with ${learner?.name}${priorOf(checked, table)}${isFree ? "; its source is public, so this costs nothing" : ""}`,
    engine: learner?.name ?? "auto",
    ...(rows === undefined ? {} : { rows: Math.round(rows * (1 - share)) }),
  });
  return steps;
}

function priorOf(checked: CheckedSpec, table: CheckedTable): string {
  const asked = checked.learners.find((each) => (each.table ?? table.name) === table.name);
  if (asked?.prior === undefined) return "";
  return `; what ${asked.prior} expects of its categories is mixed in, by what held-out rows say`;
}

function readStep(checked: CheckedSpec, table: CheckedTable, rows: number | undefined): PlanStep {
  const source = checked.sources.find((candidate) => candidate.name === table.source?.name);
  const learned = table.columns.filter((column) => column.origin.kind === "learned");
  return {
    kind: "read",
    title: `read ${table.source?.name}`,
    detail: `${learned.length} columns from ${source?.format} "${source?.where}"`,
    engine: source?.format === "frame" ? "memory" : "DuckDB",
    ...(rows === undefined ? {} : { rows }),
  };
}

function privateSteps(
  table: CheckedTable,
  tables: readonly string[],
  learner: LearnerChoice | undefined,
  budget: PlanBudget,
  { privacy, dated }: { privacy: CheckedSpec["privacy"]; dated: readonly string[] },
): PlanStep[] {
  const others = new Set(["report", ...tables].filter((name) => name !== table.name));
  const parts = budget.shares.filter(({ on }) => !others.has(on));
  return parts.map((part): PlanStep => {
    const domains = part.on === "domains";
    const descends = learner?.name === "language";
    return {
      kind: domains ? "domain" : "measure",
      title: domains ? `learn the domains of ${table.name}` : `measure ${part.on}`,
      detail: domains
        ? `values and bounds that the spec leaves to the data${calendarsOf(dated)}`
        : `${descends ? gradients(table, learner) : "noisy counts"} for ${learner?.name}`,
      engine: learner?.name ?? "auto",
      cost: { share: part.share, epsilon: part.share * budget.epsilon, rho: part.rho },
      ...(domains || descends
        ? {}
        : { expectedError: expectedError(table, learner, part.rho, privacy) }),
    };
  });
}

function calendarsOf(dated: readonly string[]): string {
  return dated.length === 0 ? "" : `; the calendar of ${dated.join(", ")}`;
}

/** What `language` pays for under a budget. */
function gradients({ columns }: CheckedTable, learner: LearnerChoice): string {
  const counts = countsFirst(learner, columns);
  const share = `${Math.round(100 * counts)}% of it on noisy counts, whose rows are learned first`;
  return counts === 0 ? "noisy gradients" : `${share}; then noisy gradients`;
}

function fairnessStep(checked: CheckedSpec): PlanStep {
  const fairness = checked.fairness;
  const goals = fairness?.goals ?? [];
  const asked = [
    ...goals.filter(isOfRows).map(goalText),
    ...(fairness?.keep.length
      ? [`the relation of ${fairness.keep.join(", ")} to the outcome stays`]
      : []),
    ...(fairness?.forbiddenEdges ?? []).map(({ from, to, through }) => {
      const around = through.length === 0 ? "" : ` except through ${through.join(", ")}`;
      return `no ${from} -> ${to}${around}`;
    }),
    ...(fairness?.rebalance ?? []).map(
      ({ column, shares }) =>
        `${column} as ${shares.map(({ value, share }) => `${percentOf(share)} ${value}`).join(", ")}`,
    ),
  ];
  const across = fairness?.across ?? [];
  const kept = fairness?.keepRelation;
  if (kept === "less") asked.push("the relation kept so far that it costs less than half");
  else if (kept !== undefined) asked.push(`${percentOf(kept)} of the relation kept`);
  const groups = across.length === 0 ? "" : `across ${across.join(", ")}: `;
  const changes = asked.length === 0 ? "no row changes" : asked.join("; ");
  return {
    kind: "adjust",
    title: asked.length === 0 ? "compare groups" : "close the gap",
    detail: `${groups}${changes}`,
  };
}

const percentOf = (share: number): string => `${Number((100 * share).toFixed(2))}%`;

function outputSteps(
  checked: CheckedSpec,
  output: CheckedOutput,
  learner: string | undefined,
  facts: StepFacts,
): PlanStep[] {
  const table = checked.tables.find((candidate) => candidate.name === output.table);
  if (output.like !== undefined) {
    return [promptedStep(checked, output, table), ...writingSteps(checked, output, table)];
  }
  const computed = table?.columns.filter((column) => column.origin.kind === "computed") ?? [];
  const how = conditioningOf(checked, output, learner);
  const given = how === undefined ? "" : ` given ${output.givenText} (${how})`;
  const holdsReal = output.completed !== undefined || output.beside !== undefined;
  const rows = output.rows + (holdsReal ? (facts.rows.get(output.table) ?? 0) : 0);
  const draw: PlanStep = {
    kind: "draw",
    title: `generate ${output.name}`,
    detail: `${output.table}${given}, seed ${output.seed}`,
    ...(rows > 0 ? { rows } : {}),
  };
  const writing = writingSteps(checked, output, table, rows);
  const companions = companionSteps(checked, output, facts.rows);
  if (computed.length === 0) return [draw, ...writing, ...companions];
  const names = computed.map((column) => column.name).join(", ");
  const compute: PlanStep = {
    kind: "compute",
    title: "compute",
    detail: names,
    ...(rows > 0 ? { rows } : {}),
  };
  return [draw, compute, ...writing, ...companions];
}

/** A page for each report; of several it is told which may look at real rows. */
function evaluationSteps({ reports, privacy }: CheckedSpec): PlanStep[] {
  return reports.map(({ topics, inside, title }, place) => {
    const named = [...new Set(topics.map(({ topic }) => topic))].join(", ");
    const looks = inside && privacy !== undefined ? "; for the data holder, not private" : "";
    return {
      kind: "evaluate",
      title: place === 0 ? "report" : `report ${place + 1}`,
      detail:
        reports.length === 1
          ? named || "fidelity, rules"
          : `${title === undefined ? "" : `"${title}": `}${named || "fidelity, rules"}${looks}`,
    };
  });
}
