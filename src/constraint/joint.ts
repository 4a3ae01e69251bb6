import type { CheckedRule } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { ColumnDomain } from "../table/domain.js";
import { CellDomain } from "./cell-domain.js";
import { inline, lowerTest } from "./lower.js";
import type { Board } from "./measure.js";
import { holds, possible } from "./project.js";
import type { Scope } from "./scope.js";

/** Which combinations of codes a rule leaves possible: 1 for each allowed cell, row-major. */
export interface JointZeros {
  /** Positions of the domains, ascending. */
  readonly clique: readonly number[];
  readonly allowed: Uint8Array;
}

/** The most cells that a rule may speak about; larger ones are held while rows are drawn. */
const LARGEST = 200_000;

/**
 * Rules as structural zeros over coded columns. A cell is forbidden when no values inside its bins and
 * categories can obey the rule, as far as interval reasoning tells; what is left possible is decided
 * value by value while rows are drawn. Rules over columns without a domain give none.
 */
export function jointZeros(
  rules: readonly CheckedRule[],
  domains: readonly ColumnDomain[],
  computed: ReadonlyMap<string, Formula>,
): JointZeros[] {
  const scope: Scope = {
    columns: domains.map(({ name, type, missingCode }) => ({
      name,
      type,
      optional: missingCode !== undefined,
    })),
    levels: domains.map(levelsOf),
  };
  return rules.flatMap((rule) => {
    if (rule.kind !== "always" || !speaksOnlyOf(rule.formula, scope, computed)) return [];
    const zeros = zerosOf(inline(rule.formula, computed, scope), scope, domains);
    return zeros === undefined ? [] : [zeros];
  });
}

function levelsOf(domain: ColumnDomain): readonly string[] | undefined {
  return domain.edges === undefined
    ? domain.labels.slice(0, domain.missingCode ?? domain.size)
    : undefined;
}

function zerosOf(
  formula: Formula,
  scope: Scope,
  domains: readonly ColumnDomain[],
): JointZeros | undefined {
  const test = lowerTest(formula, scope);
  const clique = [...new Set(test.columns)].sort((a, b) => a - b);
  const sizes = clique.map((at) => (domains[at] as ColumnDomain).size);
  const cells = sizes.reduce((product, size) => product * size, 1);
  if (clique.length === 0 || cells > LARGEST) return undefined;
  const parts = clique.map((at) => codeDomains(scope, domains[at] as ColumnDomain, at));
  const board = blankBoard(scope);
  const allowed = new Uint8Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    let rest = cell;
    for (let k = clique.length - 1; k >= 0; k--) {
      const size = sizes[k] as number;
      const part = parts[k]?.[rest % size] as CellDomain;
      (board.domains[clique[k] as number] as CellDomain).copyFrom(part);
      rest = Math.floor(rest / size);
    }
    allowed[cell] = Number(possible(test, holds, board));
  }
  return allowed.includes(0) && allowed.includes(1) ? { clique, allowed } : undefined;
}

/** For each code of a domain, what a cell with that code may be. */
function codeDomains(scope: Scope, domain: ColumnDomain, at: number): CellDomain[] {
  const { type, optional } = scope.columns[at] as Scope["columns"][number];
  const base = new CellDomain(type, optional, scope.levels[at]?.length);
  return Array.from({ length: domain.size }, (_, code) => {
    const cell = base.clone();
    if (code === domain.missingCode) cell.narrow({ missing: true, present: false });
    else if (domain.edges === undefined) {
      const codes = new Uint8Array(scope.levels[at]?.length ?? 0);
      codes[code] = 1;
      cell.narrow({ missing: false, present: true, codes });
    } else {
      const low = domain.edges[code] as number;
      const edge = domain.edges[code + 1] as number;
      const last = code + 2 === domain.edges.length;
      const high = last ? edge : below(edge, cell.step);
      cell.narrow({ missing: false, present: true, spans: [low, Math.max(low, high)] });
    }
    return cell;
  });
}

/** The highest value under an edge. */
function below(edge: number, step: number | undefined): number {
  return step === undefined
    ? edge - Math.abs(edge) * Number.EPSILON - Number.MIN_VALUE
    : edge - step;
}

function blankBoard(scope: Scope): Board {
  const fresh = () =>
    scope.columns.map(
      ({ type, optional }, at) => new CellDomain(type, optional, scope.levels[at]?.length),
    );
  return {
    domains: fresh(),
    bases: fresh(),
    cells: scope.levels.map((levels) =>
      levels === undefined ? new Float64Array(1) : new Int32Array(1),
    ),
    row: 0,
    known: new Uint8Array(scope.columns.length),
  };
}

/** Whether every column of a formula, computed ones followed, has a domain and no ref is crossed. */
function speaksOnlyOf(
  node: unknown,
  scope: Scope,
  computed: ReadonlyMap<string, Formula>,
): boolean {
  if (Array.isArray(node)) return node.every((part) => speaksOnlyOf(part, scope, computed));
  if (typeof node !== "object" || node === null) return true;
  const { op, name, via } = node as { op?: string; name?: string; via?: string };
  if (op === "column" && name !== undefined) {
    if (via !== undefined) return false;
    const formula = computed.get(name);
    if (formula !== undefined) return speaksOnlyOf(formula, scope, computed);
    return scope.columns.some((column) => column.name === name);
  }
  return Object.values(node).every((part) => speaksOnlyOf(part, scope, computed));
}
