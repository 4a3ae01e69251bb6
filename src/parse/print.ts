import { hasErrors } from "../base/diagnostic.js";
import type { Block, ColumnNode, Comment, Spec } from "../ir/spec.js";
import { arrange, type Item } from "./arrange.js";
import { parse } from "./parse.js";
import {
  fairnessHalves,
  type Halves,
  headText,
  optionHalves,
  privacyHalves,
  reportHalves,
} from "./print-block.js";
import { ExpressionPrinter } from "./print-expression.js";
import { printColumnType, printRule, texts, wrapChoice } from "./print-table.js";

const widest = 100;

/**
 * A spec in its canonical form: names, types and headers set in columns, one space elsewhere, at most
 * one blank line where the author had some, comments and docs in their places. Printing what was
 * parsed from the result gives the same text again.
 */
export function print(spec: Spec): string {
  return new Printer(spec).whole();
}

/** The canonical form of a text; a text with errors comes back as it is, so nothing is lost. */
export function format(text: string): string {
  const { spec, diagnostics } = parse(text, "");
  return hasErrors(diagnostics) ? text : print(spec);
}

interface Statement extends Item {
  readonly node: { readonly span: Item["span"]; readonly doc?: string };
}

class Printer {
  private readonly spec: Spec;
  private readonly printer: ExpressionPrinter;

  constructor(spec: Spec) {
    this.spec = spec;
    this.printer = new ExpressionPrinter(spec.text);
  }

  whole(): string {
    const { spec } = this;
    const outside = spec.comments.filter(
      ({ span }) => !spec.blocks.some((b) => b.span.start <= span.start && span.end <= b.span.end),
    );
    const heads = alignHeads(spec, this.printer);
    const items = spec.blocks.map((block, index) => ({
      span: block.span,
      ...docOf(block),
      text: this.block(block, heads[index] as string),
    }));
    const text = arrange(items, outside, spec.text, "");
    return text === "" ? "" : `${text}\n`;
  }

  private block(block: Block, head: string): string {
    const statements = this.statements(block);
    if (statements === undefined) return head;
    const { text } = this.spec;
    const inside = this.commentsOf(block);
    const oneLine = !/[\r\n]/.test(text.slice(block.span.start, block.span.end)) && text !== "";
    const flat = statements.map((item) => item.flat ?? item.text).join(", ");
    const short = `${head} {${flat === "" ? "" : ` ${flat} `}}`;
    const plain = statements.every((item) => item.doc === undefined && !item.text.includes("\n"));
    if (oneLine && plain && inside.length === 0 && short.length <= widest) return short;
    const opening = inside.filter(
      ({ span }) => !/[\r\n]/.test(text.slice(block.span.start, span.start)),
    );
    const rest = inside.filter((comment) => !opening.includes(comment));
    const lead = opening.map((comment) => `  ${comment.text}`).join("");
    const body = arrange(statements, rest, text, "  ");
    return `${head} {${lead}\n${body === "" ? "" : `${body}\n`}}`;
  }

  private commentsOf(block: Block): Comment[] {
    return this.spec.comments.filter(
      ({ span }) => block.span.start <= span.start && span.end <= block.span.end,
    );
  }

  /** The statements between a block's braces, or undefined where it has none. */
  private statements(block: Block): Item[] | undefined {
    const { printer } = this;
    switch (block.kind) {
      case "table":
        return this.tableItems(block);
      case "privacy":
        return inColumns(block.statements, (node) => privacyHalves(node, printer));
      case "fairness":
        return inColumns(block.statements, (node) => fairnessHalves(node, printer));
      case "learn":
        return block.options.length === 0
          ? undefined
          : inColumns(block.options, (node) => optionHalves(node, printer));
      case "report":
      case "sweep":
        return inColumns(block.lines, (node) => reportHalves(node, printer));
      default:
        return undefined;
    }
  }

