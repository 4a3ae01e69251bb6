import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { failure } from "../base/failure.js";
import { openFailure } from "./file-failure.js";
import type { Frame } from "./frame.js";
import { frameOf, sourceOfFrame } from "./frame-source.js";
import type { Source, SourceContext, SourceSpec } from "./source-types.js";

/** An Arrow IPC file or stream (Feather 2). */
export function openArrow(spec: SourceSpec, context: SourceContext): Source {
  const path = resolve(context.folder, spec.where);
  let loaded: Promise<Frame> | undefined;
  return sourceOfFrame(spec, () => {
    loaded ??= load(spec, path);
    return loaded;
  });
}

async function load(spec: SourceSpec, path: string): Promise<Frame> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw openFailure(spec.name, path, "Arrow", error);
  });
  if (bytes.length === 0) throw failure("P1303", { source: spec.name, path });
  const { tableFromIPC } = await import("apache-arrow");
  try {
    return frameOf(spec, tableFromIPC(bytes));
  } catch (error) {
    throw failure("P1312", { source: spec.name, path, format: "Arrow" }, { cause: error });
  }
}
