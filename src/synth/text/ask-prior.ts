import { stream } from "../../base/random.js";
import type { Finding } from "../../ir/release.js";
import { gather, type Table } from "../../table/table.js";
import { type ColumnPrior, PriorRows } from "../prior/prior-rows.js";
import { addChances, type Chances, parentsOf, type Weighed, weigh } from "../prior/weigh.js";
import type { RowModel } from "../synthesizer.js";
import { Tally } from "./ask-all.js";
import type { Piece, Scribe } from "./scribe.js";
import type { Question } from "./writer.js";

export interface PriorRequest {
  readonly scribe: Scribe;
  /** The writer whose expectations are mixed in. */
  readonly writer: string;
  readonly table: Table;
  readonly learnFrom: (rows: Table) => Promise<RowModel>;
}

/** Levels of a column that a prior is asked for, at most: what servers tell probabilities of. */
const MOST = 20;
/** A table is cut into so many parts, each of which is judged by what the others tell. */
const PARTS = 5;
/** Of a table of more rows one part is enough. */
const MANY = 2000;

/**
 * `learn … with prior gemma`: for each category column the writer is asked how likely each value is, given
 * the earlier category that tells most of it; that is mixed with what the data told, by the weight that
 * makes rows likeliest which a fit of the others did not see.
 *
 * @throws Failure P1477 where the writer tells no probabilities.
 */
export async function fitWithPrior(
  request: PriorRequest,
): Promise<{ readonly model: RowModel; readonly findings: readonly Finding[] }> {
  const { table, learnFrom } = request;
  const model = await learnFrom(table);
  const asked = await askPriors(request, model, table);
  const chances = asked.map((): Chances => ({ told: [], plain: [[], [], []], hoped: [] }));
  const order = stream("prior parts").shuffle(
    Uint32Array.from({ length: table.rows }, (_, i) => i),
  );
  for (let part = 0; part < (table.rows > MANY ? 1 : PARTS); part++) {
    const taught = gather(
      table,
      order.filter((_, i) => i % PARTS !== part),
    );
    const held = gather(
      table,
      order.filter((_, i) => i % PARTS === part),
    );
    const fit = await learnFrom(taught);
    asked.forEach((prior, at) => {
      const moved = movedTo(prior, model, fit);
      if (moved !== undefined) addChances(fit, taught, held, moved, chances[at] as Chances);
    });
  }
  const weighed = asked.map((prior, at) => weigh(prior, chances[at] as Chances));
  const kept = weighed.filter(({ weight }) => weight > 0);
  return {
    model: kept.length === 0 ? model : new PriorRows(model, kept),
    findings: weighed.map((prior) => finding(table.name, model, prior, request.writer)),
  };
}

function finding(table: string, model: RowModel, prior: Weighed, writer: string): Finding {
  const share = `${Math.round(prior.weight * 1000) / 10}%`;
  const likely = (value: number) => value.toFixed(3);
  return {
    kind: "note",
    table,
    column: model.columns[prior.column]?.name ?? "",
    count: prior.rows,
    examples: [],
    policy:
      prior.weight === 0
        ? `what ${writer} expects makes held-out values no likelier than counts alone (${likely(prior.before)} nats each) and is left out`
        : `${share} from what ${writer} expects: a held-out value has log-likelihood ${likely(prior.after)} instead of ${likely(prior.before)}`,
  };
}

/** The same prior for a model whose columns or levels may stand elsewhere; undefined where its order differs. */
function movedTo(
  prior: Omit<ColumnPrior, "weight">,
  from: RowModel,
  to: RowModel,
): Omit<ColumnPrior, "weight"> | undefined {
  const at = (column: number) =>
    to.columns.findIndex(({ name }) => name === from.columns[column]?.name);
  const column = at(prior.column);
  const parent = prior.parent < 0 ? -1 : at(prior.parent);
  if (parent >= 0 && to.order.indexOf(parent) > to.order.indexOf(column)) return undefined;
  const own = from.levels[prior.column] ?? [];
  const above = prior.parent < 0 ? [""] : (from.levels[prior.parent] ?? []);
  const rows = parent < 0 ? [""] : (to.levels[parent] ?? []);
  const table = rows.map((level) => {
    const known = prior.table[above.indexOf(level)];
    return (to.levels[column] ?? []).map((value) => known?.[own.indexOf(value)] ?? 0);
  });
  return { column, parent, table };
}

async function askPriors(
  request: PriorRequest,
  model: RowModel,
  table: Table,
): Promise<Omit<ColumnPrior, "weight">[]> {
  const priors: Omit<ColumnPrior, "weight">[] = [];
  const { scribe, writer } = request;
  for (const [column, parent] of parentsOf(model, table, MOST)) {
    const name = model.columns[column]?.name ?? "";
    const above = parent < 0 ? undefined : model.columns[parent]?.name;
    const piece: Piece = {
      ...{ output: "prior", table: table.name, column: name, writer },
      sees: above === undefined ? [name] : [above, name],
    };
    const values = model.levels[column] ?? [];
    const questions = (parent < 0 ? [""] : (model.levels[parent] ?? [])).map((level): Question => {
      const where = above === undefined ? "" : ` whose "${above}" is "${level}"`;
      const prompt = `A table called "${table.name}" has a row${where}. What is its "${name}"?`;
      const seed = stream("prior", table.name, name, level).uint32() >>> 1;
      return { prompt, facts: [], shape: { kind: "choice", values }, seed, refused: [] };
    });
    const tally = new Tally();
    const answers = await scribe.askProbabilities(piece, questions, tally);
    scribe.receipt(piece, tally, { written: answers.length, refused: 0, refusals: [] });
    priors.push({ column, parent, table: answers });
  }
  return priors;
}
