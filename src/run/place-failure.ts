import { here } from "../base/diagnose.js";
import { Failure } from "../base/failure.js";
import type { Span } from "../base/source-text.js";
import type { CheckedSpec } from "../ir/checked.js";
import { blocksOf } from "../ir/spec.js";

/**
 * A failure of a run, put where the spec speaks of its subject: the first of the source, the rule, the
 * column, the output and the table that its parameters name. Any other error comes back as it is.
 */
export function placeFailure(error: unknown, checked: CheckedSpec): unknown {
  if (!(error instanceof Failure) || error.diagnostic.spans.length > 0) return error;
  const span = subjectOf((error.parameters ?? {}) as Subjects, checked);
  if (span === undefined) return error;
  const diagnostic = { ...error.diagnostic, spans: [here(span)] };
  return new Failure(diagnostic, error.parameters, error.cause ?? error);
}

interface Subjects {
  readonly source?: unknown;
  readonly rule?: unknown;
  readonly column?: unknown;
  readonly output?: unknown;
  readonly table?: unknown;
}

function subjectOf(subjects: Subjects, checked: CheckedSpec): Span | undefined {
  const { spec, tables, outputs } = checked;
  const table = tables.find((one) => one.name === subjects.table);
  const columns = (table === undefined ? tables : [table]).flatMap((one) => one.columns);
  return (
    blocksOf(spec, "source").find((one) => one.name.text === subjects.source)?.where.span ??
    tables.flatMap((one) => one.rules).find((one) => one.text === subjects.rule)?.span ??
    columns.find((one) => one.name === subjects.column)?.span ??
    outputs.find((one) => one.name === subjects.output)?.span ??
    blocksOf(spec, "table").find((one) => one.name.text === subjects.table)?.name.span
  );
}
