import { failure } from "../base/failure.js";
import type { CanaryKind } from "../evaluate/privacy/canaries.js";
import type { DeclaredCanaries } from "../evaluate/request.js";
import { compile, type JudgedFiles } from "../pipeline.js";

export type { DeclaredCanaries };

export interface PlantOptions extends Pick<JudgedFiles, "text" | "origin" | "table"> {
  /** The file with the rows that the tool is to learn. */
  readonly real: string;
  readonly column: string;
  readonly kind: CanaryKind;
  /** How many texts, and in how many rows each. */
  readonly count: number;
  readonly copies: number;
  readonly seed: number;
  /** Where the planted rows go, and the list of what was planted. */
  readonly out: string;
  readonly list: string;
}

const DECOYS = 999;

/**
 * Plant canaries in a file before any tool learns it: random rows get a secret in place of their text.
 * The list that is written beside it is what `evaluateFiles` wants to hear later.
 *
 * @throws Failure P1463 for a column that holds no texts of its own, P13xx for what is wrong with a file.
 */
export async function plantInFile(options: PlantOptions): Promise<DeclaredCanaries> {
  const { compiledTable, readJudged } = await import("../run/judge.js");
  const { checked, diagnostics } = await compile(options.text, {
    origin: options.origin ?? "spec",
    until: "names",
  });
  const table = compiledTable(checked, diagnostics, options.table);
  const real = await readJudged(table.checked, table.table, options.real);
  const { column, count, copies, kind, seed } = options;
  const found = real.columns.find((each) => each.name === column);
  const type = found?.type;
  const open = type?.kind === "text" || (type?.kind === "category" && type.learned);
  if (found === undefined || !open) {
    const reason =
      found === undefined
        ? `the spec reads no column ${column}`
        : `${column} takes no texts from the data: declare it as \`text\` or \`category learned\``;
    throw failure("P1463", { what: "planted", reason });
  }
  if (count * copies > real.rows) {
    const reason = `${count} texts in ${copies} rows each are more than the ${real.rows} rows`;
    throw failure("P1463", { what: "planted", reason });
  }
  const { plantCanaries } = await import("../evaluate/privacy/canaries.js");
  const planted = plantCanaries(real, { column, kind, count, copies, decoys: DECOYS, seed });
  const [{ writeTable }, { writeText }, { missingWords }] = await Promise.all([
    import("../table/export.js"),
    import("../table/whole-file.js"),
    import("../run/shape.js"),
  ]);
  const missing = missingWords(table.checked, table.table.name);
  await writeTable(planted.table, options.out, { missing });
  const declared = { column, canaries: planted.canaries, decoys: planted.decoys };
  await writeText(options.list, `${JSON.stringify([declared], null, 1)}\n`);
  return declared;
}

/**
 * A list of canaries from its JSON: what `plantInFile` wrote, or one written by hand, as
 * `[{ "column": "note", "canaries": ["…"] }]`. `name` stands for the list in messages.
 *
 * @throws Failure P1463 for a text that holds none.
 */
export function readCanaries(text: string, name: string): readonly DeclaredCanaries[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw failure("P1463", { what: `read from ${name}`, reason: "it is not JSON" }, { cause });
  }
  const entries: readonly unknown[] = Array.isArray(data) ? data : [data];
  return entries.map((entry, at) => {
    if (isDeclared(entry)) return entry;
    const reason = `entry ${at + 1} is no \`{ "column": "note", "canaries": ["…"] }\``;
    throw failure("P1463", { what: `read from ${name}`, reason });
  });
}

function isDeclared(value: unknown): value is DeclaredCanaries {
  if (typeof value !== "object" || value === null) return false;
  const { column, canaries, decoys } = value as Partial<Record<string, unknown>>;
  const texts = (list: unknown) =>
    Array.isArray(list) && list.every((text) => typeof text === "string" && text !== "");
  return (
    typeof column === "string" &&
    texts(canaries) &&
    (canaries as readonly string[]).length > 0 &&
    (decoys === undefined || texts(decoys))
  );
}
