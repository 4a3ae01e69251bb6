import type { CheckedSweep } from "../ir/checked.js";
import type { Plan, PlanStep } from "../ir/plan.js";
import { sweptParams } from "../ir/swept.js";
import { type Grid, gridHtml, gridText } from "./grid.js";
import { escapeHtml, proseHtml, themed } from "./html.js";
import type { MimeBundle } from "./mime.js";
import { planGraphSvg } from "./plan-graph.js";
import { percent } from "./ticks.js";

/** A plan as a table and as sentences. */
export function displayPlan(plan: Plan): MimeBundle {
  const grids = [stepGrid(plan), ...ruleGrid(plan)];
  const lines = [headline(plan), ...sentences(plan)];
  const html = [
    `<p><b>${escapeHtml(headline(plan))}</b></p>`,
    graphHtml(plan),
    ...grids.map(gridHtml),
    `<ul>${sentences(plan)
      .map((line) => `<li>${proseHtml(line)}</li>`)
      .join("")}</ul>`,
  ];
  return {
    "text/html": themed(html.join("")),
    "text/plain": [
      ...[lines[0], ...grids.map((grid) => gridText(grid))],
      // What a writer is asked and told is more than a cell of the table shows.
      ...plan.steps.filter(({ asks }) => asks !== undefined).map(stepSentence),
      ...lines.slice(1),
    ].join("\n\n"),
  };
}

/** The graph as an image: it stays in notebooks that are not trusted. */
function graphHtml(plan: Plan): string {
  const svg = planGraphSvg(plan);
  if (svg === undefined) return "";
  const alt = escapeHtml(/<title>([^<]*)/.exec(svg)?.[1] ?? "");
  const data = Buffer.from(svg, "utf8").toString("base64");
  return `<img alt="${alt}" style="max-width:100%" src="data:image/svg+xml;base64,${data}">`;
}

/** The plan told in sentences, one a line. */
export function planText(plan: Plan): string {
  const steps = plan.steps.map((step, i) => `${i + 1}. ${stepSentence(step)}`);
  const rules = plan.rules.map((rule) => `The rule ${rule.text} ${heldHow(rule.enforcement)}.`);
  return [headline(plan), ...steps, ...rules, ...sentences(plan)].join("\n");
}

function headline(plan: Plan): string {
  const outputs = plan.checked.outputs
    .map(({ name, rows, completed }) =>
      completed === undefined
        ? `${rows.toLocaleString("en")} rows of ${name}`
        : `${completed} completed as ${name}`,
    )
    .join(", ");
  return `Plan for ${plan.checked.title ?? plan.checked.name}: ${outputs}`;
}

