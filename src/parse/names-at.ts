import type { IToken, TokenType } from "chevrotain";
import { Name, symbols, UnitWord, words } from "../../grammar/tokens.js";
import { quote } from "../ir/quote.js";
import { TOPICS } from "../ir/report-words.js";
import { blocksOf } from "../ir/spec.js";
import type { CompletionItem } from "./completion.js";
import type { Cursor } from "./cursor.js";
import { callHelp, callSyntax } from "./help-calls.js";
import { currencies, kindHelp, unitWords } from "./help-words.js";
import { type KnownNames, some } from "./known-names.js";

type Items = readonly CompletionItem[];

/** Names that make sense where the grammar wants one. */
export function namesAt(
  cursor: Cursor,
  known: KnownNames,
  expected: ReadonlySet<TokenType>,
): Items {
  const last = cursor.before.at(-1);
  switch (cursor.rule) {
    case "tableLine":
      return inTable(cursor, known, expected, last);
    case "privacyLine":
      return inPrivacy(cursor, known, last);
    case "fairnessLine":
      return inFairness(cursor, known);
    case "learnLine":
      return cursor.before.length === 0 ? options(cursor, known) : columns(known);
    case "reportLine":
      return inReport(cursor, known, last);
    case "head":
      return inHead(cursor, known, last);
  }
}

const listed = (
  group: Readonly<Record<string, string>>,
  kind: CompletionItem["kind"] = "word",
): Items => Object.entries(group).map(([text, detail]) => ({ text, kind, detail }));

const plain = (texts: readonly string[], kind: CompletionItem["kind"]): Items =>
  texts.map((text) => ({ text, kind }));

function columns(known: KnownNames, of = known.columns()): Items {
  return of.map((column) => ({
    text: column.name.text,
    kind: "column",
    detail: known.describe(column),
  }));
}

function declared(known: KnownNames, kind: "table" | "source" | "param" | "writer"): Items {
  return blocksOf(known.spec, kind).map((block) => ({
    text: block.name.text,
    kind,
    ...(block.doc === undefined ? {} : { detail: block.doc }),
  }));
}

function outputs(known: KnownNames): Items {
  return blocksOf(known.spec, "generate").flatMap(({ name }) =>
    name === undefined ? [] : [{ text: name.text, kind: "output" as const }],
  );
}

function calls(...kinds: readonly (keyof typeof callHelp)[]): Items {
  return kinds.flatMap((kind) =>
    Object.entries(callHelp[kind]).map(([name, help]) => ({
      text: name,
      kind: "function" as const,
      detail: `${callSyntax(name, help)}: ${help.summary}`,
    })),
  );
}

function inTable(
  cursor: Cursor,
  known: KnownNames,
  expected: ReadonlySet<TokenType>,
  last: IToken | undefined,
): Items {
  if (last === undefined) return newColumns(known);
  const type = cursor.before[2]?.tokenType;
  switch (last.tokenType) {
    case words.Ref:
      return declared(known, "table");
    case words.Per:
      return plain(
        cursor.before.slice(3, 4).map((token) => token.image),
        "table",
      );
    case words.By:
      return declared(known, "writer");
    case symbols.Dot:
      return columns(known, known.referred(cursor.before.at(-2)?.image ?? "")?.columns ?? []);
    case symbols.Tilde:
      return calls("distribution");
    case words.Money:
      return plain(currencies, "unit");
    case words.Each:
      return columns(known).filter((item) => known.referred(item.text) !== undefined);
  }
  if (!expected.has(Name)) return expected.has(UnitWord) ? plain(unitWords, "unit") : [];
  const head = cursor.before[0]?.tokenType;
  const range =
    type !== undefined && cursor.before.length < 6 && !said(cursor, symbols.Define, symbols.Tilde);
  if (cursor.before[1]?.tokenType === symbols.Colon && range)
    return [
      ...declared(known, "param"),
      ...(expected.has(UnitWord) ? plain(unitWords, "unit") : []),
    ];
  if (head === words.Unique || head === words.Correlate) return columns(known);
  const inner = said(cursor, symbols.Tilde) ? calls("distribution", "function") : calls("function");
  const statistic = head === words.Expect ? calls("statistic") : [];
  return [...columns(known), ...statistic, ...inner, ...declared(known, "param")];
}

const said = (cursor: Cursor, ...types: readonly TokenType[]) =>
  cursor.before.some((token) => types.includes(token.tokenType));

/** Headers of the source that have no column yet, with their types where the source is public. */
function newColumns(known: KnownNames): Items {
  return known.freeHeaders().map((header) => {
    const simple = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(header);
    const name = simple ? header : header.replace(/[^\p{L}\p{N}_]+/gu, "_");
    const type = known.typeUnder(header);
    const from = simple || type === undefined ? "" : ` from ${quote(header)}`;
    return {
      text: `${name}: ${type ?? ""}${from}`,
      kind: "header",
      detail: about(header, simple, type),
    };
  });
}

