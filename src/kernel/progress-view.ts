import { type Losses, lossLine, lossSentence } from "./loss-line.js";
import type { MimeBundle } from "./protocol.js";

/** How far long work has come. */
export interface Advance {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly unit?: string;
  readonly epsilonSpent?: number;
  readonly losses?: Losses;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en").replaceAll(",", " ");
}

/** A duration as people say it: "0.4 s", "12 s", "3 min 5 s". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes} min ${Math.round(seconds - 60 * minutes)} s`;
}

function facts(advance: Advance, elapsed: number, inPhase: number): string[] {
  const { done, total, unit, epsilonSpent } = advance;
  const said: string[] = [];
  if (total !== undefined && total > 1) {
    said.push(`${count(done)} of ${count(total)}${unit === undefined ? "" : ` ${unit}`}`);
  } else if (done > 1 && unit !== undefined) said.push(`${count(done)} ${unit}`);
  if (epsilonSpent !== undefined) said.push(`ε ${epsilonSpent.toFixed(3)} spent`);
  said.push(duration(elapsed));
  const share = total === undefined || total <= 0 ? 0 : done / total;
  if (share > 0.05 && share < 1 && inPhase > 1) {
    said.push(`about ${duration((inPhase / share) * (1 - share))} to go`);
  }
  return said;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** The display of running work: a bar with its words. Times in seconds. */
export function progressBundle(advance: Advance, elapsed: number, inPhase: number): MimeBundle {
  const { done, total, losses = [] } = advance;
  const all = facts(advance, elapsed, inPhase);
  if (losses.length > 0) all.push(lossSentence(losses));
  const said = all.join(" · ");
  const share = total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
  const value = share === undefined ? "" : ` value="${share.toFixed(3)}"`;
  const html =
    `<div style="display:flex;gap:.8em;align-items:center;font-size:.92em">` +
    `<progress max="1"${value} style="width:14em"></progress>` +
    `<span><b>${escaped(advance.phase)}</b> <span style="opacity:.7">${said}</span></span></div>` +
    lossLine(losses);
  return { "text/html": html, "text/plain": `${advance.phase}: ${said}` };
}

/** What stays when work has ended: one line that reads well without script, and how a training went. */
export function endedBundle(sentence: string, losses: Losses = []): MimeBundle {
  const said = losses.length === 0 ? sentence : `${sentence} · ${lossSentence(losses)}`;
  const html = `<div style="opacity:.7;font-size:.92em">${escaped(said)}</div>${lossLine(losses)}`;
  return { "text/html": html, "text/plain": said };
}
