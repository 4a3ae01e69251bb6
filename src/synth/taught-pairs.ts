import { crosses } from "../constraint/boxes.js";
import { impliedBounds } from "../constraint/implied-bounds.js";
import { makeGuide } from "../constraint/make-guide.js";
import type { Scope } from "../constraint/scope.js";
import type { CheckedRule, CheckedTable } from "../ir/checked.js";
import { formulasOf } from "../ir/formulas-of.js";
import { gather, type Table } from "../table/table.js";
import { alignedCells } from "./aligned.js";
import { computedLevels, levelsOf } from "./levels.js";
import { type Determines, type Taught, type Teachers, TeachingRows } from "./teaching-rows.js";

/**
 * What real rows teach of each `determines` of a table, in their order, to be kept with a model: one row a key, of the
 * columns that the rule names. The table has the types that were learned. Undefined where there is no such rule.
 */
export function taughtPairs(table: CheckedTable, real: Table): readonly Table[] | undefined {
  const rules = determinesOf(table.rules);
  if (rules.length === 0) return undefined;
  // Rows behind refs are made anew with each output: what reads them can't say what goes with what here.
  const computed = new Map([...formulasOf(table)].filter(([, formula]) => !crosses(formula)));
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const typed = (name: string) => {
    const type = types.get(name);
    return type && levelsOf(type);
  };
  const levels = table.columns.map(({ type, origin }) =>
    origin.kind === "computed"
      ? computedLevels(type, origin.formula, { own: typed, parents: new Map() })
      : levelsOf(type),
  );
  const scope: Scope = { columns: table.columns, levels };
  const bounds = impliedBounds(table);
  const own = table.rules.filter((rule) => !crosses(rule));
  const guide = makeGuide({ ...scope, rules: own, computed, bounds });
  const teachers = new TeachingRows(scope, real, guide);
  return rules.map((rule) => {
    const named = new Set([...rule.from, ...rule.to]);
    const columns = real.columns.filter(({ name }) => named.has(name));
    return gather({ ...real, columns }, Uint32Array.from(teachers.of(rule).rows));
  });
}

/** What `taughtPairs` gave, in the place of the real rows. */
export class TaughtPairs implements Teachers {
  readonly named: ReadonlySet<string>;
  private readonly taught: ReadonlyMap<Determines, Taught>;

  constructor(scope: Scope, rules: readonly CheckedRule[], tables: readonly Table[]) {
    this.named = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
    this.taught = new Map(
      determinesOf(rules).map((rule, at) => {
        const table = tables[at] as Table;
        const rows = Array.from({ length: table.rows }, (_, row) => row);
        return [rule, { cells: alignedCells(scope, table), rows }];
      }),
    );
  }

  of(rule: Determines): Taught {
    return this.taught.get(rule) as Taught;
  }
}

function determinesOf(rules: readonly CheckedRule[]): readonly Determines[] {
  return rules.filter((rule): rule is Determines => rule.kind === "determines");
}
