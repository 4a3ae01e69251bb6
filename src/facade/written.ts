import { basename, join } from "node:path";
import type { Release } from "../ir/release.js";
import type { Report } from "../ir/report.js";
import type { Table } from "../table/table.js";

export type TableFormat = "csv" | "parquet" | "arrow" | "json" | "jsonl";

/** Write a table; the ending of `path` chooses the format. The file appears whole or not at all. */
export async function writeTable(table: Table, path: string): Promise<void> {
  const { writeTable: write } = await import("../table/export.js");
  await write(table, path);
}

/**
 * Write a text as UTF-8. The file appears whole or not at all.
 *
 * @throws Failure P1321 (disk full), P1322 (no permission), P1325 (anything else).
 */
export async function writeText(text: string, path: string): Promise<void> {
  const { writeText: write } = await import("../table/whole-file.js");
  await write(path, text);
}

export interface WriteReleaseOptions {
  readonly signal?: AbortSignal;
  /** Told of each file once it is whole. */
  readonly onWritten?: (path: string) => void;
}

/**
 * Write each output as `NAME.<format>` and the head of the release as `release.json`; returns the paths.
 * Outputs that the run has written already (`files` of the run) are left as they are.
 */
export async function writeRelease(
  release: Release,
  folder: string,
  format: TableFormat = "csv",
  options: WriteReleaseOptions = {},
): Promise<readonly string[]> {
  const [{ writeTable: write }, { missingWords }] = await Promise.all([
    import("../table/export.js"),
    import("../run/shape.js"),
  ]);
  const { signal, onWritten } = options;
  const paths: string[] = [];
  for (const { name, table, written } of release.outputs) {
    const path = written?.path ?? join(folder, `${name}.${format}`);
    if (written === undefined) {
      const missing = missingWords(release.plan.checked, table.name);
      await write(table, path, { missing, ...(signal === undefined ? {} : { signal }) });
      onWritten?.(path);
    }
    paths.push(path);
  }
  const head = join(folder, "release.json");
  await writeText(`${JSON.stringify(headOf(release), null, 2)}\n`, head);
  return [...paths, head];
}

/** Everything of a release but its rows. */
function headOf(release: Release): unknown {
  const { plan, outputs, findings, ledger, writing, provenance } = release;
  return {
    kind: "release",
    spec: plan.checked.name,
    title: plan.checked.title,
    provenance,
    plan: {
      steps: plan.steps,
      learners: plan.learners,
      budget: plan.budget,
      rules: plan.rules,
      defaults: plan.defaults,
    },
    outputs: outputs.map(({ table, ...rest }) => ({
      ...rest,
      rows: rest.written?.rows ?? table.rows,
      ...(rest.written === undefined
        ? {}
        : { written: { ...rest.written, path: basename(rest.written.path) }, sampled: table.rows }),
      columns: table.columns.map(({ name, type }) => ({ name, type })),
    })),
    findings,
    ledger,
    ...(writing === undefined ? {} : { writing }),
  };
}

/** Write `report.json` and the self-contained `report.html`, or files of another name; returns the paths. */
export async function writeReport(
  report: Report,
  folder: string,
  name = "report",
): Promise<readonly string[]> {
  const { reportPage, reportJson } = await import("../show/report-page.js");
  const json = join(folder, `${name}.json`);
  const html = join(folder, `${name}.html`);
  await writeText(reportJson(report), json);
  await writeText(await reportPage(report), html);
  return [json, html];
}

/** An Apache Arrow table with the same columns. */
export async function toArrow(table: Table): Promise<unknown> {
  return (await import("../table/arrow.js")).toArrow(table);
}

/** A danfo.js DataFrame with the same columns; pass the `danfojs-node` module or have it installed. */
export async function toDanfo(table: Table, danfo?: unknown): Promise<object> {
  const { toDanfo: convert } = await import("../table/danfo.js");
  return convert(table, danfo as Parameters<typeof convert>[1]);
}

/**
 * A table from what notebooks hold: a danfo.js DataFrame, an Arrow table, an array of objects, or a
 * table of ours. Undefined for anything else.
 */
export async function fromFrame(value: unknown, name: string): Promise<Table | undefined> {
  return (await import("../table/from-frame.js")).fromFrame(value, name);
}
