import { readFileSync } from "node:fs";
import { compile, runPlan } from "../../src/pipeline.js";
import { learnerNames, rowLearners } from "../../src/synth/registry.js";
import { toCsv } from "../../src/table/csv-write.js";
import { declared, people } from "./people.js";
import type { Row, RuleSet } from "./rule-sets.js";

/** How a table comes by its rows. */
export interface Way {
  readonly name: string;
  /** Absent: nothing is learned. */
  readonly learner?: string;
  readonly isPrivate?: boolean;
}

/** Rules don't wait for a good model: `language` trains as briefly as it can. */
const brief = (learner: string) => (learner === "language" ? "language { epochs 1 }" : learner);

/** Without data, with every learner, and under a budget with every one that keeps it. */
export const ways: readonly Way[] = [
  { name: "without data" },
  ...rowLearners.map((name) => ({ name, learner: brief(name) })),
  ...learnerNames
    .filter((each) => each.private && each.name !== "auto")
    .map(({ name }) => ({ name: `${name} under a budget`, learner: brief(name), isPrivate: true })),
];

/** Where rows are made, and how many of them an output has. */
export interface Size {
  readonly folder: string;
  readonly rows: number;
  /** Outputs of more rows go to their files piece by piece, and are read back from there. */
  readonly whole: number;
}

/** The real rows, by the name of their source. */
export const frames = new Map([["data", people(400)]]);
export const rowsOf = (set: RuleSet, { rows }: Size): number =>
  Math.min(rows, set.most ?? Number.POSITIVE_INFINITY);

export function specOf(set: RuleSet, { learner, isPrivate }: Way, size: Size): string {
  const columns = set.columns.split(" ").map((name) => `  ${name}: ${declared[name]}`);
  const body = [...columns, ...(set.instead ?? []), ...set.rules].join("\n  ");
  const learned = learner !== undefined;
  const rows = rowsOf(set, size);
  const given = set.given === undefined ? "" : `generate some: ${rows} rows given ${set.given}\n`;
  return [
    learned ? "source data = frame data\n" : "",
    `table t ${learned ? "from data " : ""}{\n${body}\n}\n`,
    learned ? `learn with ${learner}\n` : "",
    isPrivate === true ? "privacy { protect each row of t\n budget epsilon 5, delta 1e-6 }\n" : "",
    `generate all: ${rows} rows\n${given}`,
  ].join("");
}

/** Back from the bytes, by hand: the rules hold in what was written, not in what was meant. */
export function readBack(csv: string): Row[] {
  const [head = "", ...lines] = csv.trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const values = line.split(",").map((text): unknown => {
      if (text === "") return null;
      if (text === "true" || text === "false") return text === "true";
      return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : text;
    });
    return Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as Row;
  });
}

/** The rows of each output as they were written. Throws where the spec does not compile. */
export async function run(set: RuleSet, way: Way, size: Size): Promise<Map<string, Row[]>> {
  const { folder, whole } = size;
  const text = specOf(set, way, size);
  const { plan, diagnostics } = await compile(text, { frames });
  const errors = diagnostics.filter((one) => one.severity === "error");
  if (plan === undefined || errors.length > 0) {
    throw new Error(`${errors.map((one) => `${one.code} ${one.title}`).join("\n")}\n${text}`);
  }
  const files = { folder, format: "csv", keep: whole };
  const release = await runPlan(plan, { frames, folder, files });
  return new Map(
    release.outputs.map(({ name, table, written }) => [
      name,
      readBack(written === undefined ? toCsv(table) : readFileSync(written.path, "utf8")),
    ]),
  );
}

/** Rows that break a rule of their own, and rules of all rows that are broken. */
export function broken(set: RuleSet, rows: readonly Row[]): readonly (Row | string)[] {
  const off: (Row | string)[] = rows.filter((row) => !set.holds(row));
  if (set.together?.(rows) === false) off.push("a rule of all rows together");
  return off;
}
