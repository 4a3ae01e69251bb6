import { failure } from "../base/failure.js";
import type { ColumnRequest } from "./source-types.js";

/**
 * Where each requested column stands among the headers.
 *
 * @throws Failure P1309 for a header that the source lacks.
 */
export function locate(
  source: string,
  headers: readonly string[],
  wanted: readonly ColumnRequest[],
): readonly number[] {
  const places = new Map(headers.map((header, place) => [header, place]));
  return wanted.map(({ name, header }) => {
    const place = places.get(header);
    if (place !== undefined) return place;
    const same = headers.find((other) => bare(other) === bare(header));
    const remedy =
      same === undefined
        ? []
        : [{ label: `it has \`${same}\`: write \`from "${same}"\``, edits: [] }];
    const because = [`its columns are ${listed(headers)}`];
    throw failure("P1309", { source, column: name, header }, { because, try: remedy });
  });
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function listed(headers: readonly string[]): string {
  const shown = headers.slice(0, 20).map((header) => `\`${header}\``);
  const more = headers.length > 20 ? ` and ${headers.length - 20} more` : "";
  return `${shown.join(", ")}${more}`;
}
