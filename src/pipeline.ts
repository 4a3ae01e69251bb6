import { createHash } from "node:crypto";
import { here } from "./base/diagnose.js";
import { type Diagnostic, hasErrors } from "./base/diagnostic.js";
import { Failure, failure } from "./base/failure.js";
import { type Progress, silent } from "./base/progress.js";
import { SourceText } from "./base/source-text.js";
import { check } from "./check/check.js";
import type { DeclaredCanaries } from "./evaluate/request.js";
import type { CheckedSpec, CheckedTable } from "./ir/checked.js";
import type { Plan, PlanBudget, RulePlan } from "./ir/plan.js";
import { isProtected } from "./ir/protected.js";
import type { Release, ReleasedModel, SeededRelease, WrittenFile } from "./ir/release.js";
import type { Report } from "./ir/report.js";
import { blocksOf, type SourceBlock, type Spec } from "./ir/spec.js";
import { sweptParams } from "./ir/swept.js";
import type { Why } from "./ir/why.js";
import { parse } from "./parse/parse.js";
import { withDifferences } from "./plan/differences.js";
import type { Rehearsal } from "./plan/rehearse.js";
import type { JudgedPaths } from "./run/judged-paths.js";
import { learnerNames } from "./synth/registry.js";
import { openSource, type SourceSpec } from "./table/source.js";
import { columnOf } from "./table/table.js";

/** Where a spec lives: what its paths and `frame`s mean, and what its params are set to. */
export interface Place {
  /** What to call the text in messages: a file name or a cell. */
  readonly origin?: string;
  /** Relative paths of sources start here; default: the current folder. */
  readonly folder?: string;
  readonly frames?: ReadonlyMap<string, unknown>;
  readonly params?: Readonly<Record<string, number | string | boolean>>;
  /** False where the sources are not at hand and their headers are not to be looked at. Default true. */
  readonly headers?: boolean;
}

/** A spec as far as it could be understood; `plan` is there when nothing is wrong. */
export interface Compilation {
  readonly source: SourceText;
  readonly spec: Spec;
  readonly diagnostics: readonly Diagnostic[];
  readonly checked?: CheckedSpec;
  readonly plan?: Plan;
}

/** How far to go: `names` looks at the text alone, `check` also at the headers of its sources. */
export type Until = "names" | "check" | "plan";

/**
 * The whole story, stage by stage. Nothing here throws for a fault of the spec: every fault is a
 * diagnostic, and all of them come back at once.
 *
 * | stage | from | to | never |
 * |---|---|---|---|
 * | parse | text | `Spec` + diagnostics | throws |
 * | check | `Spec`, headers | `CheckedSpec` + diagnostics | reads a data row |
 * | plan | `CheckedSpec`, public facts | `Plan` | spends |
 * | run | `Plan` | `Release` | draws noise without a ledger entry |
 * | evaluate | tables of a `Release` | `Report` | prints a bare number |
 * | show | any of these | MIME bundle | needs the network |
 */
export async function compile(
  text: string,
  place: Place & { readonly until?: Until } = {},
): Promise<Compilation> {
  const origin = place.origin ?? "spec";
  const source = new SourceText(origin, text);
  const parsed = parse(text, origin);
  const until = place.until ?? "plan";
  const blind = until === "names" || place.headers === false;
  const looked = blind ? nothingSeen() : await lookAtHeaders(parsed.spec, place);
  const checked = check(parsed.spec, {
    headers: looked.headers,
    params: place.params ?? {},
    learners: learnerNames,
  });
  const diagnostics = [...parsed.diagnostics, ...looked.diagnostics, ...checked.diagnostics];
  const understood = { source, spec: parsed.spec, diagnostics };
  if (checked.checked === undefined || hasErrors(diagnostics)) return understood;
  if (until !== "plan") return { ...understood, checked: checked.checked };
  const planned = await planOf(checked.checked, source, place, { ...looked, diagnostics });
  return { ...understood, checked: checked.checked, ...planned };
}

