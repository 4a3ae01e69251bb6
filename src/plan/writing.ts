import { namesIn, roughTokens } from "../base/prompt.js";
import type { CheckedOutput, CheckedSpec, CheckedTable, CheckedWriter } from "../ir/checked.js";
import type { PlanStep } from "../ir/plan.js";

/** Tokens that a question has beside its prompt: what is asked for in words, and the answer's frame. */
const AROUND = 110;
/** Tokens of an answer: a value, a text, and one field of a row. */
const VALUE = 10;
const TEXT = 35;
const FIELD = 12;

/** The steps in which writers write an output's columns, with the most that they will be asked. */
export function writingSteps(
  checked: CheckedSpec,
  output: CheckedOutput,
  table: CheckedTable | undefined,
): PlanStep[] {
  return (table?.columns ?? []).flatMap(({ name, type, origin }): PlanStep[] => {
    if (origin.kind !== "written") return [];
    const writer = checked.writers.find((each) => each.name === origin.writer);
    const read = AROUND + roughTokens(origin.prompt);
    const written = type.kind === "text" ? TEXT : VALUE;
    const sees = namesIn(origin.prompt);
    const asked = type.kind === "text" ? "one question a row" : "one question for each prompt";
    const parts = [
      bySomebody(writer),
      ...estimate(writer, output.rows, read, written, asked),
      ...told(writer, sees),
    ];
    return [
      {
        kind: "write",
        title: `write ${name}`,
        detail: parts.join("; "),
        engine: writer?.backend ?? "offline",
        ...(output.rows > 0 ? { rows: output.rows } : {}),
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
  const given = output.givenText === undefined ? [] : [`given ${output.givenText}`];
  const parts = [
    `rows like "${prompt}" ${bySomebody(writer)}`,
    ...given,
    ...estimate(writer, output.rows, read, FIELD * fields, `${ROWS_AT_ONCE} rows a question`),
  ];
  return {
    kind: "write",
    title: `write ${output.name}`,
    detail: parts.join("; "),
    engine: writer?.backend ?? "offline",
    rows: output.rows,
  };
}

/** Rows that a writer is asked for in one question. */
const ROWS_AT_ONCE = 5;

function bySomebody(writer: CheckedWriter | undefined): string {
  if (writer === undefined || writer.backend === "offline") return "by the offline writer";
  const model = writer.model === undefined ? "" : `${writer.model} at `;
  return `by ${writer.name}, ${model}${writer.where}`;
}

function estimate(
  writer: CheckedWriter | undefined,
  rows: number,
  read: number,
  written: number,
  asked: string,
): string[] {
  if (writer === undefined || writer.backend === "offline") return [];
  if (rows === 0) return [asked];
  const [reads, writes] = [rows * read, rows * written];
  const tokens = `${asked}, at most about ${count(reads)} tokens read and ${count(writes)} written`;
  if (writer.price === undefined) return [tokens];
  const cost = (reads * writer.price.read + writes * writer.price.written) / 1e6;
  return [`${tokens}, ${Number(cost.toPrecision(2))} USD`];
}

function told(writer: CheckedWriter | undefined, sees: readonly string[]): string[] {
  if (writer === undefined || sees.length === 0 || writer.backend === "offline") return [];
  return [writer.local ? "nothing leaves this machine" : `it is told ${sees.join(", ")}`];
}

function count(tokens: number): string {
  return Number(tokens.toPrecision(2)).toLocaleString("en-US");
}
