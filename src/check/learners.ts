import { here, remedy } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type { CheckedLearner } from "../ir/checked.js";
import { blocksOf, type LearnBlock, type OptionNode } from "../ir/spec.js";
import type { LearnerFact } from "./facts.js";
import { tableNamed } from "./privacy.js";
import { publicSources } from "./public-sources.js";
import { columnNames } from "./rules.js";
import type { Scope, TableEntry } from "./scope.js";
import { shareOf } from "./share.js";

/** The learners that the language names; which of them a build has, its registry tells. */
const LEARNER_NAMES: readonly string[] = [
  "auto",
  "independent",
  "interpolation",
  "copula",
  "trees",
  "forest",
  "swift",
  "aim",
  "mst",
  "language",
];

/** `learn [TABLE] with NAME { … }`. */
export function checkedLearners(
  scope: Scope,
  facts: readonly LearnerFact[] | undefined,
  isPrivate: boolean,
): CheckedLearner[] {
  const known = facts?.map((fact) => fact.name) ?? LEARNER_NAMES;
  return blocksOf(scope.desk.spec, "learn").map((block) => {
    const name = block.learner.text;
    const table = block.table === undefined ? undefined : tableNamed(block.table, scope);
    if (!known.includes(name)) sayLearner(block, known, scope);
    const fact = facts?.find((f) => f.name === name);
    const spends = isPrivate && !isOfPublic(table, scope);
    if (spends && fact !== undefined && !fact.private) sayNotPrivate(block, facts ?? [], scope);
    if (!spends && fact?.countsOnly === true) {
      scope.desk.say("P0919", { learner: name }, { spans: [here(block.learner.span)] });
    }
    return {
      ...(table === undefined ? {} : { table: table.name }),
      name,
      ...(block.prior === undefined ? {} : { prior: block.prior.text }),
      options: optionsOf(block, table, scope),
    };
  });
}

/** Whether a table is read from a public source: what learns it may look at its rows. */
function isOfPublic(table: TableEntry | undefined, { desk }: Scope): boolean {
  const from = table?.node.source?.name.text;
  return from !== undefined && publicSources(desk.spec).has(from);
}

function sayLearner(block: LearnBlock, known: readonly string[], scope: Scope): void {
  const name = block.learner.text;
  const suggestion = suggest(name, known);
  scope.desk.say(
    "P0210",
    { what: "learner", name, ...(suggestion === undefined ? {} : { suggestion }) },
    {
      spans: [here(block.learner.span)],
      because: [`the learners are: ${known.join(", ")}`],
      try:
        suggestion === undefined
          ? []
          : [remedy(`write ${suggestion}`, block.learner.span, suggestion)],
    },
  );
}

function sayNotPrivate(block: LearnBlock, facts: readonly LearnerFact[], scope: Scope): void {
  const better =
    facts.find((fact) => fact.private && fact.name === "aim") ?? facts.find((fact) => fact.private);
  const name = better?.name ?? "auto";
  scope.desk.say(
    "P0903",
    { learner: block.learner.text, better: name },
    {
      spans: [here(block.learner.span)],
      because: ["it looks at the rows themselves, and this spec protects them"],
      try: [remedy(`write ${name}`, block.learner.span, name)],
    },
  );
}

function optionsOf(
  block: LearnBlock,
  table: TableEntry | undefined,
  scope: Scope,
): CheckedLearner["options"] {
  const options: Record<string, readonly (string | number)[]> = {};
  for (const option of block.options) {
    if (option.name.text === "relate") checkRelated(option, table, scope);
    const earlier = option.name.text === "relate" ? (options["relate"] ?? []) : [];
    const separator = earlier.length > 0 ? ["|"] : [];
    options[option.name.text] = [...earlier, ...separator, ...option.operands.map(operandValue)];
  }
  return options;
}

function operandValue(operand: OptionNode["operands"][number]): string | number {
  if (operand.kind === "number") return shareOf(operand.number);
  return operand.kind === "word" ? operand.name.text : operand.string.value;
}

function checkRelated(option: OptionNode, table: TableEntry | undefined, scope: Scope): void {
  const words = option.operands.flatMap((operand) =>
    operand.kind === "word" ? [operand.name] : [],
  );
  const tables = table === undefined ? [...scope.tables.values()] : [table];
  const owner = tables.find((t) => words.some((word) => t.columns.has(word.text))) ?? tables[0];
  if (owner !== undefined) columnNames(words, owner, scope);
}
