import { createRequire } from "node:module";
import { join } from "node:path";
import { failure } from "../base/failure.js";
import { cellValue } from "./rows.js";
import type { Column, Table } from "./table.js";

/** The part of the `danfojs-node` (or `danfojs`) module that is used. */
export interface DanfoModule {
  readonly DataFrame: new (
    data: Readonly<Record<string, readonly unknown[]>>,
    options: {
      readonly columns: readonly string[];
      readonly dtypes: readonly string[];
      readonly config: { readonly lowMemoryMode: boolean };
    },
  ) => object;
}

/**
 * A table as a danfo DataFrame, with dtypes from the table's types (danfo guesses from the first rows
 * and is often wrong). Missing values are null in text columns, NaN in numeric ones.
 *
 * @param danfo the `danfojs-node` module; without it the installed one is loaded.
 * @throws Failure P1328 when it is not installed.
 */
export async function toDanfo(table: Table, danfo?: DanfoModule): Promise<object> {
  const { DataFrame } = danfo ?? (await loadDanfo());
  const data = Object.fromEntries(table.columns.map((column) => [column.name, cells(column)]));
  return new DataFrame(data, {
    columns: table.columns.map((column) => column.name),
    dtypes: table.columns.map(dtype),
    config: { lowMemoryMode: true },
  });
}

function cells(column: Column): readonly unknown[] {
  const isPlain = column.kind === "number" && dtype(column) !== "string";
  if (isPlain) return Array.from(column.values);
  const rows = column.kind === "number" ? column.values.length : column.codes.length;
  return Array.from({ length: rows }, (_, row) => cellValue(column, row));
}

function dtype(column: Column): string {
  switch (column.type.kind) {
    case "int":
      return column.kind === "number" && column.values.some(Number.isNaN) ? "float32" : "int32";
    case "real":
    case "money":
    case "duration":
      return "float32";
    case "bool":
      return "boolean";
    default:
      return "string";
  }
}

/** Danfo beside Parable, or beside the notebook: Jupyter starts a kernel in the notebook's folder. */
async function loadDanfo(): Promise<DanfoModule> {
  const name = "danfojs-node";
  try {
    const beside = createRequire(join(process.cwd(), "notebook.js"));
    const found = await import(name).catch(() => beside(name) as unknown);
    return found as DanfoModule;
  } catch (error) {
    const what = "turning a table into a danfo DataFrame";
    throw failure("P1328", { package: name, what }, { cause: error });
  }
}
