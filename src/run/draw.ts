import type { Progress } from "../base/progress.js";
import { crosses } from "../constraint/boxes.js";
import { type ParentRows, parentRows, scopeOfTable } from "../constraint/scope.js";
import { measureStatistic } from "../constraint/statistic.js";
import { countBroken } from "../constraint/table-rules.js";
import type { CheckedFairness, CheckedOutput, CheckedTable } from "../ir/checked.js";
import { choosesRows } from "../ir/goal-text.js";
import type { Plan } from "../ir/plan.js";
import { familyOf } from "../ir/refs.js";
import type { Expectation, Finding, ReleasedTable, RuleOutcome } from "../ir/release.js";
import { beside } from "../synth/beside.js";
import { combineModels } from "../synth/combine.js";
import { completeTable } from "../synth/complete-table.js";
import { type DrawnTable, drawTable, type TableRequest } from "../synth/draw-table.js";
import { drawFamily, type FamilyRequest } from "../synth/family.js";
import { isDrawn, specModel } from "../synth/spec-only/spec-model.js";
import type { LearnedColumn, RowModel } from "../synth/synthesizer.js";
import type { Scribe } from "../synth/text/scribe.js";
import type { ColumnType } from "../table/column-type.js";
import { gather, type Table } from "../table/table.js";
import { drawFairly } from "./fair.js";
import type { Learned } from "./learn.js";
import { copiesFound, gapsFound, leftOutFound } from "./outcomes.js";
import { write } from "./write.js";

/** What it takes to draw the outputs of a plan. */
export interface DrawTask {
  readonly plan: Plan;
  /** By table: what was learned of it. */
  readonly learned: ReadonlyMap<string, Learned>;
  /** Real rows by table, for `determines` and the rules' count beside the generated ones. */
  readonly real: ReadonlyMap<string, Table>;
  /** All real rows by table, held out or not, in their order: for `beside`, `completed`, `forbid exact copies`. */
  readonly whole?: ReadonlyMap<string, Table>;
  /** By table: how many real rows were read, where nothing private was. */
  readonly rowsRead?: Readonly<Record<string, number>>;
  /** By table, for `determines` where the real rows are not here: what they taught of each. */
  readonly taught?: ReadonlyMap<string, readonly Table[]>;
  readonly seed?: number;
  readonly progress: Progress;
  /** Where the drawing notes what it did. */
  readonly findings: Finding[];
  /** Present where something is written. */
  readonly scribe?: Scribe;
}

/**
 * Draw an output: its table, and the tables that come with it by their refs. The table that is counted
 * has the output's name, the others NAME_TABLE.
 */
export async function drawOutput(task: DrawTask, output: CheckedOutput): Promise<ReleasedTable[]> {
  const tables = task.plan.checked.tables.map((table) => resolved(table, task.learned));
  const family = familyOf(tables, output.table);
  const seed = task.seed ?? output.seed;
  const whole = task.whole?.get(output.table);
  if (output.completed !== undefined && whole !== undefined) {
    return [released(task, output, seed, await complete(task, output, tables, whole, seed))];
  }
  if (output.like !== undefined) return [await prompted(task, output, tables, seed)];
  const { fairness } = task.plan.checked;
  const isFair = fairness?.table === output.table && choosesRows(fairness);
  const fair = isFair ? fairness : undefined;
  const drawRoot = async (request: TableRequest): Promise<DrawnTable> => {
    if (fair === undefined) return drawTable(request);
    const { drawn: made, findings } = await drawFairly(fair, request);
    task.findings.push(...findings);
    return made;
  };
  const drawn =
    fair !== undefined && family.length === 1
      ? [await drawFair(task, output, fair, seed, besideOf(output, whole))]
      : await drawFamily({ ...familyRequest(task, output), ...besideOf(output, whole), drawRoot });
  const written: DrawnTable[] = [];
  for (const each of drawn) {
    const besides = output.beside !== undefined && each.table.name === output.table;
    const real = besides ? whole : undefined;
    const table = real === undefined ? each.table : beside(real, each.table);
    const rows = { realRows: real?.rows ?? 0, parents: parentsOf(each.table, drawn) };
    written.push({ ...each, table: await write(task, output, tables, table, seed, rows) });
  }
  return written.map((each) => {
    const { table } = each;
    const parents = parentsOf(table, written);
    const real = output.beside !== undefined && table.name === output.table ? whole : undefined;
    if (real === undefined) return released(task, output, seed, each, parents);
    const own = Uint32Array.from({ length: table.rows - real.rows }, (_, i) => real.rows + i);
    const counted = { ...each, table: gather(table, own) };
    return { ...released(task, output, seed, counted, parents), table };
  });
}

/** The real rows that new ones are put beside. */
function besideOf(
  { beside: source }: CheckedOutput,
  whole: Table | undefined,
): Pick<TableRequest, "beside"> {
  return source === undefined || whole === undefined ? {} : { beside: whole };
}