function about(header: string, simple: boolean, type: string | undefined): string {
  if (type !== undefined) return "a column of the file, as its values are";
  return simple
    ? "a column of the file"
    : `"${header}" of the file: end the line with from "${header}"`;
}

function inPrivacy(cursor: Cursor, known: KnownNames, last: IToken | undefined): Items {
  const head = cursor.before[0]?.tokenType;
  if (last === undefined) return [];
  if (head === words.Spend) return [...listed(kindHelp.share), ...declared(known, "table")];
  if (head === words.Partition) return columns(known);
  if (head === words.Budget) return declared(known, "param");
  if (head === words.Protect && last.tokenType === words.Each)
    return [...refNames(known), ...declared(known, "table")];
  return declared(known, "table");
}

function refNames(known: KnownNames): Items {
  const refs = known.tables.flatMap((table) => table.columns).filter((c) => c.type.kind === "ref");
  return columns(known, refs);
}

function inFairness(cursor: Cursor, known: KnownNames): Items {
  const [head, second] = cursor.before;
  if (head?.tokenType === words.Require && second === undefined) return listed(kindHelp.metric);
  if (head?.tokenType === words.Require && !said(cursor, words.Given))
    return declared(known, "param");
  if (head?.tokenType === words.Keep && second === undefined)
    return [...columns(known), ...listed(kindHelp.kept)];
  return columns(known);
}

/** The options of the learner that the block's head names. */
function options(cursor: Cursor, known: KnownNames): Items {
  const learner = (known.facts.learners ?? []).find(({ name }) =>
    cursor.head.some((token) => token.image === name),
  );
  const all = (known.facts.learners ?? []).flatMap((each) => each.options ?? []);
  return plain([...new Set(learner?.options ?? all)], "option");
}

function inReport(cursor: Cursor, known: KnownNames, last: IToken | undefined): Items {
  if (last === undefined) return listed(kindHelp.topic);
  if (last.image === "predict") return columns(known);
  const topic = cursor.before[0]?.image ?? "";
  const items = Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined;
  return listed(kindHelp.item).filter((item) => items?.includes(item.text) ?? true);
}

function inHead(cursor: Cursor, known: KnownNames, last: IToken | undefined): Items {
  const head = cursor.before[0]?.tokenType;
  if (last === undefined) return [];
  switch (head) {
    case words.Source:
      if (last.tokenType === symbols.Equal) return listed(kindHelp.format);
      return last.image === "frame" ? frames(known) : [];
    case words.Writer:
      if (said(cursor, words.See)) return columns(known);
      return last.tokenType === symbols.Equal ? listed(kindHelp.backend) : [];
    case words.Table:
      return last.tokenType === words.From ? declared(known, "source") : [];
    case words.Learn:
      return inLearn(known, last);
    case words.Report:
      return last.tokenType === words.For ? listed(kindHelp.audience) : [];
    case words.Sweep:
      return last === cursor.before[0] || last.tokenType === words.And
        ? declared(known, "param")
        : [];
    case words.Generate:
      return inGenerate(cursor, known, last);
    case words.Show:
      return inShow(cursor, known);
    case words.Param:
      return plain(unitWords, "unit");
    default:
      return [];
  }
}

function frames(known: KnownNames): Items {
  return (known.facts.frames ?? []).map(({ name, headers }) => ({
    text: name,
    kind: "source",
    detail: `a variable with ${some(headers)}`,
  }));
}

function inLearn(known: KnownNames, last: IToken): Items {
  if (last.tokenType === words.Learn) return declared(known, "table");
  if (last.tokenType === words.Prior) return declared(known, "writer");
  return (known.facts.learners ?? []).map(({ name, summary }) => ({
    text: name,
    kind: "learner",
    detail: summary,
  }));
}

function inGenerate(cursor: Cursor, known: KnownNames, last: IToken): Items {
  if (last.tokenType === words.By) return declared(known, "writer");
  if (last.tokenType === words.Beside) return declared(known, "source");
  if (said(cursor, words.Given) && !said(cursor, words.Seed))
    return [...columns(known), ...calls("function")];
  if (last.tokenType === words.Seed) return declared(known, "param");
  const counted = last.tokenType !== words.Generate && last.tokenType !== symbols.Colon;
  if (counted && !said(cursor, words.Seed)) {
    const rows = { text: "rows", kind: "word", detail: "rows of the only table" } as const;
    return [...(known.tables.length === 1 ? [rows] : []), ...declared(known, "table"), rows];
  }
  return [...declared(known, "param"), ...declared(known, "source")];
}

function inShow(cursor: Cursor, known: KnownNames): Items {
  if (said(cursor, words.Of))
    return [...outputs(known), ...declared(known, "table"), ...declared(known, "source")];
  return said(cursor, words.By) ? columns(known) : [...columns(known), ...listed(kindHelp.plot)];
}
