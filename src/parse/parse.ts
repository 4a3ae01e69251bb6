import type { CstNode, IToken } from "chevrotain";
import type {
  FairnessLineCstNode,
  HeadCstNode,
  LearnLineCstNode,
  PrivacyLineCstNode,
  ReportLineCstNode,
  TableLineCstNode,
} from "../../grammar/cst.js";
import { normaliseLines } from "../../grammar/lines.js";
import { scan } from "../../grammar/scan.js";
import { isA, Name, Stray, symbols } from "../../grammar/tokens.js";
import { diagnose, here } from "../base/diagnose.js";
import type { Diagnostic } from "../base/diagnostic.js";
import type { Span } from "../base/source-text.js";
import type { Name as NameNode } from "../ir/expression.js";
import type { Block, Spec } from "../ir/spec.js";
import { join, nameOf, spanOf } from "./build-base.js";
import { type Body, blockOf } from "./build-block.js";
import { fairnessLineOf, optionOf, privacyLineOf, reportLineOf } from "./build-lines.js";
import { tableLineOf } from "./build-table.js";
import { mixedSigns } from "./build-type.js";
import { Comments } from "./comments.js";
import { LineReader } from "./line-reader.js";
import { marginOf } from "./margin.js";
import { type BlockOutline, type Inside, outline } from "./outline.js";
import { braceFaults, scanFaults } from "./structure-faults.js";

export interface Parsed {
  readonly spec: Spec;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Read a spec. Never throws: what could be understood is in `spec`, everything else in `diagnostics`,
 * in the order of the text. Each line is read on its own, so a broken line loses no other.
 */
export function parse(text: string, origin: string): Parsed {
  const { tokens, comments: raw, faults } = scan(text);
  const comments = new Comments(text, tokens, raw);
  const reader = new LineReader(text, faults);
  const found = outline(
    normaliseLines(tokens.filter((token) => token.tokenType !== Stray)),
    marginOf(text, tokens),
    (line) => reader.mendHead(line),
  );
  const builder = new SpecBuilder(text, comments, reader);
  const blocks = found.blocks.flatMap((block) => builder.block(block) ?? []);
  const diagnostics = [
    ...scanFaults(faults, text),
    ...braceFaults(found, text),
    ...builder.diagnostics,
    ...reader.diagnostics,
  ];
  return {
    spec: { kind: "spec", origin, text, blocks, comments: comments.rest() },
    diagnostics: inOrder(diagnostics),
  };
}

const placeOf = (diagnostic: Diagnostic) =>
  (diagnostic.spans.find((span) => span.primary) ?? diagnostic.spans[0])?.start ?? 0;

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((left, right) => placeOf(left) - placeOf(right));
}

class SpecBuilder {
  readonly diagnostics: Diagnostic[] = [];
  private readonly text: string;
  private readonly comments: Comments;
  private readonly reader: LineReader;

  constructor(text: string, comments: Comments, reader: LineReader) {
    this.text = text;
    this.comments = comments;
    this.reader = reader;
  }

  block(block: BlockOutline): Block | undefined {
    const { head, lines, close, inside } = block;
    const first = head[0];
    if (first === undefined) return undefined;
    const doc = this.comments.docFor(first);
    const tree = this.reader.read(head, "head")[0] as HeadCstNode | undefined;
    const body = this.body(inside, lines);
    if (tree === undefined) return undefined;
    const last = close ?? lines.at(-1)?.at(-1) ?? block.open ?? (head.at(-1) as IToken);
    const span = join(spanOf(first), spanOf(last));
    return blockOf(tree, body, this.text, { span, ...doc });
  }

  private body(inside: BlockOutline["inside"], lines: BlockOutline["lines"]): Body {
    const body = emptyBody();
    for (const line of lines) {
      const doc = this.comments.docFor(line[0] as IToken);
      if (inside === "table") this.tableLine(line, doc, body);
      else if (inside !== undefined) {
        for (const tree of this.reader.read(line, `${inside}Line`))
          addLine(inside, tree, doc, body);
      }
    }
    return body;
  }

  private tableLine(line: readonly IToken[], doc: object, body: Growing) {
    const trees = this.reader.read(line, "tableLine") as readonly TableLineCstNode[];
    const column = line[0];
    const colon = line[1]?.tokenType === symbols.Colon;
    if (trees.length === 0 && column !== undefined && isA(column, Name) && colon)
      body.broken.push(nameOf(column));
    for (const tree of trees) {
      const type = tree.children.column?.[0]?.children.type?.[0];
      const mixed = type === undefined ? [] : mixedSigns(type);
      if (mixed[0] !== undefined) this.fault("P0113", {}, mixed[0]);
      const built = tableLineOf(tree, this.text, doc);
      if (built.kind === "column") body.columns.push(built);
      else if (built.kind !== "not-a-name") body.rules.push(built);
      else {
        const wrote = this.text.slice(built.span.start, built.span.end);
        this.fault("P0115", { wrote }, built.span);
      }
    }
  }

  private fault(
    ...[code, parameters, span]:
      | ["P0113", Record<never, never>, Span]
      | ["P0115", { wrote: string }, Span]
  ): void {
    this.diagnostics.push(
      code === "P0113"
        ? diagnose(code, parameters, { spans: [here(span)] })
        : diagnose(code, parameters, { spans: [here(span)] }),
    );
  }
}

type Growing = ReturnType<typeof emptyBody>;

function addLine(inside: Inside, tree: CstNode, doc: object, body: Growing): void {
  if (inside === "privacy") body.privacy.push(privacyLineOf(tree as PrivacyLineCstNode, doc));
  if (inside === "fairness") body.fairness.push(fairnessLineOf(tree as FairnessLineCstNode, doc));
  if (inside === "learn") body.options.push(optionOf(tree as LearnLineCstNode, doc));
  if (inside === "report") body.lines.push(reportLineOf(tree as ReportLineCstNode, doc));
}

function emptyBody() {
  return {
    columns: [] as Body["columns"][number][],
    rules: [] as Body["rules"][number][],
    broken: [] as NameNode[],
    privacy: [] as Body["privacy"][number][],
    fairness: [] as Body["fairness"][number][],
    options: [] as Body["options"][number][],
    lines: [] as Body["lines"][number][],
  };
}
