import { hasErrors } from "../base/diagnostic.js";
import { Failure } from "../base/failure.js";
import { compile, type Place, runPlan } from "../pipeline.js";
import type { Row } from "../table/rows.js";
import { type MadeSpec, madeOf, type Params } from "./made.js";
import { renderDiagnostics } from "./shown.js";
import { SpecError } from "./spec-error.js";

/**
 * Where specs are carried out and shown when a notebook is there: its kernel puts itself in this place.
 * Without one they run in this thread and show nothing by themselves.
 */
export interface NotebookHost {
  /** @param quiet nothing is shown but the progress. */
  make(text: string, params: Params, quiet?: boolean): Promise<MadeSpec>;
}

const place = Symbol.for("parable.host");

/**
 * The language in TypeScript: ``await parable`table t { x: int 1..6 } generate 10 rows` ``. `${}` puts a
 * TypeScript value into the text. In a notebook the plan, the rows and the columns show themselves, and
 * `Outputs` is filled in from the spec.
 *
 * @throws SpecError with the rendered diagnostics when the spec does not compile; Failure when the run
 *   fails.
 */
export async function parable<Outputs = Readonly<Record<string, Row>>>(
  parts: TemplateStringsArray,
  ...values: readonly (number | string | boolean)[]
): Promise<MadeSpec<Outputs>> {
  const text = unindent(
    parts.raw.map((part, i) => part + (i < values.length ? String(values[i]) : "")).join(""),
  );
  const made = await (host()?.make(text, {}) ?? make(text, {}));
  return made as MadeSpec<Outputs>;
}

/**
 * Run a spec and show nothing, as for many runs in one cell: `(await makeSpec(text, { eps: 1 })).made.rows`. What it
 * returns shows itself where it is the last value of a notebook cell. `frame` names variables of the notebook.
 *
 * @throws SpecError with the rendered diagnostics when the spec does not compile; Failure when the run
 *   fails.
 */
export function makeSpec(text: string, params: Params = {}): Promise<MadeSpec> {
  return host()?.make(text, params, true) ?? make(text, { params });
}

function host(): NotebookHost | undefined {
  return (globalThis as { [place]?: NotebookHost })[place];
}

async function make(text: string, where: Place): Promise<MadeSpec> {
  const compiled = await compile(text, { origin: "parable", ...where });
  const { plan, diagnostics, source } = compiled;
  if (plan === undefined || hasErrors(diagnostics)) {
    throw new SpecError(`\n${await renderDiagnostics(diagnostics, source, "plain")}`);
  }
  const release = await runPlan(plan).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    const rendered = await renderDiagnostics([error.diagnostic], source, "plain");
    throw Object.assign(error, { message: `\n${rendered}` });
  });
  return madeOf(text, release, (params) =>
    make(text, { ...where, params: { ...where.params, ...params } }),
  );
}

/** Templates are indented with their code: take the common indent away. */
function unindent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const common = Math.min(...indents, Number.POSITIVE_INFINITY);
  const kept = lines.map((line) => (line.trim() === "" ? "" : line.slice(common)));
  return kept.join("\n").replace(/^\n+/, "");
}