export interface Looked {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** About how many rows each table has, where that is public and quickly known. */
  readonly rows: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

function nothingSeen(): Looked {
  return { headers: new Map(), rows: new Map(), diagnostics: [] };
}

/** A source as readers take it. */
export function sourceSpecOf(block: SourceBlock): SourceSpec {
  return {
    name: block.name.text,
    format: block.format.text,
    where: "value" in block.where ? block.where.value : block.where.text,
    missing: block.missing.map((word) => word.value),
    ...(block.delimiter === undefined ? {} : { delimiter: block.delimiter.value }),
    ...(block.encoding === undefined ? {} : { encoding: block.encoding.value }),
    ...(block.decimal === undefined ? {} : { decimal: block.decimal.value }),
    ...(block.dates.length === 0 ? {} : { dates: block.dates.map(({ value }) => value) }),
  };
}

/** The headers of every source table that the spec uses; a source that can't be read is a diagnostic. */
export async function lookAtHeaders(spec: Spec, place: Place): Promise<Looked> {
  const headers = new Map<string, readonly string[]>();
  const rows = new Map<string, number>();
  const isPrivate = blocksOf(spec, "privacy").length > 0;
  const diagnostics: Diagnostic[] = [];
  for (const table of blocksOf(spec, "table")) {
    const name = table.source?.name.text;
    const block = blocksOf(spec, "source").find((candidate) => candidate.name.text === name);
    if (block === undefined || table.source === undefined) continue;
    const inner = table.source.table?.text;
    const key = inner === undefined ? block.name.text : `${block.name.text}.${inner}`;
    try {
      const opened = await openSource(sourceSpecOf(block), contextOf(place));
      headers.set(key, await opened.headers(inner));
      // Under privacy the number of rows may itself be a secret.
      const about = isPrivate ? undefined : await opened.rowsAbout(inner);
      if (about !== undefined) rows.set(table.name.text, about);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      diagnostics.push(placed(error.diagnostic, block.where.span));
    }
  }
  return { headers, rows, diagnostics };
}

/** A diagnostic that has no place yet, put where the spec speaks of its subject. */
function placed(diagnostic: Diagnostic, span: { start: number; end: number }): Diagnostic {
  return diagnostic.spans.length > 0 ? diagnostic : { ...diagnostic, spans: [here(span)] };
}

function contextOf(place: Place): { folder: string; frames?: ReadonlyMap<string, unknown> } {
  return {
    folder: place.folder ?? process.cwd(),
    ...(place.frames === undefined ? {} : { frames: place.frames }),
  };
}

async function planOf(
  written: CheckedSpec,
  source: SourceText,
  place: Place,
  looked: Looked,
): Promise<Pick<Compilation, "plan" | "diagnostics">> {
  const [{ planRules }, { makePlan }, { carriedRules }, { chooseFor }] = await Promise.all([
    import("./constraint/plan-rules.js"),
    import("./plan/plan.js"),
    import("./plan/carried.js"),
    import("./plan/choose.js"),
  ]);
  const checked = withDifferences(written);
  const settings = JSON.stringify(Object.entries(place.params ?? {}).sort());
  const specHash = createHash("sha256").update(source.text).update(settings).digest("hex");
  const budget = await budgetFor(checked, place.params ?? {});
  const held = checked.tables.flatMap((table) =>
    planRules(table, { joint: isProtected(checked, table) }),
  );
  const { rules, diagnostics: tried } = await rehearsalOf(checked, held);
  const carried = hasErrors(tried) ? [] : carriedRules(checked.tables, rules);
  const diagnostics = [...looked.diagnostics, ...tried, ...carried];
  if (hasErrors(diagnostics)) return { diagnostics };
  const plan = makePlan(checked, {
    specHash,
    ...(budget === undefined ? {} : { budget }),
    ...{ rows: looked.rows, rules, warnings: diagnostics },
    choose: (table, rows) => chooseFor(checked, table, rows),
  });
  return { plan, diagnostics };
}

/** Rules are tried out only where there are some. */
async function rehearsalOf(checked: CheckedSpec, rules: readonly RulePlan[]): Promise<Rehearsal> {
  if (rules.every(({ enforcement }) => UNTRIED.has(enforcement))) return { rules, diagnostics: [] };
  return (await import("./plan/rehearse.js")).rehearse(checked, rules);
}

/** What needs no trying out: nothing is drawn for it. */
const UNTRIED: ReadonlySet<string> = new Set(["computed", "measured", "order"]);

/** The accountant is loaded only for specs that spend. */
async function budgetFor(
  checked: CheckedSpec,
  params: NonNullable<Place["params"]>,
): Promise<PlanBudget | undefined> {
  if (checked.privacy === undefined) return undefined;
  const budget = (await import("./plan/budget.js")).budgetOf(checked);
  if (budget === undefined || checked.sweeps.length === 0) return budget;
  const swept = checked.sweeps.map((sweep) =>
    sweptParams(sweep).flatMap((values) => {
      const { privacy } = check(checked.spec, { params: { ...params, ...values } }).checked ?? {};
      return privacy === undefined ? [] : [{ epsilon: privacy.epsilon, delta: privacy.delta }];
    }),
  );
  return { ...budget, swept };
}

/** Where a run happens and who watches it. */
export interface RunPlace {
  readonly folder?: string;
  readonly frames?: ReadonlyMap<string, unknown>;
  readonly progress?: Progress;
  /** Draw with this seed instead of the spec's; never touches privacy noise. */
  readonly seed?: number;
  /** What was learned before, from a release or a model file: those sources are not read. */
  readonly models?: readonly ReleasedModel[];
  /**
   * Draw outputs with more rows than `keep` straight into `folder/NAME.format`, piece by piece, and keep
   * an even sample of that many rows for the report: ten million rows don't need their memory. The bytes
   * are those that `writeRelease` would have written.
   */
  readonly files?: FilesPlace;
}

export interface FilesPlace {
  readonly folder: string;
  readonly format: string;
  readonly keep: number;
  /** Told of each file once it is whole. */
  readonly onWritten?: (file: WrittenFile) => void;
}

/**
 * Carry a plan out.
 *
 * @throws Failure for whatever is wrong with data, budget or machine; nothing half-made is left.
 */
export async function runPlan(plan: Plan, place: RunPlace = {}): Promise<Release> {
  return carryOut(plan, place, {});
}

/** Where a lesson is held, and the seed of its noise. */
export interface SeededPlace extends RunPlace {
  readonly noiseSeed: number;
}

/**
 * Carry a plan out with privacy noise from a seed, for teaching: everybody who runs it sees the same noise, and
 * can take it away again. Nothing that comes out is private; ledger, release and report are stamped so, and no
 * private run takes anything over from it.
 *
 * @throws Failure as `runPlan`.
 */
export async function runSeeded(plan: Plan, place: SeededPlace): Promise<SeededRelease> {
  const { noiseSeed } = place;
  return (await carryOut(plan, place, { noiseSeed })) as SeededRelease;
}

async function carryOut(
  plan: Plan,
  place: RunPlace,
  noise: { readonly noiseSeed?: number },
): Promise<Release> {
  const [{ run }, { placeFailure }] = await Promise.all([
    import("./run/run.js"),
    import("./run/place-failure.js"),
  ]);
  const context = {
    ...contextOf(place),
    ...noise,
    progress: place.progress ?? silent,
    ...(place.seed === undefined ? {} : { seed: place.seed }),
    ...(place.models === undefined ? {} : { models: place.models }),
    ...(place.files === undefined ? {} : { files: place.files }),
  };
  return run(plan, context).catch((error: unknown) => {
    throw placeFailure(error, plan.checked);
  });
}

/**
 * Judge what a run made against the real rows it learned from and those it never saw: by the first `report` of its
 * spec, or by another that `options` names by its place, counted from 0.
 *
 * Under `privacy` only reports marked `inside` look at real rows.
 */
export async function evaluateRelease(
  release: Release,
  options: { readonly progress?: Progress; readonly report?: number } = {},
): Promise<Report> {
  const [{ evaluate }, { evaluationOf }] = await Promise.all([
    import("./evaluate/evaluate.js"),
    import("./run/evaluation.js"),
  ]);
  const progress = options.progress ?? silent;
  const report = release.plan.checked.reports[options.report ?? 0];
  return evaluate({ ...evaluationOf(release, progress, report), progress });
}

/** Files of any tool to be judged by a spec's understanding of their columns. */
export interface JudgedFiles extends JudgedPaths {
  readonly text: string;
  readonly origin?: string;
  /** Texts that were planted among the real rows before the tool learned them. */
  readonly canaries?: readonly DeclaredCanaries[];
  readonly progress?: Progress;
}

/**
 * Judge rows that any tool made: of one table, or of several that belong together.
 *
 * @throws Failure when the spec does not compile (its first error) or a file can't be read.
 */
export async function evaluateFiles(files: JudgedFiles): Promise<Report> {
  const compiled = await compile(files.text, { origin: files.origin ?? "spec", until: "names" });
  const progress = files.progress ?? silent;
  const [{ evaluate }, { judgedOutputs, soundSpec }] = await Promise.all([
    import("./evaluate/evaluate.js"),
    import("./run/judge.js"),
  ]);
  const checked = soundSpec(compiled.checked, compiled.diagnostics);
  const judged = await judgedOutputs(checked, files, progress);
  const home = (column: string) =>
    Math.max(
      0,
      judged.findIndex(({ real }) => columnOf(real, column) !== undefined),
    );
  const outputs = judged.map((output, at) => {
    const canaries = files.canaries?.filter(({ column }) => home(column) === at) ?? [];
    return canaries.length === 0 ? output : { ...output, canaries };
  });
  const report = checked.reports[0];
  return evaluate({
    title: report?.title ?? `${judged.map(({ name }) => name).join(", ")}, judged`,
    audience: report?.audience ?? "consumers",
    inside: true,
    seed: 1,
    outputs,
    topics: report?.topics ?? [],
    ...(checked.fairness === undefined ? {} : { fairness: checked.fairness }),
    progress,
  });
}

/** The canonical layout of a spec, or why it has none. */
export async function formatSpec(
  text: string,
  origin = "spec",
): Promise<{ readonly text: string; readonly diagnostics: readonly Diagnostic[] }> {
  const { spec, diagnostics } = parse(text, origin);
  if (hasErrors(diagnostics)) return { text, diagnostics };
  const { print } = await import("./parse/print.js");
  return { text: print(spec), diagnostics };
}

/**
 * What the rules of a spec leave of the combinations of some columns' values; the spec may be
 * contradictory.
 *
 * @throws Failure when no table has all of the columns.
 */
export async function whyRules(
  text: string,
  columns: readonly string[],
  options: { readonly table?: string; readonly params?: Place["params"] } = {},
): Promise<Why> {
  const { spec } = parse(text, "spec");
  const { params } = options;
  const { tables } = check(spec, params === undefined ? {} : { params });
  const candidates =
    options.table === undefined ? tables : tables.filter((t) => t.name === options.table);
  const has = (table: CheckedTable, name: string): boolean =>
    table.columns.some((c) => c.name === name);
  const table = candidates.find((t) => columns.every((name) => has(t, name)));
  if (table === undefined) {
    const known = candidates.find((t) => columns.some((name) => has(t, name))) ?? candidates[0];
    const name = columns.find((one) => known === undefined || !has(known, one)) ?? "";
    throw failure("P0203", {
      what: "column",
      name,
      ...(known === undefined ? {} : { of: known.name }),
    });
  }
  const { why } = await import("./constraint/why.js");
  return why(table, tables, columns);
}
