import { here, remedy, there } from "../base/diagnose.js";
import type { CheckedPrivacy, CheckedSpec, CheckedTable } from "../ir/checked.js";
import { forecastNoise } from "../ir/noise-forecast.js";
import { protectedTables } from "../ir/protected.js";
import { leadsTo } from "../ir/refs.js";
import { blocksOf, type PrivacyStatement } from "../ir/spec.js";
import { UNBOUNDED } from "../table/column-type.js";
import { checkSourcesArePrivate } from "./public-sources.js";
import type { Scope } from "./scope.js";

type Statement<K extends PrivacyStatement["kind"]> = Extract<PrivacyStatement, { kind: K }>;
type Entity = Extract<CheckedPrivacy["unit"], { kind: "entity" }>;

/** Above this, epsilon says little; below the other, nothing of the data comes through. */
const LARGE = 20;
const TINY = 0.01;
const ROW_LEARNERS: readonly string[] = ["independent", "aim", "mst", "swift"];
const READS_DATA: Readonly<Record<string, readonly string[] | "all">> = {
  utility: "all",
  fairness: ["before"],
  privacy: ["membership", "singling_out", "linkability", "inference", "copies"],
};

/** What a privacy block promises, against numbers of people, rows and epsilons (P0703 … P0714). */
export function checkPromises(spec: CheckedSpec, scope: Scope): void {
  const { privacy } = spec;
  if (privacy === undefined) return;
  const statements = blocksOf(spec.spec, "privacy").flatMap((block) => block.statements);
  const of = <K extends PrivacyStatement["kind"]>(kind: K): Statement<K> | undefined =>
    statements.find((s): s is Statement<K> => s.kind === kind);
  const budget = of("budget");
  const protect = of("protect");
  if (budget !== undefined) checkBudget(spec, privacy, budget, scope);
  if (protect !== undefined) checkUnit(spec, privacy, protect, scope);
  checkOwners(spec, privacy, scope);
  checkSourcesArePrivate(spec, scope);
  checkReportsInside(spec, scope);
  checkNoRealRows(spec, scope);
  const partition = of("partition");
  if (partition !== undefined) checkParts(spec, privacy, partition, scope);
  checkSizes(spec, privacy, scope);
}

function checkBudget(
  spec: CheckedSpec,
  privacy: CheckedPrivacy,
  budget: Statement<"budget">,
  scope: Scope,
): void {
  const { epsilon, delta, unit } = privacy;
  const asked = spec.outputs
    .filter((output) => output.table === unit.table)
    .map((output) => output.rows);
  const people = Math.max(0, ...asked);
  if (budget.delta !== undefined && (delta >= 1 || (people > 0 && delta * people >= 1))) {
    scope.desk.say(
      "P0703",
      { delta, people },
      {
        spans: [here(budget.delta.span)],
        try: [
          remedy(`say delta ${people > 0 ? Number((0.01 / people).toPrecision(1)) : 1e-6} or less`),
        ],
      },
    );
  }
  if (epsilon <= LARGE && epsilon >= TINY) return;
  scope.desk.say(
    "P0704",
    { epsilon, which: epsilon > LARGE ? "large" : "tiny" },
    { spans: [here(budget.epsilon.span)] },
  );
}

/** Each learned table says whose its rows are (P0760). */
function checkOwners(spec: CheckedSpec, { unit }: CheckedPrivacy, scope: Scope): void {
  if (unit.kind === "row") return;
  for (const table of protectedTables(spec)) {
    const { name, source } = table;
    if (source === undefined || leadsTo(spec.tables, table, unit.table)) continue;
    const block = scope.tables.get(name)?.node;
    const from = block?.source?.name.span;
    const without = `leave out \`from ${source.name}\`: then ${name} is made up from its types alone, and nothing of it is learned`;
    scope.desk.say(
      "P0760",
      { table: name, unit: `each of ${unit.table}` },
      {
        spans: block === undefined ? [] : [here(from ?? block.name.span)],
        try: [
          remedy(without),
          remedy(`give ${name} a \`ref\` that leads to ${unit.table}`),
          remedy(
            `where ${name} says nothing about ${unit.table}, read it from a source that is declared \`public\``,
          ),
        ],
      },
    );
  }
}

