import { toCodePoints, toUtf16 } from "./offsets.js";

export type Content = Readonly<Record<string, unknown>>;

/** The code of a complete or inspect request, and its cursor as a UTF-16 offset. */
export function cursorOf(content: Content): { code: string; offset: number } {
  const code = String(content["code"] ?? "");
  const position = content["cursor_pos"];
  const offset = typeof position === "number" ? toUtf16(code, position) : code.length;
  return { code, offset };
}

/**
 * The content of a `complete_reply`. JupyterLab drops all completions when types and matches differ
 * in number, so there are types for all of them or for none.
 */
export function completionReply(
  code: string,
  start: number,
  end: number,
  matches: readonly string[],
  types: readonly string[] | undefined,
): object {
  const from = toCodePoints(code, start);
  const to = toCodePoints(code, end);
  const known = matches.map((text, at) => ({
    text,
    type: types?.[at] ?? "",
    start: from,
    end: to,
  }));
  return {
    status: "ok",
    matches,
    cursor_start: from,
    cursor_end: to,
    metadata: types === undefined ? {} : { _jupyter_types_experimental: known },
  };
}

/** The content of an `inspect_reply`; undefined data means that nothing is known. */
export function inspectionReply(data: Readonly<Record<string, string>> | undefined): object {
  return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
}

/** The reply when help failed: no help, rather than an error. */
export function emptyReply(type: string, content: Content): object {
  const at = Number(content["cursor_pos"] ?? 0);
  switch (type) {
    case "complete_request":
      return { status: "ok", matches: [], cursor_start: at, cursor_end: at, metadata: {} };
    case "inspect_request":
      return inspectionReply(undefined);
    case "is_complete_request":
      return { status: "unknown" };
    default:
      return {};
  }
}
