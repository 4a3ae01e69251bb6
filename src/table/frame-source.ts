import { failure } from "../base/failure.js";
import { conform } from "./conform.js";
import { asFrame, type Frame, rawOf } from "./frame.js";
import { frameFacts } from "./frame-facts.js";
import { locate } from "./locate.js";
import type { ReadRequest, ReadResult, Source, SourceContext, SourceSpec } from "./source-types.js";

/** A variable of the notebook. It is looked up anew at each call, so a changed variable is seen. */
export function openFrame(spec: SourceSpec, context: SourceContext): Source {
  const look = (): Frame => {
    if (context.frames === undefined || !context.frames.has(spec.where)) {
      throw failure("P1315", { source: spec.name, frame: spec.where });
    }
    return frameOf(spec, context.frames.get(spec.where));
  };
  const source = sourceOfFrame(spec, async () => look());
  const rowsAbout = async (): Promise<number> => {
    const value = context.frames?.get(spec.where);
    return Array.isArray(value) ? value.length : look().rows;
  };
  return { ...source, rowsAbout };
}

/** A source over a frame that is made when it is first needed. */
export function sourceOfFrame(spec: SourceSpec, look: () => Promise<Frame>): Source {
  return {
    name: spec.name,
    format: spec.format,
    tables: async () => [spec.name],
    headers: async () => (await look()).headers,
    read: async (request) => readFrame(spec, await look(), request),
    facts: async () => frameFacts(await look(), spec.missing),
    rowsAbout: async () => (await look()).rows,
  };
}

/**
 * See a value as a frame.
 *
 * @throws Failure P1316 when it has not the shape of one.
 */
export function frameOf(spec: SourceSpec, value: unknown): Frame {
  const frame = asFrame(value);
  if (frame !== undefined) return frame;
  throw failure("P1316", { source: spec.name, frame: spec.where, seen: seenAs(value) });
}

function readFrame(spec: SourceSpec, frame: Frame, request: ReadRequest): ReadResult {
  const places = locate(spec.name, frame.headers, request.columns);
  const columns = request.columns.map((column, i) =>
    rawOf(frame, places[i] as number, column.type, spec.missing),
  );
  return conform({ rows: frame.rows, columns }, spec.name, request);
}

function seenAs(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array of something else than objects";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = value.constructor?.name;
  return name === undefined || name === "Object" ? "an object" : `an object of class ${name}`;
}
