import { quote } from "../ir/quote.js";
import type {
  Block,
  FairnessStatement,
  GenerateBlock,
  LearnBlock,
  OptionNode,
  PrivacyStatement,
  ReportLine,
  SourceBlock,
  WriterBlock,
} from "../ir/spec.js";
import type { ExpressionPrinter } from "./print-expression.js";
import { list, printType, texts } from "./print-table.js";

/** A statement in two halves, so that those of a block can be set in columns. */
export interface Halves {
  readonly word: string;
  readonly rest: string;
}

export function privacyHalves(statement: PrivacyStatement, printer: ExpressionPrinter): Halves {
  switch (statement.kind) {
    case "protect": {
      const { unit, atMost } = statement;
      const what = unit.kind === "row" ? `each row of ${unit.of.text}` : `each ${unit.of.text}`;
      const counts = atMost.map(({ count, table }) => `${printer.number(count)} ${table.text}`);
      const limit = counts.length === 0 ? "" : `, at most ${counts.join(", ")}`;
      return { word: "protect", rest: what + limit };
    }
    case "budget": {
      const delta = statement.delta && `, delta ${printer.print(statement.delta, 5)}`;
      return {
        word: "budget",
        rest: `epsilon ${printer.print(statement.epsilon, 5)}${delta ?? ""}`,
      };
    }
    case "spend": {
      const shares = statement.shares.map(
        ({ share, on }) => `${printer.number(share)} on ${on.text}`,
      );
      return { word: "spend", rest: shares.join(", ") };
    }
    case "forbid-copies":
      return { word: "forbid", rest: `exact copies of ${list(statement.tables)}` };
    case "partition":
      return { word: "partition", rest: `by ${statement.by.text}` };
  }
}

export function fairnessHalves(statement: FairnessStatement, printer: ExpressionPrinter): Halves {
  switch (statement.kind) {
    case "across":
    case "keep":
      return { word: statement.kind, rest: list(statement.columns) };
    case "keep-relation":
      return { word: "keep", rest: `relation ${printer.number(statement.share)}` };
    case "outcome":
      return { word: "outcome", rest: printer.print(statement.condition) };
    case "goal": {
      const given = statement.given.length === 0 ? "" : ` given ${list(statement.given)}`;
      const bound = printer.print(statement.bound, 5);
      return {
        word: "require",
        rest: `${statement.metric.text}${given} ${statement.comparison} ${bound}`,
      };
    }
    case "rebalance": {
      const shares = statement.shares.map(
        ({ value, share }) => `${printer.number(share)} ${quote(value.value)}`,
      );
      return { word: "rebalance", rest: `${statement.column.text} to ${shares.join(", ")}` };
    }
    case "forbid-edge": {
      const through =
        statement.through.length === 0 ? "" : ` except through ${list(statement.through)}`;
      return { word: "forbid", rest: `${statement.from.text} -> ${statement.to.text}${through}` };
    }
  }
}

export function optionHalves(option: OptionNode, printer: ExpressionPrinter): Halves {
  let rest = option.atMost === true ? "<= " : "";
  let before: string | undefined;
  for (const operand of option.operands) {
    if (before !== undefined) rest += operand.kind === before ? ", " : " ";
    before = operand.kind;
    if (operand.kind === "word") rest += operand.name.text;
    else if (operand.kind === "string") rest += quote(operand.string.value);
    else {
      const { number } = operand;
      const size = printer.number({ ...number, value: Math.abs(number.value) });
      rest += number.value < 0 ? `-${size}` : size;
    }
  }
  return { word: option.name.text, rest };
}

export function reportHalves(line: ReportLine, printer: ExpressionPrinter): Halves {
  const items = line.items.map((item) =>
    [item.word, ...item.arguments].map((n) => n.text).join(" "),
  );
  const share = line.share === undefined ? [] : [printer.number(line.share)];
  return { word: line.topic.text, rest: [...items, ...share].join(", ") };
}

