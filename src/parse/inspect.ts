import type { IToken } from "chevrotain";
import { scan } from "../../grammar/scan.js";
import { isA, Name, reservedTypes } from "../../grammar/tokens.js";
import type { Span } from "../base/source-text.js";
import type { Block, ColumnNode, TableBlock } from "../ir/spec.js";
import { blocksOf } from "../ir/spec.js";
import { spanOf } from "./build-base.js";
import { callSyntax, helpOfCall } from "./help-calls.js";
import { kindHelp, wordHelp } from "./help-words.js";
import { KnownNames, type LanguageFacts, some } from "./known-names.js";

/** What there is to say of a word: Markdown, the same in plain text, and where the word stands. */
export interface Inspection {
  readonly span: Span;
  readonly plain: string;
  readonly markdown: string;
  /** Where the name is declared. */
  readonly declared?: Span;
}

/** Say what the word at `offset` is; undefined where there is nothing to say. The text may be broken or cut off. */
export function inspect(
  text: string,
  offset: number,
  facts: LanguageFacts = {},
): Inspection | undefined {
  const tokens = scan(text).tokens;
  const at = tokens.findIndex((token) => {
    const { start, end } = spanOf(token);
    return start <= offset && offset <= end && isWord(token);
  });
  const token = tokens[at];
  if (token === undefined) return undefined;
  const said = describe(token, tokens, at, new KnownNames(text, offset, facts), text);
  return said && { span: spanOf(token), ...said };
}

const isWord = (token: IToken) => isA(token, Name) || reservedTypes.has(token.tokenType);

type Said = Omit<Inspection, "span">;

function saying(code: string, lines: readonly string[], declared?: Span): Said {
  const kept = lines.filter((line) => line !== "");
  return {
    plain: [code, ...kept].join("\n"),
    markdown: [`\`\`\`parable\n${code}\n\`\`\``, ...kept].join("\n\n"),
    ...(declared === undefined ? {} : { declared }),
  };
}

function describe(
  token: IToken,
  tokens: readonly IToken[],
  at: number,
  known: KnownNames,
  text: string,
): Said | undefined {
  const name = token.image;
  const called = tokens[at + 1]?.image === "(" ? helpOfCall(name) : undefined;
  if (called !== undefined)
    return saying(callSyntax(name, called), [`${called.kind}: ${called.summary}`]);
  const dotted = tokens[at - 1]?.image === "." ? tokens[at - 2]?.image : undefined;
  const table = dotted === undefined ? undefined : known.referred(dotted);
  const column =
    table?.columns.find((candidate) => candidate.name.text === name) ?? columnAt(token, known);
  const keyword = wordHelp[name];
  const starts = isFirst(tokens, at) && tokens[at + 1]?.image !== ":";
  if (keyword !== undefined && (starts || column === undefined) && !declares(token, known))
    return saying(keyword.syntax, [keyword.summary]);
  if (column !== undefined) return ofColumn(column, table ?? tableOf(column, known), known, text);
  const block = known.spec.blocks.find((candidate) => nameIn(candidate) === name);
  if (block !== undefined) return ofBlock(block, known, text);
  const frame = known.facts.frames?.find((candidate) => candidate.name === name);
  if (frame !== undefined)
    return saying(`frame ${name}`, [`a variable of the notebook with ${some(frame.headers)}`]);
  const learner = known.facts.learners?.find((candidate) => candidate.name === name);
  if (learner !== undefined)
    return saying(`learn with ${name}`, [learner.summary, optionsText(learner.options)]);
  const kind = Object.values(kindHelp).find((group) => Object.hasOwn(group, name));
  if (kind !== undefined) return saying(name, [kind[name] ?? ""]);
  const plain = helpOfCall(name);
  return plain && saying(callSyntax(name, plain), [`${plain.kind}: ${plain.summary}`]);
}

const optionsText = (options: readonly string[] | undefined) =>
  options === undefined || options.length === 0 ? "" : `options: ${options.join(", ")}`;

function isFirst(tokens: readonly IToken[], at: number): boolean {
  const before = tokens[at - 1];
  return before === undefined || before.image === "{" || before.tokenType.name === "Newline";
}

/** Does a declaration of the spec give this very token its name? */
function declares(token: IToken, known: KnownNames): boolean {
  const same = ({ start }: Span) => start === token.startOffset;
  return known.spec.blocks.some(
    (block) =>
      ("name" in block && block.name !== undefined && same(block.name.span)) ||
      (block.kind === "table" && block.columns.some((column) => same(column.name.span))),
  );
}

function columnAt(token: IToken, known: KnownNames): ColumnNode | undefined {
  const own = known.tables
    .flatMap((table) => table.columns)
    .find((column) => column.name.span.start === token.startOffset);
  return own ?? known.column(token.image);
}

const tableOf = (column: ColumnNode, known: KnownNames) =>
  known.tables.find((table) => table.columns.includes(column));

const nameIn = (block: Block) => ("name" in block ? block.name?.text : undefined);

function ofColumn(
  column: ColumnNode,
  table: TableBlock | undefined,
  known: KnownNames,
  text: string,
): Said {
  const name = column.name.text;
  const rules = (table?.rules ?? []).filter((rule) => mentions(text, rule.span, name));
  const lines = [
    column.doc ?? "",
    table === undefined ? "" : `a column of ${table.name.text}${originText(column, table)}`,
    rules.length === 0
      ? ""
      : `in ${rules.length === 1 ? "the rule" : "the rules"}: ${rules.map((rule) => oneLine(text, rule.span)).join(" · ")}`,
    privacyText(column, table, known),
    fairnessText(name, known, text),
  ];
  return saying(
    `${name}: ${known.describe({ ...column, doc: "" }).replace(/ · $/, "")}`,
    lines,
    column.name.span,
  );
}

const oneLine = (text: string, { start, end }: Span) => text.slice(start, end).replace(/\s+/g, " ");

const mentions = (text: string, span: Span, name: string) =>
  scan(text.slice(span.start, span.end)).tokens.some((token) => token.image === name);

/** Where the values come from: one of the four origins. */
function originText(column: ColumnNode, table: TableBlock): string {
  switch (column.origin?.kind) {
    case "drawn":
      return ", drawn";
    case "computed":
      return ", computed";
    case "written":
      return ", written";
    case undefined:
      return table.source === undefined ? "" : `, learned from ${table.source.name.text}`;
  }
}

function privacyText(column: ColumnNode, table: TableBlock | undefined, known: KnownNames): string {
  if (table?.source === undefined || blocksOf(known.spec, "privacy").length === 0) return "";
  const learned = "learned" in column.type && column.type.learned;
  return learned
    ? "protected; its domain is taken from the data, which is paid for out of the budget"
    : "protected; the domain written here is public";
}

function fairnessText(name: string, known: KnownNames, text: string): string {
  const roles = blocksOf(known.spec, "fairness").flatMap((block) =>
    block.statements.filter((statement) => mentions(text, statement.span, name)),
  );
  return roles.length === 0
    ? ""
    : `in fairness: ${roles.map((statement) => oneLine(text, statement.span)).join(" · ")}`;
}

function ofBlock(block: Block, known: KnownNames, text: string): Said {
  const head = oneLine(text, block.span).replace(/ ?\{.*$/, "");
  const declared = "name" in block ? block.name?.span : undefined;
  const lines = [block.doc ?? ""];
  if (block.kind === "table")
    lines.push(
      `${block.columns.length} columns: ${block.columns.map((c) => c.name.text).join(", ")}`,
    );
  if (block.kind === "source") lines.push(...known.inside(block.name.text));
  return saying(head, lines, declared);
}