  private tableItems(block: Extract<Block, { kind: "table" }>): Item[] {
    const nodes = [...block.columns, ...block.rules].sort(
      (left, right) => left.span.start - right.span.start,
    );
    const runs: (typeof nodes)[] = [];
    let before: (typeof nodes)[number] | undefined;
    for (const node of nodes) {
      const joined =
        before?.kind === "column" &&
        node.kind === "column" &&
        !hasBlank(this.spec.text.slice(before.span.end, node.span.start));
      if (joined) runs.at(-1)?.push(node);
      else runs.push([node]);
      before = node;
    }
    return runs.flatMap((run) => {
      const columns = run.filter((node): node is ColumnNode => node.kind === "column");
      if (columns.length > 0) return this.columnRun(columns);
      return run.map((node) => ({
        span: node.span,
        ...docOf(node),
        text: node.kind === "column" ? "" : printRule(node, this.printer),
      }));
    });
  }

  private columnRun(columns: readonly ColumnNode[]): Item[] {
    const { printer } = this;
    const margin = Math.max(...columns.map(({ name }) => name.text.length)) + 2;
    const types = columns.map((column) => printColumnType(column, printer));
    const widths = columns.flatMap((column, index) => {
      const { length } = types[index] as string;
      return column.headers.length > 0 && length <= 40 ? [length] : [];
    });
    const width = Math.max(0, ...widths);
    return columns.map((column, index) => {
      const room = widest - 2 - margin;
      const type = wrapChoice(column, printer, margin, room);
      const padded = (types[index] as string).length <= 40 ? type.padEnd(width) : type;
      const headers =
        column.headers.length === 0 ? type : `${padded}  from ${texts(column.headers)}`;
      const guessed = column.guessed === undefined ? "" : " guessed";
      const text = `${`${column.name.text}:`.padEnd(margin)}${headers}${guessed}`;
      return { span: column.span, ...docOf(column), text };
    });
  }
}

const docOf = (node: { readonly doc?: string }) =>
  node.doc === undefined ? {} : { doc: node.doc };

function hasBlank(text: string): boolean {
  return /\n[^\S\n]*\r?\n/.test(text);
}

/** Words of up to nine letters are padded to one width, so that what follows them is aligned. */
function inColumns<Node extends Statement["node"]>(
  nodes: readonly Node[],
  halvesOf: (node: Node) => Halves,
): Item[] {
  const halves = nodes.map(halvesOf);
  const short = halves.flatMap(({ word }) => (word.length <= 8 ? [word.length] : []));
  const width = Math.max(0, ...short);
  return nodes.map((node, index) => {
    const { word, rest } = halves[index] as Halves;
    const text = `${word.padEnd(width)} ${rest}`;
    return { span: node.span, ...docOf(node), text, flat: `${word} ${rest}` };
  });
}

/** Heads of sources, params and writers, and of outputs, that follow one another are set in columns. */
function alignHeads(spec: Spec, printer: ExpressionPrinter): string[] {
  const { blocks, text } = spec;
  const halves = blocks.map((block) => headText(block, printer));
  const group = (block: Block) =>
    block.kind === "generate"
      ? "generate"
      : ["source", "param", "writer"].includes(block.kind)
        ? "names"
        : "";
  let run: number[] = [];
  const heads: string[] = [];
  const settle = () => {
    const words = Math.max(0, ...run.map((at) => (halves[at] as Halves).word.length));
    for (const at of run) {
      const { word, name, rest } = halves[at] as ReturnType<typeof headText>;
      const alike = run.filter((other) => blocks[other]?.kind === blocks[at]?.kind);
      const names = Math.max(0, ...alike.map((other) => halves[other]?.name?.length ?? 0));
      const parts = [word.padEnd(words), ...(name === undefined ? [] : [name.padEnd(names)]), rest];
      heads[at] = parts.filter((part) => part !== "").join(" ");
    }
    run = [];
  };
  for (const [at, block] of blocks.entries()) {
    const before = blocks[at - 1];
    const joined =
      before !== undefined &&
      group(block) !== "" &&
      group(before) === group(block) &&
      !hasBlank(text.slice(before.span.end, block.span.start));
    if (!joined) settle();
    run.push(at);
  }
  settle();
  return heads;
}
