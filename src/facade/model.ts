import { failure } from "../base/failure.js";
import type { CheckedOutput, CheckedSpec } from "../ir/checked.js";
import type { Release } from "../ir/release.js";
import { compile } from "../pipeline.js";
import { renderDiagnostics } from "./shown.js";
import { SpecError } from "./spec-error.js";

/** How likely an event is under a fitted model with its rules. */
export interface Probability {
  readonly value: number;
  /** 95 % interval; `value` itself where it is exact. */
  readonly low: number;
  readonly high: number;
  /** Computed from the model (junction trees), not estimated from weighted rows. */
  readonly exact: boolean;
  /** Of an estimate: how many independent rows it is worth (Kish). */
  readonly effectiveRows?: number;
}

/** What a spec has learned, to be asked. */
export interface SpecModel {
  /**
   * The probability of an event, written as in the spec, in a row of a table; with `given`, among the rows
   * that meet it: `adult.model.probability("age >= 65", 'sex = "Female"')`. Reads the model alone, so
   * under privacy it costs nothing.
   *
   * @param options.table The table, where several have the columns; default the first that has.
   * @throws SpecError for an event that the spec does not understand; Failure P1411 for rows that belong
   *   to others, P1412 where what is given can't occur.
   */
  probability(
    event: string,
    given?: string,
    options?: { readonly table?: string },
  ): Promise<Probability>;
  /**
   * Log-probabilities (nats) that `language` gives to texts in a column that it learned letter by letter,
   * nothing else of the row being known: `orders.model.likelihoods("note", ["paid", "card 4111"])`. A text
   * with a letter that was never met has −Infinity; letters beyond the longest that was learned don't count.
   *
   * @throws Failure P1416 for a column that `language` did not learn as texts.
   */
  likelihoods(
    column: string,
    texts: readonly string[],
    options?: { readonly table?: string },
  ): Promise<Float64Array>;
}

/** The models of a release, behind the text of its spec. */
export function modelOf(text: string, release: Release): SpecModel {
  return {
    async probability(event, given, options = {}) {
      const conditions = given === undefined ? [event] : [event, given];
      const asked = await understand(text, release, conditions, options.table);
      if (asked.event === undefined) return { value: 0, low: 0, high: 0, exact: true };
      const { probabilityIn } = await import("../run/probability.js");
      const found = await probabilityIn(release, asked.table, asked.event, asked.given);
      const { estimate: value, low, high, effectiveRows } = found;
      const exact = found.exact === true;
      return { value, low, high, exact, ...(exact ? {} : { effectiveRows }) };
    },
    async likelihoods(column, texts, { table } = {}) {
      const { likelihoodsIn } = await import("../run/likelihoods.js");
      return likelihoodsIn(release, column, texts, table);
    },
  };
}

type Given = NonNullable<CheckedOutput["given"]>;

interface Asked {
  readonly table: string;
  /** Absent where ranges and rules alone leave no row that meets it. */
  readonly event: Given | undefined;
  readonly given: Given | undefined;
}

const QUESTION = "asked_of_the_model";

/** The conditions as the spec understands them: as the `given` of outputs that are never drawn. */
async function understand(
  text: string,
  release: Release,
  conditions: readonly string[],
  table: string | undefined,
): Promise<Asked> {
  const { checked } = release.plan;
  const params = Object.fromEntries(checked.params.map(({ name, value }) => [name, value]));
  const tables = table === undefined ? checked.tables.map((each) => each.name) : [table];
  let trouble = "";
  for (const name of tables) {
    const lines = conditions.map((own, i) => `generate ${QUESTION}${i}: 1 ${name} given (${own})`);
    const asking = `${text}\n${lines.join("\n")}\n`;
    const compiled = await compile(asking, { origin: "the question", until: "names", params });
    const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length === 0 && compiled.checked !== undefined) {
      const asked = conditions.map((_, i) => givenOf(compiled.checked, `${QUESTION}${i}`));
      return { table: name, event: asked[0], given: asked[1] };
    }
    if (errors.every(({ code }) => code === NO_ROW)) {
      const second = text.length + 1 + (lines[0] as string).length;
      const starts = errors.map(({ spans }) => spans.find(({ primary }) => primary)?.start ?? 0);
      if (starts.some((start) => start > second)) throw failure("P1412", { table: name });
      return { table: name, event: undefined, given: undefined };
    }
    if (trouble === "") trouble = await renderDiagnostics(errors, compiled.source, "plain");
  }
  throw new SpecError(`\n${trouble}`);
}

/** "No row can satisfy …": seen from ranges and rules, without a model. */
const NO_ROW = "P1001";

function givenOf(checked: CheckedSpec | undefined, name: string): Given | undefined {
  return checked?.outputs.find((each) => each.name === name)?.given;
}
