import { breathe } from "../base/progress.js";
import { stream } from "../base/random.js";
import type { Report, ReportSection } from "../ir/report.js";
import { gather } from "../table/table.js";
import { dependence } from "./dependence.js";
import { fidelity } from "./fidelity.js";
import { ledger } from "./ledger.js";
import { measured } from "./measured.js";
import { missingness } from "./missingness.js";
import { relations } from "./relations.js";
import type { EvaluateRequest, Section } from "./request.js";
import { rules } from "./rules.js";
import { standsOut } from "./stands-out.js";

/** A topic that is loaded once it is asked for. */
function later(topic: string, load: () => Promise<Section>): Section {
  return { topic, make: async (request, words) => (await load()).make(request, words) };
}

/** Every topic that a report can have, in the order of reading. */
const SECTIONS: readonly Section[] = [
  fidelity,
  measured,
  missingness,
  dependence,
  relations,
  rules,
  later("utility", async () => (await import("./utility/section.js")).utility),
  later("fairness", async () => (await import("./fairness.js")).fairness),
  ledger,
  later("privacy", async () => (await import("./privacy/section.js")).privacyAttacks),
];

/** What each audience wants to know first; topics that are not named keep their place behind. */
const FIRST: Readonly<Record<EvaluateRequest["audience"], readonly string[]>> = {
  consumers: ["fidelity", "rules", "utility", "fairness"],
  regulators: ["privacy", "rules", "fairness", "fidelity"],
  teachers: ["fidelity", "dependence", "fairness", "privacy"],
};

/** Topics that come along with another. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  fidelity: ["missingness", "dependence", "relations"],
};

/** What a report says when nothing was asked for in particular. */
const DEFAULT = ["fidelity", "rules"];

/**
 * Judge generated tables: against the real rows where they may be read, and by themselves where not.
 * Sections that have nothing to say are left out; a note says why where that is not plain.
 */
export async function evaluate(request: EvaluateRequest): Promise<Report> {
  const asked = topicsOf(request);
  const alike = { ...request, outputs: request.outputs.map(alikeSized(request.seed)) };
  const first = FIRST[request.audience];
  const rank = ({ topic }: Section) =>
    first.includes(topic) ? first.indexOf(topic) : first.length;
  const sections: ReportSection[] = [];
  for (const section of [...SECTIONS].sort((a, b) => rank(a) - rank(b))) {
    const words = asked.get(section.topic);
    if (words === undefined) continue;
    await breathe(request.progress.signal);
    const made = await section.make(SIZED.has(section.topic) ? alike : request, words);
    if (made !== undefined) sections.push(made);
  }
  return {
    kind: "report",
    title: request.title,
    audience: request.audience,
    inside: request.inside,
    sections,
    notes: notesOf(request),
    ...standsOut(request, sections),
  };
}

/** Topics with their words: as asked for, with what comes along. */
function topicsOf(request: EvaluateRequest): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, string[]>();
  for (const { topic, items } of request.topics) {
    const words = items.map((item) => item.word.text);
    asked.set(topic, [...(asked.get(topic) ?? []), ...words]);
  }
  if (asked.size === 0) for (const topic of DEFAULT) asked.set(topic, []);
  const planted = request.outputs.some(({ canaries }) => canaries !== undefined);
  if (planted && asked.get("privacy")?.length !== 0) {
    asked.set("privacy", [...new Set([...(asked.get("privacy") ?? []), "canaries"])]);
  }
  for (const topic of [...asked.keys()]) {
    for (const companion of COMPANIONS[topic] ?? []) {
      if (!asked.has(companion)) asked.set(companion, []);
    }
  }
  return asked;
}

/** Topics whose reference is a score of held-out rows, which hangs on how many they are. */
const SIZED: ReadonlySet<string> = new Set(["fidelity", "missingness", "dependence"]);

/** No more held-out rows than generated ones, so that the reference has no less sampling noise than the score. */
function alikeSized(seed: EvaluateRequest["seed"]) {
  return (output: EvaluateRequest["outputs"][number]): EvaluateRequest["outputs"][number] => {
    const { holdout, synthetic } = output;
    if (holdout === undefined || synthetic.rows === 0 || holdout.rows <= synthetic.rows) {
      return output;
    }
    const order = stream(seed, "reference", output.name).shuffle(
      Uint32Array.from({ length: holdout.rows }, (_, row) => row),
    );
    return { ...output, holdout: gather(holdout, order.subarray(0, synthetic.rows)) };
  };
}

function notesOf(request: EvaluateRequest): readonly string[] {
  const notes: string[] = [];
  if (request.inside && request.outputs.some((output) => output.real !== undefined)) {
    notes.push(
      "This report was computed from real rows, and no privacy budget paid for it. It is for the data holder and is not private.",
    );
  }
  notes.push(...request.outputs.flatMap(({ unjudged = [] }) => unjudged));
  if (request.spending?.lines.some(({ seeded }) => seeded)) {
    notes.push(
      "Seeded, not private: the noise can be repeated by anyone who knows the seed. For teaching only.",
    );
  }
  if (request.outputs.every((output) => output.real === undefined)) {
    notes.push(
      request.outputs.some((output) => output.measured !== undefined)
        ? "No real rows were read for this report: it compares with the noisy counts that the privacy budget paid for."
        : "No real rows were compared: the report describes the generated rows by themselves.",
    );
  } else if (request.outputs.every((output) => output.holdout === undefined)) {
    notes.push("No rows were held out, so there is no reference of real rows against real rows.");
  }
  for (const { name, synthetic, sampledFrom } of request.outputs) {
    if (sampledFrom === undefined) continue;
    const [seen, all] = [synthetic.rows, sampledFrom].map((rows) => rows.toLocaleString("en"));
    notes.push(
      `${name} is judged by an even sample of ${seen} of its ${all} rows; rules about single rows were counted on all of them.`,
    );
  }
  return notes;
}
