import { formatDate } from "../../table/format-value.js";
import { gridValues, type RowsShape, type Shape, sizeOf } from "./shape.js";

/** JSON Schema, as far as structured outputs know it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Domains up to this size are listed. */
const LISTED = 64;

/** What an answer must look like: `{"value": …}`, or `{"rows": [ … ]}`. */
export function answerSchema(shape: Shape): Schema {
  return shape.kind === "rows"
    ? objectOf({ rows: rowsSchema(shape) })
    : objectOf({ value: valueSchema(shape) });
}

function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function rowsSchema({ count, fields }: RowsShape): Schema {
  const properties = Object.fromEntries(
    fields.map(({ name, shape, optional }) => {
      const own = valueSchema(shape);
      return [name, optional ? { anyOf: [own, { type: "null" }] } : own];
    }),
  );
  return { type: "array", minItems: count, maxItems: count, items: objectOf(properties) };
}

/** The values of a shape; exact for choices, numbers, patterns and up to 64 dates, else a little wider. */
function valueSchema(shape: Exclude<Shape, RowsShape>): Schema {
  switch (shape.kind) {
    case "choice":
      return { type: "string", enum: [...shape.values] };
    case "text":
      return shape.like === undefined
        ? { type: "string" }
        : { type: "string", pattern: `^(?:${shape.like})$` };
    case "date":
      if (sizeOf(shape) <= LISTED) {
        return { type: "string", enum: gridValues(shape.spans, 1).map(formatDate) };
      }
      return { type: "string", format: "date" };
    case "datetime":
      return { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" };
    case "number":
      return numberSchema(shape.spans, shape.step);
  }
}

function numberSchema(spans: readonly number[], step: number | undefined): Schema {
  const whole = step !== undefined && Number.isInteger(step);
  const type = whole ? "integer" : "number";
  if (step !== undefined && sizeOf({ kind: "number", spans, step }) <= LISTED) {
    return { type, enum: gridValues(spans, step) };
  }
  const parts: Schema[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    parts.push({
      type,
      minimum: spans[i],
      maximum: spans[i + 1],
      ...(step === undefined || step === 1 ? {} : { multipleOf: step }),
    });
  }
  return parts.length === 1 ? (parts[0] as Schema) : { anyOf: parts };
}
