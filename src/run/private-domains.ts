import { failure } from "../base/failure.js";
import { failsWithout } from "../constraint/fails-without.js";
import type { CheckedColumn, CheckedTable } from "../ir/checked.js";
import { calendarShare, DOMAIN_SHARE } from "../privacy/budget.js";
import type { PrivateTable } from "../privacy/private-table.js";
import { hasCalendar } from "../table/calendar.js";
import type { ColumnType } from "../table/column-type.js";
import { binned, type ColumnDomain, codeDomain, pointsOf, stepOf } from "../table/domain.js";
import { ruledDomain, withCuts } from "./ruled-domain.js";

/** What may be spent to learn domains, and how finely numbers are cut. */
export interface DomainRequest {
  readonly table: CheckedTable;
  readonly columns: readonly CheckedColumn[];
  readonly custody: PrivateTable;
  /** ρ for all domains of the table together. */
  readonly rho: number;
  /** δ for all its learned categories together. */
  readonly delta: number;
  readonly bins: number;
  /** Whether a column of few steps is evenly cut in `bins` too, rather than counted step by step. */
  readonly coarse?: boolean;
}

/** What must be learned of a column before it can be counted over, if anything. */
function domainNeed(
  column: CheckedColumn,
  bins: number,
): "categories" | "bounds" | "edges" | undefined {
  const { type } = column;
  if (type.kind === "category") return type.learned ? "categories" : undefined;
  if (!("min" in type) && !("learned" in type)) return undefined;
  const bounds = type as { readonly min?: number; readonly max?: number };
  if (bounds.min === undefined || bounds.max === undefined) return "bounds";
  return pointsOf(type, bins) === undefined ? "edges" : undefined;
}

/** Whether the calendar of a column is asked about: of dates in bins that are learned. */
function needsCalendar(column: CheckedColumn, bins: number): boolean {
  const need = domainNeed(column, bins);
  return hasCalendar(column.type) && (need === "bounds" || need === "edges");
}

/** The default share of a table's budget for its domains: a tenth where any is learned, and more for calendars. */
export function domainShareOf(columns: readonly CheckedColumn[], bins: number): number {
  if (columns.every((column) => domainNeed(column, bins) === undefined)) return 0;
  return DOMAIN_SHARE + calendarShare(columns.filter((each) => needsCalendar(each, bins)).length);
}

/**
 * The domains of a table's columns: what the spec states is free; categories and bounds that it leaves
 * to the data, and bins of about equal mass for wide columns, are learned at a price, evenly shared; calendars of
 * dates have a share of their own.
 */
export function privateDomains(request: DomainRequest): ColumnDomain[] {
  const { columns, bins, custody } = request;
  const needs = columns.map((column) => domainNeed(column, bins));
  const tied = learnedKeys(request.table, columns);
  const own = needs.reduce((sum, need) => sum + (need === "bounds" ? 2 : need ? 1 : 0), 0);
  const prices = own + tied.length;
  const categories = needs.filter((need) => need === "categories").length;
  const dated = columns.filter((column) => needsCalendar(column, bins)).length;
  const calendars = calendarShare(dated) / (DOMAIN_SHARE + calendarShare(dated));
  const rho = prices === 0 ? 0 : (request.rho * (1 - calendars)) / prices;
  const forCalendar = dated === 0 ? 0 : (request.rho * calendars) / dated;
  const delta = categories === 0 ? 0 : request.delta / categories;
  const learn = (i: number) =>
    learnOne(request, columns[i] as CheckedColumn, needs[i], { rho, forCalendar, delta });
  // Categories first: where nothing of one can be told the run ends, and has paid for nothing else.
  const isCategory = (i: number) => needs[i] === "categories";
  const order = [...columns.keys()].sort((a, b) => Number(isCategory(b)) - Number(isCategory(a)));
  const found = new Map(order.map((i) => [i, learn(i)]));
  const domains = columns.map((_, i) => found.get(i) as ColumnDomain);
  for (const [key, other] of tied) {
    custody.learnCompanions(domains[key] as ColumnDomain, domains[other] as ColumnDomain, rho);
  }
  const all = domains.map((domain, i) => (isTold(tied, i) ? domain : custody.withStandIns(domain)));
  return all.map((domain) => custody.withSubstitutes(domain));
}

/** Learned categories of which a rule says that they determine another column: positions of both. */
function learnedKeys(
  table: CheckedTable,
  columns: readonly CheckedColumn[],
): readonly (readonly [number, number])[] {
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  return table.rules.flatMap((rule) => {
    if (rule.kind !== "determines" || rule.from.length !== 1) return [];
    const key = at(rule.from[0] as string);
    const type = columns[key]?.type;
    if (type?.kind !== "category" || !type.learned) return [];
    const others = rule.to.map(at).filter((other) => other >= 0 && other !== key);
    return others.map((other) => [key, other] as const);
  });
}

/** Whether a column is one that another determines: its codes are already part of what was asked. */
function isTold(tied: readonly (readonly [number, number])[], column: number): boolean {
  return tied.some(([, other]) => other === column);
}

/** Whether values stand in for all that can't be told: where the column determines one other, whose values are stated. */
function hasStandIns({ table, columns }: DomainRequest, { name }: CheckedColumn): boolean {
  const tied = learnedKeys(table, columns);
  const own = columns.findIndex((column) => column.name === name);
  const others = isTold(tied, own) ? [] : tied.filter(([key]) => key === own);
  const types = others.map(([, other]) => columns[other]?.type);
  return types.length === 1 && types.every((type) => type?.kind === "category" && !type.learned);
}

function isNeeded({ rules }: CheckedTable, name: string): boolean {
  return rules.some((rule) => rule.kind === "always" && failsWithout(rule.formula, name));
}

function learnOne(
  request: DomainRequest,
  column: CheckedColumn,
  need: ReturnType<typeof domainNeed>,
  { rho, forCalendar, delta }: { rho: number; forCalendar: number; delta: number },
): ColumnDomain {
  const { table, custody, bins, coarse } = request;
  const { name, type, optional } = column;
  if (need === "categories" && type.kind === "category") {
    const { values, threshold } = custody.learnCategories(name, rho, delta);
    // A rule may ask for a value where another column has one: as a column without any it would empty that one, too.
    const mayLack = (optional && !isNeeded(table, name)) || hasStandIns(request, column);
    if (values.length === 0 && !mayLack) {
      throw failure("P0759", { column: name, threshold });
    }
    return codeDomain({ name, optional, type: { ...type, values, learned: false } }, values);
  }
  if (need === undefined) {
    const points = coarse === true ? bins : (pointsOf(type, bins) ?? bins);
    return ruledDomain(table, column, points) as ColumnDomain;
  }
  const step = stepOf(type);
  const stated = type as { readonly min?: number; readonly max?: number };
  const bounds =
    need === "bounds"
      ? custody.learnBounds(name, step ?? 1, rho)
      : { low: stated.min as number, high: stated.max as number };
  const depth = Math.max(1, Math.round(Math.log2(bins)));
  const edges = custody.learnEdges(name, bounds, step, depth, rho);
  const known = { ...type, min: bounds.low, max: bounds.high, learned: false } as ColumnType;
  const domain = binned({ name, optional, type: known }, withCuts(table, column, edges));
  if (!needsCalendar(column, bins)) return domain;
  const calendar = custody.learnCalendar(name, bounds, forCalendar);
  return calendar.length === 0 ? domain : { ...domain, calendar };
}