/** The first line of a block without its brace, or a block of one line; `width` pads its name. */
export function headText(
  block: Block,
  printer: ExpressionPrinter,
): Halves & { readonly name?: string } {
  switch (block.kind) {
    case "header":
      return { word: "spec", rest: block.name.text + quotedAfter(block.title) };
    case "source":
      return { word: "source", name: block.name.text, rest: sourceText(block, printer) };
    case "param": {
      const value = printer.print(block.value);
      return {
        word: "param",
        rest: `${block.name.text}: ${printType(block.type, printer)} = ${value}`,
      };
    }
    case "table": {
      const { name, table } = block.source ?? {};
      const from =
        name === undefined ? "" : ` from ${[name, table].flatMap((n) => n?.text ?? []).join(".")}`;
      return { word: "table", rest: block.name.text + from };
    }
    case "privacy":
    case "fairness":
      return { word: block.kind, rest: "" };
    case "learn":
      return { word: "learn", rest: learnText(block) };
    case "writer":
      return { word: "writer", name: block.name.text, rest: writerText(block, printer) };
    case "generate":
      return generateText(block, printer);
    case "report": {
      const audience = block.audience === undefined ? "" : ` for ${block.audience.text}`;
      const rest = `${quotedAfter(block.title)}${audience}${block.inside ? " inside" : ""}`;
      return { word: "report", rest: rest.trimStart() };
    }
    case "show": {
      const count = block.count === undefined ? "" : `${printer.number(block.count)} `;
      const by = block.by.length === 0 ? "" : ` by ${list(block.by)}`;
      const of = block.of.length === 0 ? "" : ` of ${list(block.of)}`;
      return { word: "show", rest: `${count}${list(block.what)}${by}${of}` };
    }
    case "sweep": {
      const axes = block.axes.map(({ param, values }) => {
        const printed = values.map((value) => printer.print(value, 5)).join(", ");
        return `${param.text} over ${printed}`;
      });
      return { word: "sweep", rest: axes.join(" and ") };
    }
  }
}

const quotedAfter = (quoted: { readonly value: string } | undefined) =>
  quoted === undefined ? "" : ` ${quote(quoted.value)}`;

function sourceText(block: SourceBlock, printer: ExpressionPrinter): string {
  const where = "text" in block.where ? block.where.text : quote(block.where.value);
  const parts = [`= ${block.format.text} ${where}`];
  if (block.missing.length > 0) parts.push(`missing ${texts(block.missing)}`);
  if (block.delimiter !== undefined) parts.push(`delimiter ${quote(block.delimiter.value)}`);
  if (block.encoding !== undefined) parts.push(`encoding ${quote(block.encoding.value)}`);
  if (block.decimal !== undefined) parts.push(`decimal ${quote(block.decimal.value)}`);
  if (block.dates.length > 0) parts.push(`dates ${texts(block.dates)}`);
  if (block.capEpsilon !== undefined) parts.push(`cap epsilon ${printer.number(block.capEpsilon)}`);
  if (block.isPublic) parts.push("public");
  return parts.join(" ");
}

function writerText(block: WriterBlock, printer: ExpressionPrinter): string {
  const parts = [`= ${block.backend.text}${quotedAfter(block.where)}`];
  if (block.model !== undefined) parts.push(`model ${quote(block.model.value)}`);
  if (block.parallel !== undefined) parts.push(`parallel ${printer.number(block.parallel)}`);
  if (block.price !== undefined) {
    parts.push(`price ${block.price.map((amount) => printer.number(amount)).join(", ")}`);
  }
  if (block.maySee !== undefined) parts.push(`may see ${list(block.maySee)}`);
  return parts.join(" ");
}

function learnText(block: LearnBlock): string {
  const table = block.table === undefined ? "" : `${block.table.text} `;
  const prior = block.prior === undefined ? "" : ` with prior ${block.prior.text}`;
  return `${table}with ${block.learner.text}${prior}`;
}

function generateText(
  block: GenerateBlock,
  printer: ExpressionPrinter,
): Halves & { name?: string } {
  const parts: string[] = [];
  if (block.completed !== undefined) parts.push(`${block.completed.text} completed`);
  if (block.count !== undefined)
    parts.push(`${printer.print(block.count, 5)} ${block.of?.text ?? "rows"}`);
  if (block.given !== undefined) parts.push(`given ${printer.print(block.given)}`);
  if (block.like !== undefined) {
    parts.push(`like ${quote(block.like.prompt.value)}`);
    if (block.like.by !== undefined) parts.push(`by ${block.like.by.text}`);
  }
  if (block.beside !== undefined) parts.push(`beside ${block.beside.text}`);
  if (block.seed !== undefined) parts.push(`seed ${printer.print(block.seed, 5)}`);
  const name = block.name === undefined ? {} : { name: `${block.name.text}:` };
  return { word: "generate", rest: parts.join(" "), ...name };
}
