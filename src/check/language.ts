import { here } from "../base/diagnose.js";
import type { CheckedSpec } from "../ir/checked.js";
import { protectedTables } from "../ir/protected.js";
import { blocksOf, type LearnBlock, type OptionNode, type Spec } from "../ir/spec.js";
import type { Scope } from "./scope.js";
import { shareOf } from "./share.js";

/** Whether a table is learned with `language`, the one learner that learns texts. */
export function learnsText(spec: Spec, table: string): boolean {
  const blocks = blocksOf(spec, "learn");
  const own = blocks.find((block) => block.table?.text === table);
  const block = own ?? blocks.find((each) => each.table === undefined);
  return block?.learner.text === "language";
}

/** What an option takes: the least number, or words. */
interface Takes {
  readonly says: string;
  readonly whole?: boolean;
  readonly least?: number;
  readonly most?: number;
  readonly words?: readonly string[];
}

const whole = (says: string): Takes => ({ says, whole: true, least: 1 });

const OPTIONS: Readonly<Record<string, Takes>> = {
  epochs: whole("a whole number from 1 up"),
  batch: whole("a whole number of rows from 1 up"),
  width: whole("a whole number from 1 up"),
  layers: whole("a whole number from 1 up"),
  heads: whole("a whole number from 1 up"),
  bins: { says: "a whole number from 2 up", whole: true, least: 2 },
  patience: { says: "a whole number of epochs, or 0 for never", whole: true, least: 0 },
  dropout: { says: "a share from 0 to 0.9", least: 0, most: 0.9 },
  clip: { says: "a norm above 0", least: 1e-6 },
  rate: {
    says: "a number above 0, and `cosine` or `constant`",
    least: 1e-9,
    words: ["cosine", "constant"],
  },
  noise: { says: "`auto`, or a number above 0", least: 1e-6, words: ["auto"] },
  counts: { says: "a share from 0 to 90% of what the model may spend", least: 0, most: 0.9 },
};

/** Options that say how a budget is spent. */
const ofBudget: ReadonlySet<string> = new Set(["noise", "counts"]);

/** Options of `learn with language`: P0930, P0931; and what it can't do under a budget: P0932. */
export function checkLanguage(spec: CheckedSpec, scope: Scope): void {
  const blocks = blocksOf(spec.spec, "learn").filter(({ learner }) => learner.text === "language");
  for (const block of blocks) {
    for (const option of block.options) checkOption(option, spec, scope);
  }
  const [first] = blocks;
  if (first !== undefined && spec.privacy !== undefined) checkPromise(first, spec, scope);
}

function checkOption(option: OptionNode, spec: CheckedSpec, scope: Scope): void {
  const name = option.name.text;
  if (name === "base") {
    checkBase(option, spec, scope);
    return;
  }
  const takes = OPTIONS[name];
  const known = [...Object.keys(OPTIONS), "base"];
  const bad = takes === undefined || !option.operands.every((one) => isTaken(one, takes));
  if (bad || option.operands.length === 0) {
    const says = takes?.says;
    scope.desk.say(
      "P0930",
      { option: name, ...(says === undefined ? { known } : { takes: says }) },
      { spans: [here(option.span)] },
    );
  } else if (ofBudget.has(name) && spec.privacy === undefined) {
    scope.desk.say("P0933", { option: name }, { spans: [here(option.span)] });
  }
}

function isTaken(operand: OptionNode["operands"][number], takes: Takes): boolean {
  if (operand.kind === "word") return takes.words?.includes(operand.name.text) === true;
  if (operand.kind !== "number") return false;
  const meant = shareOf(operand.number);
  if (takes.whole === true && !Number.isInteger(meant)) return false;
  return meant >= (takes.least ?? 0) && meant <= (takes.most ?? Number.POSITIVE_INFINITY);
}

/** `base` names a source to train on first; under a budget one that is declared public. */
function checkBase(option: OptionNode, spec: CheckedSpec, scope: Scope): void {
  const [operand] = option.operands;
  const name = operand?.kind === "word" ? operand.name.text : "";
  const source = spec.sources.find((each) => each.name === name);
  if (source !== undefined) scope.desk.use("source", name);
  const isOpen = source?.isPublic === true || spec.privacy === undefined;
  if (source !== undefined && isOpen) return;
  const known = spec.sources.map((each) => each.name);
  const problem = source === undefined ? "unknown" : "protected";
  scope.desk.say("P0931", { name, problem, known }, { spans: [here(option.span)] });
}

/** Under a budget its tables share it by ε and δ: all are learned so. */
function checkPromise(block: LearnBlock, spec: CheckedSpec, scope: Scope): void {
  const learned = protectedTables(spec);
  if (learned.length < 2) return;
  const tables = learned.map(({ name }) => name).filter((name) => !learnsText(spec.spec, name));
  if (tables.length > 0) scope.desk.say("P0932", { tables }, { spans: [here(block.learner.span)] });
}