/** `generate … like "prompt" by WRITER`: rows by a writer, then what is written from them. */
async function prompted(
  task: DrawTask,
  output: CheckedOutput,
  tables: readonly CheckedTable[],
  seed: number,
): Promise<ReleasedTable> {
  const { promptedRows } = await import("../synth/text/prompted.js");
  const table = tables.find((each) => each.name === output.table) as CheckedTable;
  const scribe = task.scribe as Scribe;
  const like = output.like as NonNullable<CheckedOutput["like"]>;
  const made = await promptedRows({ table, output: { ...output, like }, seed, scribe });
  task.findings.push(...made.findings);
  const rows = { realRows: made.table.rows };
  const whole = await write(task, output, tables, made.table, seed, rows);
  return released(task, output, seed, { table: whole, redrawn: 0 });
}

/** `generate …: SOURCE completed`: the real rows, their gaps filled in. */
async function complete(
  task: DrawTask,
  output: CheckedOutput,
  tables: readonly CheckedTable[],
  real: Table,
  seed: number,
): Promise<DrawnTable> {
  const table = tables.find((each) => each.name === output.table) as CheckedTable;
  const made = await completeTable({
    table,
    model: await modelOf(task, table, rowModel(task, table), new Map()),
    real,
    name: output.name,
    seed,
    progress: task.progress,
  });
  task.findings.push(gapsFound(table.name, output.name, made));
  const rows = { realRows: real.rows };
  return { table: await write(task, output, tables, made.table, seed, rows), redrawn: 0 };
}

/** The table with what was learned about its types: levels and bounds. */
function resolved(table: CheckedTable, learned: DrawTask["learned"]): CheckedTable {
  return withTypes(table, learned.get(table.name)?.columns ?? []);
}

export function withTypes(table: CheckedTable, columns: readonly LearnedColumn[]): CheckedTable {
  const known = new Map(columns.map(({ name, type }) => [name, type]));
  const typed = table.columns.map((column) => ({
    ...column,
    type: known.get(column.name) ?? column.type,
  }));
  return { ...table, columns: typed };
}

async function drawFair(
  task: DrawTask,
  output: CheckedOutput,
  fairness: CheckedFairness,
  seed: number,
  besides: Pick<TableRequest, "beside">,
): Promise<DrawnTable> {
  const { plan, learned, progress } = task;
  const declared = plan.checked.tables.find((each) => each.name === output.table) as CheckedTable;
  const table = resolved(declared, learned);
  const { drawn, findings } = await drawFairly(fairness, {
    ...{ table, rows: output.rows, name: output.name, seed, progress },
    model: await modelOf(task, table, rowModel(task, table), new Map()),
    ...(output.given === undefined ? {} : { given: output.given }),
    ...learnedFrom(task, table),
    ...besides,
  });
  task.findings.push(...findings);
  return drawn;
}

/** An output of tables whose refs, if any, are not learned: cardinalities come from the spec. */
export function familyRequest(task: DrawTask, output: CheckedOutput): FamilyRequest {
  return {
    tables: task.plan.checked.tables.map((table) => resolved(table, task.learned)),
    root: output.table,
    rows: output.rows,
    name: output.name,
    seed: task.seed ?? output.seed,
    progress: task.progress,
    ...(output.given === undefined ? {} : { given: output.given }),
    modelFor: (table, parents, bound) =>
      modelOf(task, table, bound ?? rowModel(task, table, parents), parents),
    childrenOf: (table) => {
      const known = task.learned.get(table);
      return known?.kind === "children" ? known.model : undefined;
    },
    ownRefsOf: (table) => task.learned.get(table)?.own ?? [],
    rowsOf: (table) => task.rowsRead?.[table],
    countFor: (child, ref, parent, random, parents) => {
      const known = task.learned.get(child);
      const counts = known?.kind === "parented" ? known.counts : undefined;
      return counts?.ref === ref ? counts.draw(parents, parent, random) : undefined;
    },
    learnedFrom: (table) => task.real.get(table),
    taught: (table) => task.taught?.get(table),
    noCopiesOf: (table) => forbidden(task, table),
  };
}

function rowModel(
  task: DrawTask,
  table: CheckedTable,
  parents: ReadonlyMap<string, ParentRows> = new Map(),
): RowModel | undefined {
  const learned = task.learned.get(table.name);
  if (learned?.kind === "rows") return learned.model;
  if (learned?.kind !== "parented") return undefined;
  const type = table.columns.find(({ name }) => name === learned.ref)?.type as ColumnType;
  const above = parents.get(learned.ref);
  const ref = { name: learned.ref, type, optional: false };
  return above === undefined ? undefined : learned.model.under(ref, above);
}