function checkUnit(
  spec: CheckedSpec,
  privacy: CheckedPrivacy,
  protect: Statement<"protect">,
  scope: Scope,
): void {
  const { unit } = privacy;
  if (unit.kind === "row") {
    const ref = spec.tables
      .find((t) => t.name === unit.table)
      ?.columns.find((c) => c.type.kind === "ref" && c.type.max > 1);
    if (ref?.type.kind !== "ref") return;
    const most = ref.type.max >= UNBOUNDED ? "any number of them" : String(ref.type.max);
    scope.desk.say(
      "P0705",
      { table: unit.table, column: ref.name, parent: ref.type.table, most },
      { spans: [here(protect.span), there(ref.span, "rows that belong together")] },
    );
    return;
  }
  const counts = rowsPerEntity(spec, unit);
  for (const [table, possible] of counts) {
    const limit = unit.atMost.find((bound) => bound.table === table)?.count;
    if (limit === undefined && possible >= UNBOUNDED) {
      scope.desk.say("P0711", { column: unit.table, table }, { spans: [here(protect.span)] });
    } else if (limit !== undefined && possible > limit) {
      const shown = Math.min(possible, UNBOUNDED);
      const at =
        protect.atMost.find((bound) => bound.table.text === table)?.table.span ?? protect.span;
      if (shown < UNBOUNDED)
        scope.desk.say(
          "P0706",
          { table, limit, possible: shown, entity: unit.table },
          { spans: [here(at)] },
        );
    }
  }
  checkRowLearners(spec, unit, scope);
  checkTwoOwners(spec, unit, scope);
}

/** Two refs of a table to one table whose rows are of several units: its rows are of two units then (P0713). */
function checkTwoOwners(spec: CheckedSpec, unit: Entity, scope: Scope): void {
  const owned = new Set([unit.table, ...rowsPerEntity(spec, unit).keys()]);
  for (const { name: table, columns } of protectedTables(spec)) {
    const first = new Map<string, (typeof columns)[number]>();
    for (const column of columns) {
      if (column.type.kind !== "ref" || !owned.has(column.type.table)) continue;
      const parent = column.type.table;
      const other = first.get(parent);
      first.set(parent, other ?? column);
      if (other === undefined) continue;
      scope.desk.say(
        "P0713",
        { table, first: other.name, second: column.name, parent: unit.table },
        { spans: [here(column.span), there(other.span, "whose row it is, too")] },
      );
    }
  }
}

/** How many rows of each table one entity may have, along the refs. */
function rowsPerEntity(spec: CheckedSpec, unit: Entity): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (parent: string, rows: number, seen: readonly string[]): void => {
    for (const table of spec.tables) {
      if (seen.includes(table.name)) continue;
      for (const { type } of table.columns) {
        if (type.kind !== "ref" || type.table !== parent) continue;
        const total = Math.min(UNBOUNDED, rows * type.max);
        counts.set(table.name, Math.min(UNBOUNDED, (counts.get(table.name) ?? 0) + total));
        visit(table.name, total, [...seen, table.name]);
      }
    }
  };
  visit(unit.table, 1, [unit.table]);
  return counts;
}

function checkRowLearners(spec: CheckedSpec, unit: Entity, scope: Scope): void {
  for (const block of blocksOf(spec.spec, "learn")) {
    if (!ROW_LEARNERS.includes(block.learner.text)) continue;
    scope.desk.say(
      "P0710",
      { learner: block.learner.text, entity: unit.table },
      { spans: [here(block.learner.span)] },
    );
  }
}

