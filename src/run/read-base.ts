import type { Progress } from "../base/progress.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { LearnerChoice } from "../ir/plan.js";
import { openSource } from "../table/source.js";
import type { Table } from "../table/table.js";

/** What it takes to read a source. */
interface Place {
  readonly folder: string;
  readonly frames?: ReadonlyMap<string, unknown>;
  readonly progress: Progress;
}

/** The rows of `base SOURCE`, to be trained on first; undefined where the learner has none. */
export async function readBase(
  checked: CheckedSpec,
  table: CheckedTable,
  choice: LearnerChoice,
  place: Place,
): Promise<Table | undefined> {
  const name = choice.options["base"]?.[0];
  const source = checked.sources.find((each) => each.name === name);
  if (source === undefined) return undefined;
  place.progress.report({ phase: `reading ${source.name}`, done: 0 });
  const opened = await openSource(source, place);
  const read = await opened.read({
    name: table.name,
    columns: table.columns.filter((column) => column.origin.kind === "learned"),
    keepExamples: false,
    signal: place.progress.signal,
  });
  return read.table;
}
