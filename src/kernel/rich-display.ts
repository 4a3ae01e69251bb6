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
