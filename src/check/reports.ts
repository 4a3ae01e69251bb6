import { here, remedy, there } from "../base/diagnose.js";
import { suggest } from "../base/suggest.js";
import type {
  Audience,
  CheckedParam,
  CheckedReport,
  CheckedShow,
  CheckedSweep,
} from "../ir/checked.js";
import type { Name } from "../ir/expression.js";
import { AUDIENCES, NEEDS_HOLDOUT, TOPICS } from "../ir/report-words.js";
import {
  blocksOf,
  type ReportBlock,
  type ReportItem,
  type ReportLine,
  type SweepBlock,
} from "../ir/spec.js";
import { constant } from "./constant.js";
import { domainText } from "./domain-text.js";
import { constantOf } from "./fold.js";
import { insideType } from "./params.js";
import { sayUnknown } from "./resolve.js";
import type { Scope } from "./scope.js";
import { shareOf } from "./share.js";

/** What else the default report depends on. */
export interface ReportFacts {
  readonly learns: boolean;
  readonly private: boolean;
  readonly fair: boolean;
  readonly rules: boolean;
}

/** The reports asked for, or the one that a spec without any gets. */
export function checkedReports(scope: Scope, facts: ReportFacts): CheckedReport[] {
  const blocks = blocksOf(scope.desk.spec, "report");
  if (blocks.length === 0) return [defaultReport(facts)];
  return blocks.map((block) => reportOf(block, scope, facts));
}

const AT_START = { start: 0, end: 0 };
const item = (text: string): ReportItem => ({ word: { text, span: AT_START }, arguments: [] });

function defaultReport(facts: ReportFacts): CheckedReport {
  const topics: CheckedReport["topics"][number][] = [];
  if (facts.learns) topics.push({ topic: "fidelity", items: [item("marginals"), item("pairs")] });
  if (facts.rules) topics.push({ topic: "rules", items: [item("all")] });
  if (facts.fair) {
    const words = facts.learns && !facts.private ? ["before", "after"] : ["after"];
    topics.push({ topic: "fairness", items: words.map(item) });
  }
  if (facts.private) topics.push({ topic: "privacy", items: [item("ledger")] });
  return { audience: "consumers", inside: false, topics };
}

function reportOf(block: ReportBlock, scope: Scope, facts: ReportFacts): CheckedReport {
  const holdout = block.lines.find(
    (line) => line.topic.text === "holdout" && line.share !== undefined,
  )?.share;
  const share = holdout === undefined ? undefined : shareOf(holdout);
  if (holdout !== undefined && share !== undefined && !(share > 0 && share < 1)) {
    scope.desk.say("P1103", { share: share * 100 }, { spans: [here(holdout.span)] });
  }
  const topics = topicsOf(block.lines, scope);
  if (share === undefined && facts.learns && (block.inside || !facts.private))
    noteHoldout(topics, scope);
  const audience = audienceOf(block.audience, scope);
  return {
    ...(block.title === undefined ? {} : { title: block.title.value }),
    audience,
    inside: block.inside,
    ...(share === undefined ? {} : { holdout: share }),
    topics,
  };
}

function noteHoldout(topics: CheckedReport["topics"], scope: Scope): void {
  for (const { topic, items } of topics) {
    const first = items.find(({ word }) => topic === "privacy" && NEEDS_HOLDOUT.has(word.text));
    if (first === undefined) continue;
    scope.desk.say(
      "P1102",
      { item: first.word.text },
      {
        spans: [here(first.word.span)],
        try: [remedy("add a line `holdout 20%` to the report")],
      },
    );
  }
}

function audienceOf(name: Name | undefined, scope: Scope): Audience {
  if (name === undefined) return "consumers";
  const known = AUDIENCES.find((audience) => audience === name.text);
  if (known === undefined) sayWord("audience", name, AUDIENCES, scope);
  return known ?? "consumers";
}

function sayWord(what: string, name: Name, known: readonly string[], scope: Scope): void {
  const suggestion = suggest(name.text, known);
  scope.desk.say(
    "P0210",
    { what, name: name.text, ...(suggestion === undefined ? {} : { suggestion }) },
    {
      spans: [here(name.span)],
      because: [`there are: ${known.join(", ")}`],
      try: suggestion === undefined ? [] : [remedy(`write ${suggestion}`, name.span, suggestion)],
    },
  );
}

function topicsOf(lines: readonly ReportLine[], scope: Scope): CheckedReport["topics"] {
  return lines.flatMap((line) => {
    const topic = line.topic.text;
    if (topic === "holdout") return [];
    const words = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
    if (words === undefined) {
      sayWord("report topic", line.topic, [...Object.keys(TOPICS), "holdout"], scope);
      return [];
    }
    const items = targetsTogether(line.items, words).flatMap(oneByOne);
    for (const { word, arguments: args } of items) {
      if (!words.includes(word.text)) sayWord(`word of \`${topic}\``, word, words, scope);
      else if (word.text === "predict") checkTarget(word, args, scope);
      else if (args[0] !== undefined) sayWord(`word of \`${topic}\``, args[0], words, scope);
    }
    return [{ topic, items }];
  });
}

