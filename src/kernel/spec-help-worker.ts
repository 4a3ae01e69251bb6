import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { answerFrom } from "./help-route.js";
import type { SpecFacts, SpecHelpStart } from "./protocol.js";
import { emptyReply } from "./replies.js";
import { SpecHelp } from "./spec-help.js";
import { readSpecCell } from "./spec-magic.js";
import { wholeText } from "./spec-text.js";

const start = workerData as SpecHelpStart;
let { facts } = start;
(parentPort as unknown as MessagePort).on("message", (newer: SpecFacts) => {
  facts = newer;
});
const help = new SpecHelp({
  folder: start.folder,
  textOf: (cell) => wholeText(cell, facts.texts),
  frames: () => new Map([...facts.frames].map(([name, headers]) => [name, emptyFrame(headers)])),
});

/** Of a variable only the names of its columns are known here. */
function emptyFrame(headers: readonly string[]): object {
  return Object.fromEntries(headers.map((header) => [header, []]));
}

answerFrom(start.io, async (type, content) => {
  const cell = readSpecCell(String(content["code"] ?? ""));
  return cell === undefined ? emptyReply(type, content) : help.answer(type, content, cell);
});
// The language is loaded before the first question.
help.warm().catch(() => {});
