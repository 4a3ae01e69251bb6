import type { CheckedSpec } from "../index.js";
import type { MimeBundle } from "./protocol.js";

/** The comm target and the MIME type of the controls (labextension/static/params.js). */
export const paramsTarget = "parable.params";
const paramsMime = "application/vnd.parable.params+json";

type Value = number | string | boolean;

/** One knob, as the front end draws it. */
interface Control {
  readonly name: string;
  readonly value: Value;
  readonly doc?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly choices?: readonly string[];
}

function controlOf(param: CheckedSpec["params"][number]): Control {
  const { name, type, value, doc } = param;
  const base = { name, value, ...(doc === undefined ? {} : { doc }) };
  switch (type.kind) {
    case "int":
    case "real":
    case "money": {
      const { min, max } = type;
      if (min === undefined || max === undefined) return base;
      const step = type.step ?? (type.kind === "int" ? 1 : (max - min) / 200);
      return { ...base, min, max, step };
    }
    case "category":
      return { ...base, choices: type.values };
    case "bool":
      return { ...base, choices: ["true", "false"] };
    default:
      return base;
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/**
 * The knobs of a spec. JupyterLab with our extension draws controls that plan again as they move;
 * everywhere else the values are listed. Undefined for a spec without params.
 */
export function paramsBundle(checked: CheckedSpec, text: string): MimeBundle | undefined {
  if (checked.params.length === 0) return undefined;
  const controls = checked.params.map(controlOf);
  const lines = controls.map(({ name, value, min, max }) =>
    max === undefined ? `${name} = ${value}` : `${name} = ${value}, from ${min} to ${max}`,
  );
  return {
    [paramsMime]: { text, controls },
    "text/html": `<div>Params: ${lines.map((line) => `<code>${escaped(line)}</code>`).join(" · ")}</div>`,
    "text/plain": `Params: ${lines.join("; ")}`,
  };
}

/** Answers moving controls: the plan of the spec with those values, or what is wrong with them. */
export async function planAgain(
  data: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<object> {
  const { text, params } = data as { text?: unknown; params?: Readonly<Record<string, Value>> };
  if (typeof text !== "string") return { html: "" };
  const { compileSpec, renderDiagnostics, showValue } = await import("../index.js");
  const { plan, diagnostics, source } = await compileSpec(text, { folder, params: params ?? {} });
  if (plan === undefined) return { html: await renderDiagnostics(diagnostics, source, "html") };
  const bundle = await showValue(plan);
  return { html: bundle["text/html"] };
}