/** `predict income, age`: what follows a comma and is no word of the topic is a target, too. */
function targetsTogether(
  items: readonly ReportItem[],
  words: readonly string[],
): readonly ReportItem[] {
  const together: ReportItem[] = [];
  for (const item of items) {
    const last = together.at(-1);
    if (last?.word.text !== "predict" || words.includes(item.word.text)) together.push(item);
    else {
      const targets = [...last.arguments, item.word, ...item.arguments];
      together[together.length - 1] = { word: last.word, arguments: targets };
    }
  }
  return together;
}

/** Only `predict` takes names with it; of other words each counts, with a comma between them or without. */
function oneByOne(line: ReportItem): readonly ReportItem[] {
  const { word, arguments: args } = line;
  if (word.text === "predict") return [line];
  return [word, ...args].map((each) => ({ word: each, arguments: [] }));
}

function checkTarget(word: Name, targets: readonly Name[], scope: Scope): void {
  if (targets.length === 0) {
    scope.desk.say("P1101", { problem: "no-target" }, { spans: [here(word.span)] });
  }
  const all = [...scope.tables.values()];
  for (const target of targets) {
    const owner = all.find((table) => table.columns.has(target.text));
    const column = owner?.columns.get(target.text);
    if (column === undefined) {
      sayUnknown(
        scope,
        "column",
        target,
        all.flatMap((table) => [...table.columns.keys()]),
      );
    } else if (owner?.node.source !== undefined && column.node.origin?.kind === "written") {
      scope.desk.say(
        "P1101",
        { problem: "unlearned", column: target.text },
        { spans: [here(target.span)] },
      );
    }
  }
}

const SHOWABLE: readonly string[] = [
  "correlations",
  "marginals",
  "pairs",
  "plan",
  "ledger",
  "rows",
  "rules",
  "missingness",
];

/** `show …` lines: columns and outputs looked up. */
export function checkedShows(scope: Scope, named: readonly string[]): CheckedShow[] {
  return blocksOf(scope.desk.spec, "show").map((block) => {
    const of = [...named, ...scope.tables.keys()];
    for (const name of block.of) {
      if (of.includes(name.text)) scope.desk.use("source", name.text);
      else sayUnknown(scope, "output or table", name, of);
    }
    const columns = [...scope.tables.values()].flatMap((table) => [...table.columns.keys()]);
    const what = [...columns, ...SHOWABLE];
    for (const name of block.what)
      if (!what.includes(name.text)) sayUnknown(scope, "column or plot", name, what);
    for (const name of block.by)
      if (!columns.includes(name.text)) sayUnknown(scope, "column", name, columns);
    return {
      what: block.what.map((name) => name.text),
      by: block.by.map((name) => name.text),
      of: block.of.map((name) => name.text),
      ...(block.count === undefined ? {} : { count: block.count.value }),
    };
  });
}

/** `sweep PARAM over …` blocks. */
export function checkedSweeps(params: readonly CheckedParam[], scope: Scope): CheckedSweep[] {
  return blocksOf(scope.desk.spec, "sweep").flatMap((block) => {
    const axes = block.axes.flatMap((axis) => axisOf(axis, params, scope));
    const [one, two] = block.axes;
    if (one !== undefined && two !== undefined && one.param.text === two.param.text) {
      const parameters = { what: "param", name: two.param.text, of: "this sweep" };
      scope.desk.say("P0201", parameters, {
        spans: [here(two.param.span), there(one.param.span, "already swept here")],
      });
    }
    return axes.length < block.axes.length ? [] : [{ axes, topics: topicsOf(block.lines, scope) }];
  });
}

function axisOf(
  { param, values }: SweepBlock["axes"][number],
  params: readonly CheckedParam[],
  scope: Scope,
): CheckedSweep["axes"][number][] {
  const name = param.text;
  if (!scope.params.has(name)) {
    sayUnknown(scope, "param", param, [...scope.params.keys()]);
    return [];
  }
  scope.desk.use("param", name);
  const type = params.find((each) => each.name === name)?.type;
  const known = values.flatMap((expression) => {
    const value = constant(expression, scope, "a value of a sweep");
    const found = value === undefined ? undefined : constantOf(value.formula);
    if (found === undefined) return [];
    if (type !== undefined && !insideType(found, type)) {
      const text = scope.desk.text(expression.span);
      const domain = domainText(type);
      scope.desk.say(
        "P0311",
        { param: name, value: text, domain },
        { spans: [here(expression.span)], try: [remedy(`give a value in ${domain}`)] },
      );
    }
    return [found];
  });
  return [{ param: name, values: known }];
}
