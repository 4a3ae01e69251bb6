import { inspect } from "node:util";
import type { MimeBundle } from "./protocol.js";

const hook = Symbol.for("Jupyter.display");

function isBundle(value: unknown): value is MimeBundle {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string {
  return typeof value === "string" ? inspect(value) : inspect(value, { depth: 4 });
}

/**
 * A value as Jupyter shows it. A value that has `[Symbol.for("Jupyter.display")]()` says so itself
 * (the protocol of Deno's kernel); then `known` is asked; anything else is shown as text.
 */
export async function bundleOf(
  value: unknown,
  known: (value: unknown) => MimeBundle | undefined | Promise<MimeBundle | undefined>,
): Promise<MimeBundle> {
  if ((typeof value === "object" && value !== null) || typeof value === "function") {
    const show = (value as Record<symbol, unknown>)[hook];
    if (typeof show === "function") {
      const bundle: unknown = await show.call(value);
      if (isBundle(bundle)) return withText(bundle, value);
    }
  }
  const bundle = await known(value);
  return bundle === undefined ? { "text/plain": asText(value) } : withText(bundle, value);
}

/** Every bundle has text: terminals, logs and screen readers have nothing else. */
function withText(bundle: MimeBundle, value: unknown): MimeBundle {
  return "text/plain" in bundle ? bundle : { ...bundle, "text/plain": asText(value) };
}

/** Values that the library shows: plain data of ours, Arrow tables, danfo data frames, figures. */
export async function showKnown(value: unknown): Promise<MimeBundle | undefined> {
  if (typeof value !== "object" || value === null || !looksKnown(value)) return undefined;
  const { showValue } = await import("../index.js");
  return showValue(value);
}

const kinds = new Set([
  "table",
  "plan",
  "release",
  "report",
  "diagnostic",
  "why",
  ...["marginal", "matrix", "lines", "bars", "pair", "multiples"],
]);

function looksKnown(value: object): boolean {
  if (Array.isArray(value)) return isListOfOurs(value);
  if ("diagnostics" in value && "source" in value && "spec" in value) return true;
  const { kind, schema, $data, data, layout } = value as Record<string, unknown>;
  if (typeof kind === "string") return kinds.has(kind);
  const isArrow = schema !== undefined && "batches" in value;
  const isDanfo = $data !== undefined && "$columns" in value;
  const isFigure = Array.isArray(data) && typeof layout === "object";
  return isArrow || isDanfo || isFigure;
}

/** Diagnostics, charges to the ledger, or what `readLedger` gives. */
function isListOfOurs(value: readonly unknown[]): boolean {
  const isOurs = (each: unknown) => {
    if (typeof each !== "object" || each === null) return false;
    const { kind } = each as { kind?: unknown };
    return kind === "diagnostic" || ("rho" in each && ("mechanism" in each || "lines" in each));
  };
  return value.length > 0 && value.every(isOurs);
}
