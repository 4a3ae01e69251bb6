import type {
  GenerateCstNode,
  HeadCstNode,
  LearnHeadCstNode,
  ShowCstNode,
  SourceCstNode,
  WriterCstNode,
} from "../../grammar/cst.js";
import type { Span } from "../base/source-text.js";
import type { Name } from "../ir/expression.js";
import type {
  Block,
  ColumnNode,
  FairnessStatement,
  GenerateBlock,
  OptionNode,
  PrivacyStatement,
  ReportLine,
  RuleNode,
  SourceBlock,
} from "../ir/spec.js";
import { first, join, nameOf, namesOf, numeralOf, quotedOf, spanOf } from "./build-base.js";
import { expressionOf, sumOf } from "./build-expression.js";
import { listOf } from "./build-lines.js";
import { typeOf } from "./build-type.js";

/** What was understood of the lines between a block's braces. */
export interface Body {
  readonly columns: readonly ColumnNode[];
  readonly rules: readonly RuleNode[];
  /** Names of columns whose line was not understood. */
  readonly broken: readonly Name[];
  readonly privacy: readonly PrivacyStatement[];
  readonly fairness: readonly FairnessStatement[];
  readonly options: readonly OptionNode[];
  readonly lines: readonly ReportLine[];
}

interface Base {
  readonly span: Span;
  readonly doc?: string;
}

export function blockOf(node: HeadCstNode, body: Body, text: string, base: Base): Block {
  const parts = node.children;
  if (parts.header) {
    const { Name: name, String: title } = first(parts.header).children;
    return { kind: "header", name: nameOf(first(name)), ...titleOf(title), ...base };
  }
  if (parts.source) return sourceOf(first(parts.source), base);
  if (parts.param) {
    const { Name: name, type, expression } = first(parts.param).children;
    return {
      kind: "param",
      name: nameOf(first(name)),
      type: typeOf(first(type), text),
      value: expressionOf(first(expression)),
      ...base,
    };
  }
  if (parts.tableHead) {
    const [name, source, table] = namesOf(first(parts.tableHead).children.Name);
    const from =
      source === undefined
        ? {}
        : { source: { name: source, ...(table === undefined ? {} : { table }) } };
    const { columns, rules, broken } = body;
    const known = { columns, rules, ...(broken.length === 0 ? {} : { broken }) };
    return { kind: "table", name: name as Name, ...from, ...known, ...base };
  }
  if (parts.privacyHead) return { kind: "privacy", statements: body.privacy, ...base };
  if (parts.fairnessHead) return { kind: "fairness", statements: body.fairness, ...base };
  if (parts.learnHead) return learnOf(first(parts.learnHead), body.options, base);
  if (parts.generate) return generateOf(first(parts.generate), base);
  return smallBlockOf(node, body, base);
}

const titleOf = (title: Parameters<typeof quotedOf>[0][] | undefined) =>
  title === undefined ? {} : { title: quotedOf(first(title)) };

function smallBlockOf(node: HeadCstNode, body: Body, base: Base): Block {
  const parts = node.children;
  if (parts.writer) return writerOf(first(parts.writer), base);
  if (parts.show) return showOf(first(parts.show), base);
  if (parts.reportHead) {
    const { String: title, Name: audience, Inside } = first(parts.reportHead).children;
    return {
      kind: "report",
      ...titleOf(title),
      ...(audience === undefined ? {} : { audience: nameOf(first(audience)) }),
      inside: Inside !== undefined,
      lines: body.lines,
      ...base,
    };
  }
  const axes = first(parts.sweepHead).children.sweepAxis.map(({ children }) => ({
    param: nameOf(first(children.Name)),
    values: children.sum.map(sumOf),
  }));
  return {
    kind: "sweep",
    axes,
    lines: body.lines,
    ...base,
  };
}

function writerOf(node: WriterCstNode, base: Base): Block {
  const { Name: names, String: where, writerOption } = node.children;
  const [name, backend] = namesOf(names) as [Name, Name];
  const options = (writerOption ?? []).map((option) => option.children);
  const model = options.find((parts) => parts.Model !== undefined);
  const parallel = options.find((parts) => parts.Parallel !== undefined);
  const price = options.find((parts) => parts.Price !== undefined);
  const maySee = options.find((parts) => parts.May !== undefined);
  const [read, written] = (price?.Number ?? []).map(numeralOf);
  return {
    kind: "writer",
    name,
    backend,
    ...(where === undefined ? {} : { where: quotedOf(first(where)) }),
    ...(model === undefined ? {} : { model: quotedOf(first(model.String)) }),
    ...(parallel === undefined ? {} : { parallel: numeralOf(first(parallel.Number)) }),
    ...(read === undefined || written === undefined ? {} : { price: [read, written] }),
    ...(maySee === undefined ? {} : { maySee: listOf(maySee.names) }),
    ...base,
  };
}

