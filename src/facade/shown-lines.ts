import type { CheckedShow } from "../ir/checked.js";
import type { Release } from "../ir/release.js";
import type { MimeBundle } from "../show/mime.js";
import type { Table } from "../table/table.js";

interface Named {
  readonly name: string;
  readonly table: Table;
}

/** Pairs that are opened beside a matrix. */
const OPENED = 6;
/** Tables that one `show` line opens at most. */
const ROWS = 10;

/** What the `show` lines of a spec ask for, in their order. */
export async function showLines(release: Release): Promise<readonly MimeBundle[]> {
  const bundles: MimeBundle[] = [];
  for (const line of release.plan.checked.shows) bundles.push(...(await showLine(line, release)));
  return bundles;
}

async function showLine(line: CheckedShow, release: Release): Promise<readonly MimeBundle[]> {
  const { display, displayMarginals, displayPairs, displayRows, displayAccounts } = await import(
    "../show/display.js"
  );
  const tables = tablesOf(line, release);
  const [first] = line.what;
  if (first === "plan") return [display(release.plan)];
  if (first === "ledger") return [displayAccounts(release)];
  if (first === "rows" || (first === undefined && line.count !== undefined)) {
    return tables.map(({ name, table }) => displayRows({ ...table, name }, line.count ?? ROWS));
  }
  if (first === "rules" || first === "missingness" || first === "pairs") {
    return section(first, tables, release);
  }
  const { shownFigures, strongestPairs } = await import("../evaluate/shows.js");
  const figures = shownFigures(line, tables);
  const marginals = figures.filter((figure) => figure.kind === "marginal");
  if (first === "marginals" && marginals.length > 1) {
    const title = `Columns of ${tables.map(({ name }) => name).join(" and ")}`;
    return [displayMarginals(title, marginals)];
  }
  const shown = figures.map((figure) => display(figure));
  if (first !== "correlations") return shown;
  const pairs = strongestPairs(tables);
  const [one] = pairs;
  if (one === undefined) return shown;
  const names = tables.map(({ name }) => name).join(", ");
  const lead = `The pairs that depend most on each other, to unfold; \`show ${one.y} by ${one.x} of ${names}\` draws any two.`;
  return [...shown, displayPairs(pairs, lead)];
}

/** The part of a report that a word stands for, on the tables that the line names. */
async function section(
  word: "rules" | "missingness" | "pairs",
  tables: readonly Named[],
  release: Release,
): Promise<readonly MimeBundle[]> {
  const [{ evaluate }, { evaluationOf }, { display, displayPairs }, { silent }] = await Promise.all(
    [
      import("../evaluate/evaluate.js"),
      import("../run/evaluation.js"),
      import("../show/display.js"),
      import("../base/progress.js"),
    ],
  );
  const names = new Set(tables.map(({ name }) => name));
  // Rows that a report `inside` may look at are for that report alone.
  const { inside: _, ...open } = release;
  const evaluation = evaluationOf(open);
  const outputs = evaluation.outputs.filter(({ name }) => names.has(name));
  const topic = word === "pairs" ? "fidelity" : word;
  const span = { start: 0, end: 0 };
  const items = word === "pairs" ? [{ word: { text: "pairs", span }, arguments: [] }] : [];
  const { standsOut: __, ...report } = await evaluate({
    ...evaluation,
    inside: evaluation.inside && release.real !== undefined,
    title: word,
    outputs: outputs.length > 0 ? outputs : evaluation.outputs,
    topics: [{ topic, items }],
    progress: silent,
  });
  if (report.sections.length === 0) return [];
  const figures = report.sections
    .flatMap((each) => each.figures)
    .filter((figure) => figure.kind !== "marginal");
  const opened = figures.flatMap((figure) => {
    const details = figure.kind === "matrix" ? (figure.details ?? []).slice(0, OPENED) : [];
    if (details.length === 0) return [display(figure)];
    const lead = "The pairs farthest below their ceilings, to unfold; report.html opens all.";
    return [display(figure), displayPairs(details, lead)];
  });
  return [display({ ...report, notes: [] }), ...opened];
}

/**
 * The tables that `of` names, all outputs where it names none: an output by its name; a table of the
 * spec or its source is the real rows learned from where they may be shown, else every output of it.
 */
function tablesOf(line: CheckedShow, release: Release): readonly Named[] {
  const outputs = release.outputs.map(({ name, table }) => ({ name, table }));
  if (line.of.length === 0) return outputs;
  return line.of.flatMap((name) => {
    const output = outputs.find((each) => each.name === name);
    if (output !== undefined) return [output];
    const tables = release.plan.checked.tables.filter(
      (table) => table.name === name || table.source?.name === name,
    );
    return tables.flatMap((table) => {
      const real = release.real?.train.find((each) => each.name === table.name);
      if (real !== undefined && real.rows > 0) return [{ name, table: real }];
      return outputs.filter((each) => each.table.name === table.name);
    });
  });
}
