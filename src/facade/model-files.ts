import { hasErrors } from "../base/diagnostic.js";
import { failure } from "../base/failure.js";
import type { Release } from "../ir/release.js";
import type { Spec } from "../ir/spec.js";
import { parse } from "../parse/parse.js";
import { compile, type RunPlace, runPlan } from "../pipeline.js";
import { renderDiagnostics } from "./shown.js";
import { SpecError } from "./spec-error.js";

/** What to draw from a model file. */
export interface SampleOptions extends Omit<RunPlace, "frames" | "models"> {
  /** The table to count, where the spec has several; default its first. */
  readonly table?: string;
  /** A condition, as after `given`. */
  readonly given?: string;
  /** What to call the output; default `made`. */
  readonly name?: string;
}

/** Models that were opened from a file. */
export interface OpenedModels {
  /** The text of the spec that they were learned for. */
  readonly text: string;
  /** The tables that were learned, and with what. */
  readonly tables: readonly { readonly name: string; readonly learner: string }[];
  /**
   * New rows, under the spec's rules and types; no source is read and no budget is spent.
   *
   * @throws SpecError for a condition that the spec does not understand; Failure as `runPlan`, and P0916 where
   *   the spec forbids copies of real rows that are not here.
   */
  sample(rows: number, options?: SampleOptions): Promise<Release>;
}

/**
 * Keep what a release has learned in a file, with its spec: JSON and arrays with a checksum, never code. What
 * was learned without `privacy` holds values of real rows and deserves the same care as they do.
 *
 * @throws Failure P0762 for what `runSeeded` learned; P132x as `writeTable`.
 */
export async function saveModels(release: Release, path: string): Promise<void> {
  const { noiseSeed } = release.provenance;
  if (noiseSeed !== undefined) throw failure("P0762", { seed: noiseSeed });
  const [{ encodeModels }, { writeBytes }] = await Promise.all([
    import("../run/model-file.js"),
    import("../table/whole-file.js"),
  ]);
  await writeBytes(path, encodeModels(release.plan.checked.spec.text, release));
}

/**
 * Open a model file. Nothing in it is run.
 *
 * @throws Failure P0910 for a file that is not whole, P0911 for one of a newer format, P1302 where there is none.
 */
export async function openModels(path: string): Promise<OpenedModels> {
  const [{ decodeModels }, { readBytes }] = await Promise.all([
    import("../run/model-file.js"),
    import("../table/whole-file.js"),
  ]);
  const { text, params, models } = decodeModels(await readBytes(path), path);
  const { spec } = parse(text, path);
  return {
    text,
    tables: models.map(({ table, saved }) => ({ name: table, learner: saved.learner })),
    async sample(rows, options = {}) {
      const { table, given, name = "made", ...place } = options;
      const counted = table ?? spec.blocks.find((block) => block.kind === "table")?.name.text;
      const condition = given === undefined ? "" : ` given (${given})`;
      const line = `generate ${name}: ${rows} ${counted}${condition} seed ${place.seed ?? 1}`;
      const asked = `${withoutOutputs(spec)}\n${line}\n`;
      const compiled = await compile(asked, { origin: path, params, headers: false });
      const { plan, diagnostics, source } = compiled;
      if (plan === undefined || hasErrors(diagnostics)) {
        throw new SpecError(`\n${await renderDiagnostics(diagnostics, source, "plain")}`);
      }
      return runPlan(plan, { ...place, models });
    },
  };
}

/** The spec without what it makes and shows: other rows are asked for. */
function withoutOutputs({ text, blocks }: Spec): string {
  let kept = "";
  let from = 0;
  for (const { kind, span } of blocks) {
    if (kind !== "generate" && kind !== "report" && kind !== "show" && kind !== "sweep") continue;
    kept += text.slice(from, span.start);
    from = span.end;
  }
  return kept + text.slice(from);
}
