import { formatDate, formatDatetime } from "../../table/format-value.js";
import type { Field, Shape } from "./shape.js";

/** What an answer may be, in words for a model. */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case "choice":
      return shape.values.length === 1
        ? `exactly ${JSON.stringify(shape.values[0])}`
        : `one of ${shape.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "number": {
      const what = shape.step === undefined ? "a number" : numberOf(shape.step);
      const unit = shape.unit === undefined ? "" : ` (${shape.unit})`;
      return `${what} ${spansText(shape.spans, String)}${unit}`;
    }
    case "date":
      return `a date as YYYY-MM-DD ${spansText(shape.spans, formatDate)}`;
    case "datetime":
      return `a moment as YYYY-MM-DDThh:mm:ss ${spansText(shape.spans, formatDatetime)}`;
    case "text":
      return shape.like === undefined
        ? "a short text on one line"
        : `a text that matches the regular expression ^(?:${shape.like})$ in full`;
    case "rows":
      return `${shape.count} different rows, each an object with\n${shape.fields.map(fieldText).join("\n")}`;
  }
}

function fieldText(field: Field): string {
  const doc = field.doc === undefined ? "" : ` (${field.doc})`;
  const gone = field.optional ? ", or null where it is missing" : "";
  return `- ${JSON.stringify(field.name)}${doc}: ${describe(field.shape)}${gone}`;
}

function numberOf(step: number): string {
  return step === 1 ? "a whole number" : `a multiple of ${step}`;
}

function spansText(spans: readonly number[], write: (value: number) => string): string {
  const parts: string[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    const [low, high] = [spans[i] as number, spans[i + 1] as number];
    parts.push(low === high ? `equal to ${write(low)}` : `from ${write(low)} to ${write(high)}`);
  }
  return parts.join(" or ");
}
