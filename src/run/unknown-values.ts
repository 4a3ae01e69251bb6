import { diagnose } from "../base/diagnose.js";
import { Failure, failure } from "../base/failure.js";
import { suggest } from "../base/suggest.js";
import type { CheckedSpec, CheckedTable } from "../ir/checked.js";
import type { Formula } from "../ir/formula.js";
import type { Finding } from "../ir/release.js";
import type { LearnedColumn } from "../synth/synthesizer.js";

/** The columns of each table that was learned. */
type LearnedTables = ReadonlyMap<string, { readonly columns: readonly LearnedColumn[] }>;

interface Unknown {
  readonly column: string;
  readonly value: string;
  readonly suggestion?: string;
}

/**
 * What rules of a table compare its learned categories with, and no learned row has: most often a slip of
 * the pen, which empties or disarms the rule.
 *
 * @throws Failure P0852 where the outcome of the fairness block, or a share that it states, is of such a value.
 */
export function unknownInRules(
  checked: CheckedSpec,
  table: CheckedTable,
  learned: LearnedTables,
): Finding[] {
  const { fairness } = checked;
  if (fairness?.table === table.name) {
    const outcome =
      fairness.outcome === undefined ? [] : unknownIn(fairness.outcome, table, learned);
    const shares = fairness.rebalance.flatMap(({ column, shares }) =>
      unknownIn(
        {
          op: "in",
          arg: { op: "column", name: column },
          values: shares.filter(({ share }) => share > 0).map(({ value }) => value),
        },
        table,
        learned,
      ),
    );
    const [first] = [...outcome, ...shares];
    if (first !== undefined) throw failure("P0852", { ...first, table: table.name });
  }
  return table.rules.flatMap((rule) =>
    rule.kind !== "always"
      ? []
      : unknownIn(rule.formula, table, learned).map((found) => {
          const { title, code } = diagnose("P0316", { ...found, where: rule.text });
          const { name } = table;
          return {
            kind: "note" as const,
            table: name,
            count: 0,
            examples: [],
            policy: `${title} (${code})`,
          };
        }),
  );
}

/** The failure of an output, with what its condition and the rules of its table compare with in vain. */
export function withUnknown(
  error: unknown,
  { given, givenText }: { readonly given?: Formula; readonly givenText?: string },
  table: CheckedTable,
  learned: LearnedTables,
): unknown {
  if (!(error instanceof Failure) || !["P1401", "P1402"].includes(error.code)) return error;
  const asked = [
    ...(given === undefined ? [] : [{ formula: given, where: givenText ?? "" }]),
    ...table.rules.flatMap((rule) =>
      rule.kind === "always" ? [{ formula: rule.formula, where: rule.text }] : [],
    ),
  ];
  const because = asked.flatMap(({ formula, where }) =>
    unknownIn(formula, table, learned).map((found) => diagnose("P0316", { ...found, where }).title),
  );
  const { diagnostic, parameters } = error;
  const told = { ...diagnostic, because: [...diagnostic.because, ...because] };
  return new Failure(told, parameters, error.cause ?? error);
}

function unknownIn(formula: Formula, table: CheckedTable, learned: LearnedTables): Unknown[] {
  const found = new Map<string, Unknown>();
  const look = (side: Formula, values: readonly (number | string)[]) => {
    if (side.op !== "column") return;
    const known = valuesOf(side, table, learned);
    for (const value of values) {
      if (known === undefined || typeof value !== "string" || known.includes(value)) continue;
      const suggestion = suggest(value, known);
      const column = side.via === undefined ? side.name : `${side.via}.${side.name}`;
      found.set(`${column} ${value}`, {
        column,
        value,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
  };
  const walk = (node: Formula): void => {
    if (node.op === "in") look(node.arg, node.values);
    else if (node.op === "not" || node.op === "neg") walk(node.arg);
    else if (node.op === "and" || node.op === "or" || node.op === "call") {
      for (const part of node.args) walk(part);
    } else if (node.op === "eq" || node.op === "ne") {
      if (node.right.op === "text") look(node.left, [node.right.value]);
      if (node.left.op === "text") look(node.right, [node.left.value]);
    }
  };
  walk(formula);
  return [...found.values()];
}

/** The learned values of a category; undefined where it has none, or they are stated. */
function valuesOf(
  { name, via }: Extract<Formula, { op: "column" }>,
  table: CheckedTable,
  learned: LearnedTables,
): readonly string[] | undefined {
  const ref = table.columns.find((column) => column.name === via)?.type;
  const of = ref?.kind === "ref" ? ref.table : table.name;
  const type = learned.get(of)?.columns.find((column) => column.name === name)?.type;
  return type?.kind === "category" && type.values.length > 0 ? type.values : undefined;
}
