import { here, remedy } from "../base/diagnose.js";
import { namesIn } from "../base/prompt.js";
import type { Span } from "../base/source-text.js";
import { visitColumns } from "../constraint/columns-in.js";
import type { CheckedSpec, CheckedTable, CheckedWriter } from "../ir/checked.js";
import { blocksOf } from "../ir/spec.js";
import type { Scope } from "./scope.js";

/** Columns of real rows that would be sent to a writer elsewhere, and that it may not see (P0907). */
export function checkSeen(
  what: string,
  names: readonly string[],
  writer: CheckedWriter | undefined,
  table: CheckedTable,
  spec: CheckedSpec,
  span: Span,
  scope: Scope,
): void {
  if (writer === undefined || writer.local) return;
  const sent = names.filter(
    (name) =>
      !writer.maySee.includes(name.split(".").at(-1) as string) &&
      isProtected(name, table, spec, []),
  );
  if (sent.length === 0) return;
  const block = blocksOf(spec.spec, "writer").find(({ name }) => name.text === writer.name);
  const end = block?.span.end ?? span.end;
  const own = [...sent, ...askedOf(writer, spec)].map((name) => name.split(".").at(-1) as string);
  const list = [...new Set([...writer.maySee, ...own])].join(", ");
  const edit = writer.maySee.length > 0 || block === undefined ? undefined : { start: end, end };
  scope.desk.say(
    "P0907",
    { what, writer: writer.name, where: writer.where ?? "", columns: sent },
    {
      spans: [here(span, "this leaves the machine")],
      because: [`${sent.join(", ")} ${sent.length === 1 ? "comes" : "come"} from real rows`],
      try: [
        remedy(`say \`may see ${list}\` after the writer`, edit, edit && ` may see ${list}`),
        remedy("use a writer on this machine: `llama`, `offline`, or a server at localhost"),
      ],
    },
  );
}

/** What the columns that a writer writes would send of real rows: one remedy is for all of them. */
function askedOf(writer: CheckedWriter, spec: CheckedSpec): string[] {
  return spec.tables.flatMap((table) =>
    table.columns.flatMap(({ origin }) =>
      origin.kind === "written" && origin.writer === writer.name
        ? namesIn(origin.prompt).filter((name) => isProtected(name, table, spec, []))
        : [],
    ),
  );
}

/** Whether a column's values come from a source that isn't public. */
function isProtected(
  name: string,
  table: CheckedTable,
  spec: CheckedSpec,
  above: readonly string[],
): boolean {
  const [via, inner] = name.split(".");
  if (inner !== undefined) {
    const ref = table.columns.find((each) => each.name === via)?.type;
    const parent = spec.tables.find((each) => ref?.kind === "ref" && each.name === ref.table);
    return parent !== undefined && isProtected(inner, parent, spec, []);
  }
  const column = table.columns.find((each) => each.name === name);
  const source = spec.sources.find((each) => each.name === table.source?.name);
  if (column === undefined || source === undefined || above.includes(name)) return false;
  if (source.isPublic || source.format === "example") return false;
  const { origin } = column;
  if (origin.kind === "learned") return true;
  const inputs: string[] = [];
  if (origin.kind === "computed") {
    visitColumns(origin.formula, (one) => inputs.push(one.via ?? one.name));
  }
  if (origin.kind === "written") inputs.push(...namesIn(origin.prompt));
  return inputs.some((input) => isProtected(input, table, spec, [...above, name]));
}