function checkReportsInside(spec: CheckedSpec, scope: Scope): void {
  for (const block of blocksOf(spec.spec, "report")) {
    if (block.inside) continue;
    const reading = block.lines.filter((line) => {
      const words = READS_DATA[line.topic.text];
      return words === "all" || line.items.some(({ word }) => words?.includes(word.text) === true);
    });
    const [first, ...rest] = reading;
    if (first === undefined) continue;
    scope.desk.say(
      "P0708",
      { what: scope.desk.text(first.span) },
      {
        spans: [here(first.span), ...rest.map((line) => there(line.span, "and this"))],
        because: ["no budget pays for it"],
        try: [remedy("say `report … inside`")],
      },
    );
  }
}

/** No output hands out rows that the promise protects (P0712). */
function checkNoRealRows(spec: CheckedSpec, scope: Scope): void {
  for (const { name, table, beside, completed, span } of spec.outputs) {
    const word =
      beside !== undefined ? "beside" : completed !== undefined ? "completed" : undefined;
    if (word === undefined) continue;
    scope.desk.say(
      "P0712",
      { output: name, word, table },
      { spans: [here(span)], try: [remedy("make new rows alone, or leave the budget out")] },
    );
  }
}

/** Parts are the values of a learned column, and counts are asked for within them (P0714). */
function checkParts(
  spec: CheckedSpec,
  { partitionBy: column }: CheckedPrivacy,
  { by }: Statement<"partition">,
  scope: Scope,
): void {
  const tables = spec.tables.filter(({ columns }) => columns.some(({ name }) => name === column));
  if (column === undefined || tables.length === 0) return;
  const say = (problem: "values" | "language") =>
    scope.desk.say("P0714", { column, problem }, { spans: [here(by.span)] });
  const parted = tables.filter(({ source, columns }) =>
    columns.some(
      ({ name, origin, type }) =>
        name === column &&
        source !== undefined &&
        origin.kind === "learned" &&
        !["id", "ref", "text"].includes(type.kind),
    ),
  );
  if (parted.length === 0) say("values");
  const describes = spec.learners.some(
    ({ name, table }) =>
      name === "language" && parted.some((each) => table === undefined || table === each.name),
  );
  if (describes) say("language");
}

/** Values so many that the noise on each count is larger than the count (P0404). */
function checkSizes(spec: CheckedSpec, privacy: CheckedPrivacy, scope: Scope): void {
  const { epsilon, delta } = privacy;
  if (!(delta > 0 && delta < 1)) return;
  const whole = epsilon ** 2 / (4 * Math.log(1 / delta));
  const learned = protectedTables(spec);
  for (const table of learned) {
    const rows = Math.max(
      0,
      ...spec.outputs.filter((o) => o.table === table.name).map((o) => o.rows),
    );
    if (rows === 0) continue;
    const stated = privacy.spend.find(({ on }) => on === table.name)?.share;
    const rho = whole * (stated ?? 1 / learned.length);
    const { columns } = forecastNoise(table, learnerOf(spec, table), rho, privacy);
    for (const { column, size, sigma } of columns) {
      if (column.type.kind !== "category" || column.type.learned) continue;
      const share = rows / size;
      if (size < 10 || sigma <= share) continue;
      const sizes = { size, epsilon, error: Math.round(sigma), share: Math.round(share) };
      scope.desk.say("P0404", { column: column.name, ...sizes }, { spans: [here(column.span)] });
    }
  }
}

/** The learner that is asked for, or that `auto` is likely to take. */
function learnerOf({ learners }: CheckedSpec, { name: table, columns }: CheckedTable) {
  const asked = learners.find((each) => each.table === table || each.table === undefined);
  const bins = asked?.options["bins"]?.find((each) => typeof each === "number");
  const usual = columns.length === 1 ? "independent" : "swift";
  const name = asked === undefined || asked.name === "auto" ? usual : asked.name;
  return { name, bins: typeof bins === "number" ? bins : undefined };
}