/** What is learned, then what is drawn by the spec alone. */
export async function modelOf(
  task: Pick<DrawTask, "progress">,
  table: CheckedTable,
  learned: RowModel | undefined,
  parents: ReadonlyMap<string, ParentRows>,
): Promise<RowModel> {
  const left = table.columns.filter(
    (column) => isDrawn(column) && !learned?.columns.some(({ name }) => name === column.name),
  );
  if (learned !== undefined && left.length === 0) return learned;
  task.progress.signal.throwIfAborted();
  const drawn = await specModel(table, parents);
  return combineModels([...(learned === undefined ? [] : [learned]), drawn]);
}

function learnedFrom(
  task: DrawTask,
  table: CheckedTable,
): Pick<TableRequest, "learnedFrom" | "taught" | "noCopiesOf"> {
  const real = task.real.get(table.name);
  const taught = task.taught?.get(table.name);
  const noCopiesOf = forbidden(task, table.name);
  return {
    ...(real === undefined ? {} : { learnedFrom: real }),
    ...(taught === undefined ? {} : { taught }),
    ...(noCopiesOf === undefined ? {} : { noCopiesOf }),
  };
}

/** The real rows that `forbid exact copies of` speaks of. */
function forbidden(task: DrawTask, table: string): Table | undefined {
  const asked = task.plan.checked.noCopiesOf?.includes(table) === true;
  return asked ? task.whole?.get(table) : undefined;
}

/** A drawn table as the release holds it. */
export function released(
  task: DrawTask,
  output: CheckedOutput,
  seed: number,
  drawn: DrawnTable,
  parents: ReadonlyMap<string, ParentRows> = new Map(),
): ReleasedTable {
  const { table, redrawn, probability, copies, leftOut = 0, cuts = [] } = drawn;
  const counted = table.name === output.table;
  if (leftOut > 0) task.findings.push(leftOutFound(table.name, output.name, leftOut));
  if (copies !== undefined) task.findings.push(copiesFound(table.name, output.name, copies));
  return {
    name: counted ? output.name : `${output.name}_${table.name}`,
    table,
    seed,
    redrawn,
    rules: outcomes(task, table, parents),
    ...expectations(task, table, parents),
    ...(cuts.length === 0 ? {} : { cuts }),
    ...(probability === undefined
      ? {}
      : {
          given: {
            text: output.givenText ?? "",
            probability: probability.estimate,
            low: probability.low,
            high: probability.high,
            effectiveRows: Math.min(table.rows, probability.effectiveRows),
            ...(probability.exact ? { exact: true } : {}),
          },
        }),
  };
}

function outcomes(
  task: DrawTask,
  made: Table,
  parents: ReadonlyMap<string, ParentRows>,
): RuleOutcome[] {
  const found: RuleOutcome[] = [];
  const real = task.real.get(made.name);
  const table = task.plan.checked.tables.find((each) => each.name === made.name);
  for (const rule of table?.rules ?? []) {
    const isAcross = rule.kind === "always" && crosses(rule.formula);
    if (isAcross && parents.size === 0) continue;
    const violations = countBroken(rule, made, parents);
    if (violations === undefined) continue;
    const realViolations =
      real === undefined || isAcross ? undefined : countBroken(rule, real, undefined);
    const enforcement = task.plan.rules.find((each) => each.text === rule.text)?.enforcement;
    found.push({
      text: rule.text,
      violations,
      checked: made.rows,
      ...(real === undefined || realViolations === undefined
        ? {}
        : { realViolations, realChecked: real.rows }),
      ...(enforcement === undefined ? {} : { enforcement }),
    });
  }
  return found;
}

/** What each `expect` came to. */
function expectations(
  task: DrawTask,
  made: Table,
  parents: ReadonlyMap<string, ParentRows>,
): Pick<ReleasedTable, "expectations"> {
  const table = task.plan.checked.tables.find((each) => each.name === made.name);
  const { scope, cells } = scopeOfTable(made, parents);
  const found = (table?.rules ?? []).flatMap((rule): Expectation[] => {
    if (rule.kind !== "expect") return [];
    if (parents.size === 0 && crosses(rule.statistic.args)) return [];
    const { value, low, high } = measureStatistic(rule.statistic, scope, cells, made.rows);
    return [
      { text: rule.text, value, low: rule.low, high: rule.high, interval: [low, high] as const },
    ];
  });
  return found.length === 0 ? {} : { expectations: found };
}

/** The generated rows behind each ref of a generated table. */
function parentsOf(table: Table, drawn: readonly DrawnTable[]): ReadonlyMap<string, ParentRows> {
  const parents = new Map<string, ParentRows>();
  for (const column of table.columns) {
    const { type } = column;
    if (type.kind !== "ref" || column.kind !== "code") continue;
    const parent = drawn.find((each) => each.table.name === type.table)?.table;
    const id = parent?.columns.find((one) => one.type.kind === "id");
    if (parent !== undefined && id !== undefined) {
      parents.set(column.name, parentRows(parent, id.name, column.levels));
    }
  }
  return parents;
}
