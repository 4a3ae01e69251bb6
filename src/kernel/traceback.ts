import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "../index.js";
import type { TypeScriptDiagnostic } from "./typescript-protocol.js";

/** What Jupyter's `error` message holds. */
export interface JupyterError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;

/** The line of a cell that a message is about, with the place marked below it. */
function frame(code: string, line: number, start: number, length: number): string[] {
  const text = code.split("\n")[line - 1];
  if (text === undefined) return [];
  const gutter = String(line).padStart(4);
  const marks = " ".repeat(start) + "^".repeat(Math.max(1, Math.min(length, text.length - start)));
  return [`${dim(`${gutter} |`)} ${text}`, `${dim("     |")} ${red(marks)}`];
}

function placeOf(code: string, offset: number): { line: number; column: number } {
  const before = code.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) };
}

/** The error for a cell that the compiler refused: each fault with its line. */
export function refusal(code: string, diagnostics: readonly TypeScriptDiagnostic[]): JupyterError {
  const parts = diagnostics.map((diagnostic) => {
    const head = `${red(bold(`TS${diagnostic.code}`))}: ${diagnostic.message}`;
    if (diagnostic.file !== undefined) return [`${head} ${dim(`(${diagnostic.file})`)}`];
    const { line, column } = placeOf(code, diagnostic.start);
    return [head, ...frame(code, line, column, diagnostic.end - diagnostic.start)];
  });
  const first = diagnostics[0];
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : "";
  return {
    ename: "TypeScriptError",
    evalue: `${first?.message ?? "the cell does not compile"}${more}`,
    traceback: parts.flat(),
  };
}

const cellFrame = /(?:evalmachine\.<anonymous>|__tslab__\.ts):(\d+)(?::(\d+))?/;

function normal(line: string): string {
  return line.replace(/['"`]/g, '"').replace(/[\s;]+/g, "");
}

/** Where a line of the emitted JavaScript stands in the cell: the one line that says the same. */
function findLine(code: string, emitted: string, line: number): number | undefined {
  const wanted = normal(emitted.split("\n")[line - 1] ?? "");
  if (wanted === "") return undefined;
  const lines = code.split("\n").map(normal);
  const same = lines.flatMap((text, at) => (text === wanted ? [at + 1] : []));
  if (same.length === 1) return same[0];
  if (same.length > 1) return undefined;
  const tail = wanted.slice(wanted.indexOf("=") + 1);
  const ends = lines.flatMap((text, at) =>
    tail.length > 3 && text.endsWith(tail) ? [at + 1] : [],
  );
  return ends.length === 1 ? ends[0] : undefined;
}

function isForUser(line: string): boolean {
  return !/node:|[\\/]tslab[\\/]dist[\\/]|[\\/]dist[\\/]src[\\/]/.test(line);
}

function stackLines(stack: string, code: string, emitted: string): string[] {
  const lines: string[] = [];
  for (const line of stack.split("\n").filter((text) => /^\s+at /.test(text) && isForUser(text))) {
    const place = cellFrame.exec(line);
    if (place === null) {
      lines.push(dim(line));
      continue;
    }
    const found = findLine(code, emitted, Number(place[1]));
    const name = /at (?:async )?([\w$.<>]+) \(/.exec(line)?.[1];
    const inside = name === undefined || name.startsWith("evalmachine") ? "" : ` in ${name}`;
    if (found === undefined) lines.push(dim(`    at this cell${inside}`));
    else {
      const text = code.split("\n")[found - 1] ?? "";
      const indent = text.length - text.trimStart().length;
      lines.push(dim(`    at line ${found}${inside}`));
      lines.push(...frame(code, found, indent, text.trim().length));
    }
  }
  return lines;
}

/** The error for a value that a cell threw. */
export function thrown(code: string, emitted: string, error: unknown): JupyterError {
  if (isInterruption(error)) return interruption();
  if (!isErrorLike(error)) {
    const evalue = typeof error === "string" ? error : describe(error);
    return { ename: "Thrown", evalue, traceback: [`${red(bold("Thrown"))}: ${evalue}`] };
  }
  const { name, message, traceback } = error as Error & { traceback?: unknown };
  if (Array.isArray(traceback)) return { ename: name, evalue: message, traceback };
  const stack = typeof error.stack === "string" ? error.stack : "";
  const said = saidByParable(error);
  if (said !== undefined) {
    return { ...said, traceback: [...said.traceback, ...stackLines(stack, code, emitted)] };
  }
  const because = error.cause === undefined ? [] : [`${dim("caused by")} ${describe(error.cause)}`];
  return {
    ename: name,
    evalue: stripVTControlCharacters(message),
    traceback: [`${red(bold(name))}: ${message}`, ...stackLines(stack, code, emitted), ...because],
  };
}

/** A failure of the library: what is wrong, why, and what to do. */
function saidByParable(error: Error): JupyterError | undefined {
  const { diagnostic } = error as { diagnostic?: Diagnostic };
  if (diagnostic?.kind !== "diagnostic") return undefined;
  const { code, title } = diagnostic;
  const lines = [
    `${red(bold(`error ${code}`))}${bold(`: ${title}`)}`,
    ...diagnostic.because.map((reason) => `  ${dim("because")}  ${reason}`),
    ...diagnostic.try.map(({ label }) => `  ${dim("try")}      ${label}`),
  ];
  return { ename: code, evalue: title, traceback: lines };
}

function describe(value: unknown): string {
  if (isErrorLike(value)) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

function isErrorLike(value: unknown): value is Error {
  return (
    typeof value === "object" &&
    value !== null &&
    "message" in value &&
    "name" in value &&
    typeof value.message === "string" &&
    typeof value.name === "string"
  );
}

function isInterruption(error: unknown): boolean {
  if (!isErrorLike(error)) return false;
  const { code } = error as Error & { code?: unknown };
  return (
    code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" || error.message === "Interrupted asynchronously"
  );
}

/** The error of a cell that the user stopped; `kept` says what remains of its work. */
export function interruption(kept = ""): JupyterError {
  const evalue = kept === "" ? "stopped by you" : `stopped by you; ${kept}`;
  return {
    ename: "Interrupted",
    evalue,
    traceback: [`${red(bold("Interrupted"))}: ${evalue}`],
  };
}
