import type * as Library from "../index.js";
import type { MimeBundle } from "./protocol.js";

/** The first line in which two texts differ, counted from 1; undefined where they are the same. */
function firstDifference(before: string, after: string): number | undefined {
  if (before === after) return undefined;
  const old = before.split("\n");
  const lines = after.split("\n");
  const at = lines.findIndex((line, index) => line !== old[index]);
  return (at < 0 ? lines.length : at) + 1;
}

/**
 * What to know before a cell is run under a name that already stands for a result: that the result is
 * of an older text (P1202), and that another run is paid for (P1201). Undefined where nothing is.
 */
export async function staleness(
  name: string,
  before: string | undefined,
  after: string,
  checked: Library.CheckedSpec,
): Promise<MimeBundle | undefined> {
  const line = before === undefined ? undefined : firstDifference(before, after);
  if (line === undefined) return undefined;
  const { diagnose, renderDiagnostics, SourceText } = await import("../index.js");
  const { privacy } = checked;
  const told = [
    diagnose("P1202", { spec: name, line }),
    ...(privacy === undefined ? [] : [diagnose("P1201", { spec: name, epsilon: privacy.epsilon })]),
  ];
  const source = new SourceText("cell", after);
  const [plain, html] = await Promise.all([
    renderDiagnostics(told, source, "plain"),
    renderDiagnostics(told, source, "html"),
  ]);
  return { "text/plain": plain, "text/html": html };
}
