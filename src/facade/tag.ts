import { inspect } from "node:util";
import { hasErrors } from "../base/diagnostic.js";
import { Failure } from "../base/failure.js";
import type { Plan } from "../ir/plan.js";
import type { Release } from "../ir/release.js";
import type { Report } from "../ir/report.js";
import { compile, evaluateRelease, type Place, runPlan } from "../pipeline.js";
import { type Row, toObjects } from "../table/rows.js";
import type { Table } from "../table/table.js";
import { renderDiagnostics, showValue } from "./shown.js";

const display = Symbol.for("Jupyter.display");

/** A generated table with its rows as objects. */
export interface MadeRows {
  readonly table: Table;
  readonly rows: readonly Row[];
}

/** What a spec made; `outputs.fair.rows[0]` reads a row of `generate fair:`. */
export interface Made {
  readonly plan: Plan;
  readonly release: Release;
  readonly outputs: Readonly<Record<string, MadeRows>>;
  report(): Promise<Report>;
  /** The same spec with other params; runs it again. */
  with(params: Readonly<Record<string, number | string | boolean>>): Promise<MadeSpec>;
}

/** What a spec made, with each output under its own name too: `made.fair.rows[0]`. */
export type MadeSpec = Made & { readonly [output: string]: MadeRows };

/** A spec that does not compile; `message` is the whole rendering. */
export class SpecError extends Error {
  override readonly name = "SpecError";
}

/**
 * The language in TypeScript: ``await parable`table t { x: int 1..6 } generate 10 rows` ``. `${}` puts a
 * TypeScript value into the text. In a notebook the result shows itself.
 *
 * @throws SpecError with the rendered diagnostics when the spec does not compile; Failure when the run
 *   fails.
 */
export async function parable(
  parts: TemplateStringsArray,
  ...values: readonly (number | string | boolean)[]
): Promise<MadeSpec> {
  const text = parts.raw
    .map((part, i) => part + (i < values.length ? String(values[i]) : ""))
    .join("");
  return make(unindent(text), {});
}

async function make(text: string, place: Place): Promise<MadeSpec> {
  const compiled = await compile(text, { origin: "parable", ...place });
  const { plan, diagnostics, source } = compiled;
  if (plan === undefined || hasErrors(diagnostics)) {
    throw new SpecError(`\n${await renderDiagnostics(diagnostics, source, "plain")}`);
  }
  const release = await runPlan(plan).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    const rendered = await renderDiagnostics([error.diagnostic], source, "plain");
    throw Object.assign(error, { message: `\n${rendered}` });
  });
  return madeOf(text, plan, release, place);
}

function madeOf(text: string, plan: Plan, release: Release, place: Place): MadeSpec {
  let report: Promise<Report> | undefined;
  const outputs = Object.fromEntries(
    release.outputs.map(({ name, table }) => [name, { table, rows: toObjects(table) }]),
  );
  const made: Made = {
    plan,
    release,
    outputs,
    report: () => {
      report ??= evaluateRelease(release);
      return report;
    },
    with: (params) => make(text, { ...place, params: { ...place.params, ...params } }),
  };
  const bound = { ...made, ...outputs } as MadeSpec;
  Object.defineProperty(bound, display, { value: () => showValue(release) });
  Object.defineProperty(bound, inspect.custom, {
    value: () => release.outputs.map(({ name, table }) => `${name}: ${table.rows} rows`).join("\n"),
  });
  return bound;
}

/** Templates are indented with their code: take the common indent away. */
function unindent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const common = Math.min(...indents, Number.POSITIVE_INFINITY);
  const kept = lines.map((line) => (line.trim() === "" ? "" : line.slice(common)));
  return kept.join("\n").replace(/^\n+/, "");
}