function stepSentence(step: PlanStep): string {
  const parts = [`${capital(step.title)}: ${step.detail.replace(/\.$/, "")}`];
  if (step.cost !== undefined) parts.push(`this spends ${percent(step.cost.share)} of the budget`);
  if (step.expectedError !== undefined) parts.push(`expected error ${step.expectedError}`);
  return `${parts.join("; ")}.`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function heldHow(enforcement: string): string {
  switch (enforcement) {
    case "measured":
      return "is measured and reported, not forced";
    case "by construction":
      return "holds by construction";
    case "computed":
      return "holds because the column is computed";
    default:
      return `is held by ${enforcement}`;
  }
}

function stepGrid(plan: Plan): Grid {
  const spends = plan.steps.some((step) => step.cost !== undefined);
  const errs = plan.steps.some((step) => step.expectedError !== undefined);
  return {
    columns: [
      "step",
      "how",
      "rows",
      ...(spends ? ["budget"] : []),
      ...(errs ? ["expected error"] : []),
    ],
    rows: plan.steps.map((step) => [
      step.title,
      step.engine === undefined || step.detail.includes(step.engine)
        ? step.detail
        : `${step.detail} (${step.engine})`,
      step.rows,
      ...(spends ? [step.cost === undefined ? "" : percent(step.cost.share)] : []),
      ...(errs ? [step.expectedError ?? ""] : []),
    ]),
  };
}

function heldBy({ enforcement, room }: Plan["rules"][number]): string {
  if (room === undefined) return enforcement;
  const [rows, values] = [room.rows, room.values].map((each) => each.toLocaleString("en-US"));
  return `${enforcement}, ${rows} of ${values} values`;
}

function ruleGrid(plan: Plan): readonly Grid[] {
  if (plan.rules.length === 0) return [];
  const known = plan.rules.some((rule) => rule.acceptance !== undefined);
  // Of what is learned the plan knows the declared ranges only.
  const learned = plan.rules.some(
    ({ table, acceptance }) =>
      acceptance !== undefined && plan.learners.some((learner) => learner.table === table),
  );
  const unaided = learned ? "passes unaided, evenly from declared ranges" : "passes unaided";
  return [
    {
      title: "Rules",
      columns: ["rule", "held", ...(known ? [unaided] : [])],
      rows: plan.rules.map((rule) => [
        rule.text,
        heldBy(rule),
        ...(known ? [rule.acceptance === undefined ? "" : percent(rule.acceptance)] : []),
      ]),
    },
  ];
}

function sentences(plan: Plan): readonly string[] {
  const lines: string[] = [];
  for (const learner of plan.learners) {
    lines.push(`${learner.table} is learned with ${learner.name}: ${learner.reason}.`);
  }
  if (plan.budget !== undefined) {
    const { unit, epsilon, delta, reservedDelta, shares } = plan.budget;
    const parts = shares.map(({ on, share }) => `${percent(share)} on ${on}`).join(", ");
    const own = reservedDelta > 0 ? `, ${percent(reservedDelta)} of it for learned values` : "";
    lines.push(
      `Privacy for ${unit}: epsilon ${epsilon}, delta ${delta.toExponential()}${own}; ${parts}.`,
    );
  }
  lines.push(
    ...asked(plan),
    `${plan.rows.toLocaleString("en")} rows in all, about ${bytes(plan.memoryBytes)} of memory.`,
    ...plan.defaults,
    ...(plan.checked.sweeps ?? []).map((sweep, at) => sweepLine(sweep, plan, at)),
    ...plan.warnings.map(
      (warning) =>
        `${warning.severity === "note" ? "Note" : "Warning"} ${warning.code}: ${warning.title}`,
    ),
  );
  return lines;
}

/** The runs of a sweep, and what they cost beside the run itself: budgets of runs add up. */
function sweepLine(sweep: CheckedSweep, { budget }: Plan, at: number): string {
  const params = sweep.axes.map(({ param }) => param).join(" and ");
  const line = `Sweep of ${params}: ${sweptParams(sweep).length} more runs`;
  const swept = budget?.swept?.[at];
  if (budget === undefined || swept === undefined || swept.length === 0) return `${line}.`;
  const own = [...new Set(swept.map(({ epsilon }) => short(epsilon)))].join(", ");
  const all = [budget, ...swept];
  const sum = (of: "epsilon" | "delta") => short(all.reduce((known, each) => known + each[of], 0));
  return `${line}, each under a budget of its own (epsilon ${own}): with the run itself at most epsilon ${sum("epsilon")} at delta ${sum("delta")} in all. Runs that ask the same pay once.`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** What all writers together will be asked at most. */
function asked({ steps }: Plan): string[] {
  const all = steps.flatMap(({ asks }) => (asks === undefined ? [] : [asks]));
  if (all.length === 0) return [];
  const sum = (of: (asks: (typeof all)[number]) => number) => all.reduce((n, a) => n + of(a), 0);
  const [read, written] = [sum((asks) => asks.read), sum((asks) => asks.written)];
  const priced = all.filter(({ usd }) => usd !== undefined);
  const usd = Number(sum((asks) => asks.usd ?? 0).toPrecision(2));
  const cost = priced.length === 0 ? "" : `, ${usd} USD`;
  const rest = priced.length > 0 && priced.length < all.length ? " where a price is known" : "";
  return [
    `Writers are asked about ${rounded(read)} tokens to read and ${rounded(written)} to write at most${cost}${rest}, unless asked again; answers that are kept cost nothing.`,
  ];
}

function rounded(tokens: number): string {
  return Number(tokens.toPrecision(2)).toLocaleString("en-US");
}

/** Bytes in the unit that reads best. */
function bytes(count: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = count;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