function showOf(node: ShowCstNode, base: Base): Block {
  const { Number: count, names, By, Of } = node.children;
  const [what, second, third] = names.map((list) => listOf([list]));
  return {
    kind: "show",
    ...(count === undefined ? {} : { count: numeralOf(first(count)) }),
    what: what ?? [],
    by: By === undefined ? [] : (second ?? []),
    of: Of === undefined ? [] : ((By === undefined ? second : third) ?? []),
    ...base,
  };
}

function sourceOf(node: SourceCstNode, base: Base): SourceBlock {
  const { Name: names, String: where, sourceOption } = node.children;
  const [name, format, variable] = namesOf(names) as [Name, Name, Name | undefined];
  const options = (sourceOption ?? []).map((option) => option.children);
  const string = (key: "Delimiter" | "Encoding" | "Decimal") => {
    const option = options.find((parts) => parts[key] !== undefined);
    return option === undefined ? undefined : quotedOf(first(option.String));
  };
  const delimiter = string("Delimiter");
  const encoding = string("Encoding");
  const decimal = string("Decimal");
  const dates = options.filter((parts) => parts.Dates !== undefined);
  const cap = options.find((parts) => parts.Cap !== undefined);
  return {
    kind: "source",
    name,
    format,
    where: where === undefined ? (variable as Name) : quotedOf(first(where)),
    missing: options
      .filter((parts) => parts.Missing !== undefined)
      .flatMap((parts) => (parts.String ?? []).map(quotedOf)),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimal === undefined ? {} : { decimal }),
    dates: dates.flatMap((parts) => (parts.String ?? []).map(quotedOf)),
    ...(cap === undefined ? {} : { capEpsilon: numeralOf(first(cap.Number)) }),
    isPublic: options.some((parts) => parts.Public !== undefined),
    ...base,
  };
}

function learnOf(node: LearnHeadCstNode, options: readonly OptionNode[], base: Base): Block {
  const { Name: words, With, Prior, Learn } = node.children;
  const names = namesOf(words);
  const start = first(With);
  const table = (names[0]?.span.start ?? Infinity) < start.startOffset ? names.shift() : undefined;
  const prior = Prior === undefined ? undefined : names.pop();
  const unsaid = { text: "auto", span: join(spanOf(first(Learn)), spanOf(first(Learn))) };
  return {
    kind: "learn",
    ...(table === undefined ? {} : { table }),
    learner: names[0] ?? unsaid,
    ...(prior === undefined ? {} : { prior }),
    options,
    ...base,
  };
}

function generateOf(node: GenerateCstNode, base: Base): GenerateBlock {
  const { Name: words, Colon, Completed, sum, generateOption } = node.children;
  const names = namesOf(words);
  const name = Colon === undefined ? undefined : names.shift();
  const subject = names[0] as Name;
  const what =
    Completed === undefined ? { count: sumOf(first(sum)), of: subject } : { completed: subject };
  const options = (generateOption ?? []).map((option) => option.children);
  const given = options.find((parts) => parts.Given !== undefined);
  const like = options.find((parts) => parts.Like !== undefined);
  const beside = options.find((parts) => parts.Beside !== undefined);
  const seed = options.find((parts) => parts.Seed !== undefined);
  const prompt = () => ({
    prompt: quotedOf(first(like?.String)),
    ...(like?.Name === undefined ? {} : { by: nameOf(first(like.Name)) }),
  });
  return {
    kind: "generate",
    ...(name === undefined ? {} : { name }),
    ...what,
    ...(given === undefined ? {} : { given: expressionOf(first(given.expression)) }),
    ...(like === undefined ? {} : { like: prompt() }),
    ...(beside === undefined ? {} : { beside: nameOf(first(beside.Name)) }),
    ...(seed === undefined ? {} : { seed: sumOf(first(seed.sum)) }),
    ...base,
  };
}
