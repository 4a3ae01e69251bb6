import { namesIn, roughTokens } from "../base/prompt.js";
import type { CheckedOutput, CheckedSpec, CheckedTable, CheckedWriter } from "../ir/checked.js";
import type { PlanStep } from "../ir/plan.js";

/** Tokens that a question has beside its prompt: what is asked for in words, and the answer's frame. */
const AROUND = 110;
/** Tokens of an answer: a value, a text, and one field of a row. */
const VALUE = 10;
const TEXT = 35;
const FIELD = 12;

/** The steps in which writers write the columns of so many rows (0: not known), with the most that they will be asked. */
export function writingSteps(
  checked: CheckedSpec,
  output: CheckedOutput,
  table: CheckedTable | undefined,
  rows = output.rows,
): PlanStep[] {
  return (table?.columns ?? []).flatMap(({ name, type, origin }): PlanStep[] => {
    if (origin.kind !== "written") return [];
    const writer = checked.writers.find((each) => each.name === origin.writer);
    const read = AROUND + roughTokens(origin.prompt);
    const written = type.kind === "text" ? TEXT : VALUE;
    const sees = namesIn(origin.prompt);
    const asked = type.kind === "text" ? "one question a row" : "one question for each prompt";
    const asks = asksOf(writer, rows, read, written);
    const parts = [bySomebody(writer), ...estimate(writer, asked, asks), ...told(writer, sees)];
    return [
      {
        kind: "write",
        title: `write ${name}`,
        detail: parts.join("; "),
        engine: writer?.backend ?? "offline",
        ...(rows > 0 ? { rows } : {}),
        ...(asks === undefined ? {} : { asks }),
      },
    ];
  });
}

/** The step in which a writer makes up whole rows. */
export function promptedStep(
  checked: CheckedSpec,
  output: CheckedOutput,
  table: CheckedTable | undefined,
): PlanStep {
  const writer = checked.writers.find((each) => each.name === output.like?.writer);
  const fields = table?.columns.length ?? 1;
  const prompt = output.like?.prompt ?? "";
  const read = (AROUND + roughTokens(prompt) + 15 * fields) / ROWS_AT_ONCE;
  const asks = asksOf(writer, output.rows, read, FIELD * fields);
  const given = output.givenText === undefined ? [] : [`given ${output.givenText}`];
  const parts = [
    `rows like "${prompt}" ${bySomebody(writer)}`,
    ...given,
    ...estimate(writer, `${ROWS_AT_ONCE} rows a question`, asks),
  ];
  return {
    kind: "write",
    title: `write ${output.name}`,
    detail: parts.join("; "),
    engine: writer?.backend ?? "offline",
    rows: output.rows,
    ...(asks === undefined ? {} : { asks }),
  };
}

/** Rows that a writer is asked for in one question. */
const ROWS_AT_ONCE = 5;

function bySomebody(writer: CheckedWriter | undefined): string {
  if (writer === undefined || writer.backend === "offline") return "by the offline writer";
  const model = writer.model === undefined ? "" : `${writer.model} at `;
  return `by ${writer.name}, ${model}${writer.where}`;
}

/** The most that will be asked for so many rows; undefined where nobody elsewhere or here counts tokens, or rows are not known. */
function asksOf(
  writer: CheckedWriter | undefined,
  rows: number,
  read: number,
  written: number,
): PlanStep["asks"] {
  if (writer === undefined || writer.backend === "offline" || rows === 0) return undefined;
  const asks = { read: rows * read, written: rows * written };
  if (writer.price === undefined) return asks;
  const usd = (asks.read * writer.price.read + asks.written * writer.price.written) / 1e6;
  return { ...asks, usd };
}

function estimate(
  writer: CheckedWriter | undefined,
  asked: string,
  asks: PlanStep["asks"],
): string[] {
  if (writer === undefined || writer.backend === "offline") return [];
  return [asks === undefined ? asked : `${asked}, ${tokensOf(asks)}`];
}

/** "at most about 6,400 tokens read and 1,400 written, 0.0018 USD". */
function tokensOf({ read, written, usd }: NonNullable<PlanStep["asks"]>): string {
  const tokens = `at most about ${count(read)} tokens read and ${count(written)} written`;
  return usd === undefined ? tokens : `${tokens}, ${Number(usd.toPrecision(2))} USD`;
}

function told(writer: CheckedWriter | undefined, sees: readonly string[]): string[] {
  if (writer === undefined || sees.length === 0 || writer.backend === "offline") return [];
  return [writer.local ? "nothing leaves this machine" : `it is told ${sees.join(", ")}`];
}

function count(tokens: number): string {
  return Number(tokens.toPrecision(2)).toLocaleString("en-US");
}
